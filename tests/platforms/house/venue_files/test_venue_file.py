from datetime import UTC, datetime, time, timedelta
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.drop import DropRule
from core.errors import BadInput
from platforms.house.engine.rules import TurnTime
from platforms.house.venue_files.import_venues import samples
from platforms.house.venue_files.venue_file import read_venues

GOOD = """\
venues:
  - id: luna
    name: Casa Luna
    zone: America/New_York
    shifts:
      - {first: "18:00", last: "22:00"}
    tables:
      - {name: T, count: 2, seats: 2-4}
    turn: {4: 120}
"""


def only(text: str):
    (venue,) = read_venues(dedent(text), "venues.yaml")
    return venue


def test_the_samples_are_three_venues_of_different_kinds():
    luna, table, bistro = read_venues(samples(), "samples.yaml")
    assert luna.drop == DropRule(days_ahead=21, at=time(9), zone="America/New_York")
    assert {t.seating for t in luna.tables} == {"dining room", "bar", "patio"}
    assert len(table.tables) == 8
    assert table.turn(4, table.shifts[0]) == timedelta(minutes=150)
    assert bistro.drop is None
    assert bistro.zone == "Europe/Paris"


def test_what_is_left_out_has_a_sensible_value():
    venue = only(GOOD)
    assert [t.name for t in venue.tables] == ["T1", "T2"]
    assert (venue.party_min, venue.party_max, venue.horizon_days) == (2, 4, 60)
    assert venue.shifts[0].weekdays == frozenset(range(7))
    assert venue.turns == (TurnTime(up_to=4, lasts=timedelta(hours=2)),)
    assert venue.terms(datetime(2026, 12, 24, tzinfo=UTC)).free_until is None


def test_a_time_without_quotes_means_what_it_shows():
    text = GOOD.replace('"18:00"', "18:00").replace('"22:00"', "22:00")
    assert only(text) == only(GOOD)
    dropping = only(GOOD + "    drop: {days_ahead: 1, at: 17:10:30}\n").drop
    assert dropping is not None
    assert dropping.at == time(17, 10, 30)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("tue-sun", {1, 2, 3, 4, 5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("Mon, Wednesday", {0, 2}),
        ("daily", set(range(7))),
    ],
)
def test_weekdays_are_written_as_people_do(days: str, expected: set[int]):
    venue = only(GOOD.replace('first: "18:00"', f'days: "{days}", first: "18:00"'))
    assert venue.shifts[0].weekdays == expected


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        (
            "T, count: 2, seats: 2-4",
            "T, count: 2, seats: 4-2",
            "In venue “luna”, tables[1].seats: “4-2” seats nobody.",
        ),
        ("zone: America/New_York", "zone: Mars", "In venue “luna”, zone: “Mars” is no time zone;"),
        ("    name: Casa Luna\n", "", "In venue “luna”, name: it is missing."),
        ("name: Casa Luna", "nmae: Casa Luna", "In venue “luna”, name: it is missing."),
        (
            "turn: {4: 120}",
            "turn: {4: 100}",
            "In venue “luna”, turn for 4: 100 minutes is not a multiple of 15.",
        ),
        ("turn: {4: 120}", "turn: {3: 120}", "Venue “luna”: turn says nothing of parties of 4 to 4."),
        ("turn: {4: 120}", "url: x", "In venue “luna”, url: it is not written as it should be."),
        ("    turn: {4: 120}\n", "", "Venue “luna”: it needs turn,"),
        ('"18:00"', '"18:10"', "In venue “luna”, shifts[1].first: 18:10 is not on a quarter of an hour."),
        ('"18:00"', '"25:00"', "In venue “luna”, shifts[1].first: "),
        (
            '"18:00"',
            '"23:00"',
            "In venue “luna”, shifts[1]: its last seating, 22:00, is before its first, 23:00.",
        ),
        ("count: 2", "count: 0", "In venue “luna”, tables[1].count: "),
        ("id: luna", "id: Casa Luna", "In venue “Casa Luna”, id: it is not written as it should be."),
        (
            "turn: {4: 120}",
            "turn: {4: 120}\n    parties_per_slot: 4",
            "Venue “luna”: it needs either tables or",
        ),
        (
            "turn: {4: 120}",
            "turn: {4: 120}\n    party: {min: 1, max: 4}",
            "Venue “luna”: no table seats a party of 1,",
        ),
        (
            "turn: {4: 120}",
            "turn: {4: 120}\n    closed: [12-32]",
            "In venue “luna”, closed: “12-32” is no day;",
        ),
        (
            "turn: {4: 120}",
            'turn: {4: 120}\n    drop: {days_ahead: 90, at: "09:00"}',
            "Venue “luna”: drop.days_ahead is 90, beyond horizon_days, 60.",
        ),
        (
            "turn: {4: 120}",
            "turn: {4: 120}\n    cancellation: {free_until_hours: 24, late_fee: much}",
            "In venue “luna”, cancellation.late_fee: “much” is no amount;",
        ),
        (
            '- {first: "18:00", last: "22:00"}',
            '- {name: a, first: "18:00", last: "22:00"}\n      - {name: b, first: "21:00", last: "23:00"}',
            "Venue “luna”: shifts a and b overlap",
        ),
        (
            "T, count: 2, seats: 2-4}",
            "T, seats: 2-4}\n      - {name: T, seats: 2-4}",
            "Venue “luna”: there are 2 tables",
        ),
        ("venues:", "venue:", "venues: it is missing."),
    ],
)
def test_a_mistake_is_a_sentence_with_the_file_the_venue_and_the_field(wrong: str, right: str, sentence: str):
    assert wrong in GOOD
    with pytest.raises(BadInput) as bad:
        read_venues(GOOD.replace(wrong, right), "venues.yaml")
    assert bad.value.where == "venues.yaml"
    assert bad.value.why.startswith(sentence)
    assert bad.value.why.endswith(".")


def test_two_venues_of_one_id_are_refused():
    with pytest.raises(BadInput, match="there are 2 venues with the id luna"):
        read_venues(GOOD + GOOD.removeprefix("venues:\n"), "venues.yaml")


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1", "venues: 3", "venues: [3]", "venues: [[]]", "venues: []"]
)
def test_a_file_of_something_else_is_a_sentence_too(text: str):
    with pytest.raises(BadInput) as bad:
        read_venues(text, "venues.yaml")
    assert bad.value.why.endswith(".")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
FIELDS = ["id", "name", "zone", "address", "url", "horizon_days", "drop", "shifts", "tables", "turn", "party"]
FIELDS += ["closed", "cancellation", "hold_minutes", "parties_per_slot"]


@given(field=st.sampled_from(FIELDS), value=values)
def test_no_value_of_any_field_is_more_than_a_sentence(field, value):
    import yaml  # noqa: PLC0415

    raw = yaml.safe_load(GOOD)
    raw["venues"][0][field] = value
    try:
        read_venues(yaml.safe_dump(raw), "venues.yaml")
    except BadInput as bad:
        assert bad.why.endswith(".")  # noqa: PT017 - it may also be fine
