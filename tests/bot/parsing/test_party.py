"""How many come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.parsing import hear_party
from tests.expect import present


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4", 4),
        ("4!", 4),
        ("four", 4),
        ("twenty-two", 22),
        ("we are 6", 6),
        ("there’ll be six of us", 6),
        ("six people", 6),
        ("12ppl", 12),
        ("5 pax", 5),
        ("for 4", 4),
        ("for four please", 4),
        ("party of 4", 4),
        ("a table for two", 2),
        ("group of ten", 10),
        ("four of us", 4),
        ("the two of us", 2),
        ("just two of us", 2),
        ("both of us", 2),
        ("us two", 2),
        ("a couple", 2),
        ("a couple of friends", 2),
        ("a pair", 2),
        ("half a dozen", 6),
        ("a dozen", 12),
        ("just me", 1),
        ("only me", 1),
        ("me", 1),
        ("solo", 1),
        ("me and 3 friends", 4),
        ("me + 2", 3),
        ("me and my partner", 2),
        ("2 adults and 2 kids", 4),
        ("2 adults, 1 child and a baby", 4),
        ("two adults + a toddler", 3),
        ("4-top", 4),
        ("x4", 4),
        ("about 6 people", 6),
        ("four, at 8pm", 4),
    ],
)
def test_a_party_is_heard(text, size):
    assert hear_party(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "luna",
        "0",
        "100",
        "a few",
        "4 or 5",
        "4-5 people",
        "4 to 6 of us",
        "8pm",
        "20:00",
        "-3",
        "3.5",
        "24/12",
    ],
)
def test_what_names_no_one_size_is_none(text):
    assert hear_party(text) is None


@given(
    st.integers(1, 99), st.sampled_from(["{}", "for {}", "{} people", "party of {}", "{} of us", "we are {}"])
)
def test_every_size_in_digits_is_heard(size, form):
    assert hear_party(form.format(size)) == size


@settings(max_examples=200)
@given(st.text() | st.from_regex(r"[a-z0-9 +,-]{0,30}", fullmatch=True))
def test_no_text_is_too_strange(text):
    assert hear_party(text) is None or present(hear_party(text)) >= 1
