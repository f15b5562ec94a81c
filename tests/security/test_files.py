"""A host's file of venues, written by somebody who wishes the host ill."""

import time

import pytest

from bot.cli.admin import import_file
from core.errors import BadInput
from platforms.house.venue_files.plain_yaml import read_yaml
from platforms.house.venue_files.venue_file import read_venues
from tests.settings import settings_of

VENUE = """venues:
- {id: luna, name: Luna, zone: Europe/Berlin, turn: {4: 90}, tables: [{name: T, seats: 4}],
   shifts: [{first: "18:00", last: "21:00"}], closed: %s}
"""


def laughs(levels: int) -> str:
    first = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"
    more = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join([first, *more, f"closed: *a{levels - 1}"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (laughs(9), "more than 200,000 values"),
        ("a: &a [*a]", "more than 200,000 values"),
        ("a: &a {b: *a}", "more than 200,000 values"),
        ("[" * 100_000, "nested deeper"),
        ("{a: " * 50_000, "nested deeper"),
        ("closed: 2026-02-31", "A value is none"),
        ("count: " + "9" * 10_000, "A value is none"),
        ("!!python/object/apply:os.system ['touch /tmp/owned']", "not YAML"),
        ("!!python/name:os.system", "not YAML"),
        ("\x00", "not YAML"),
        ('name: "\\0"', "U+0000"),
        ('name: "\\uD800"', "U+D800"),
        ("a: b: c", "not YAML"),
    ],
)
def test_a_file_that_is_no_list_of_venues_is_one_sentence(text, why):
    begun = time.process_time()
    with pytest.raises(BadInput) as refused:
        read_venues(text, "venues.yaml")
    assert why in refused.value.why
    assert len(refused.value.why) < 700
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("closed", ["*x", "[" * 900 + "]" * 900, '["\\uD800"]', "[[[2026-12-24]]]", "{a: b}"])
def test_a_value_of_the_wrong_kind_is_one_sentence(closed):
    with pytest.raises(BadInput):
        read_venues(VENUE % closed, "venues.yaml")


def test_a_reference_or_two_are_fine():
    assert read_yaml("a: &a [1, 2]\nb: *a\nc: {<<: {d: *a}}", "x") == {
        "a": [1, 2],
        "b": [1, 2],
        "c": {"d": [1, 2]},
    }
    assert read_yaml("", "x") is None


def test_tables_without_number_are_refused():
    entries = ", ".join(f"{{name: T{n}, count: 500, seats: 4}}" for n in range(201))
    with pytest.raises(BadInput) as refused:
        read_venues(VENUE.replace("{name: T, seats: 4}", entries) % "[]", "venues.yaml")
    assert "more than it may" in refused.value.why


async def test_a_file_without_end_is_not_read_to_it(tmp_path):
    settings = settings_of(data_dir=tmp_path)
    with pytest.raises(BadInput) as refused:
        await import_file(settings, "/dev/zero")
    assert "million" in refused.value.why
