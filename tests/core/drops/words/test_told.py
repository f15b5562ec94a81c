"""A rule in a guest's own words, behind a venue's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drops.words import told
from tests.core.drops.words.phrasings import NEW_YORK, PACIFIC, days, month

SAID = {
    "luna 14 days 9:00": ("luna", days(14, 9)),
    "Casa Luna 14 9:00": ("Casa Luna", days(14, 9)),
    "luna first of the month 10am": ("luna", month(1, 10)),
    "luna on the 1st at noon": ("luna", month(1, 12)),
    "luna last day of the month noon": ("luna", month(31, 12)),
    "luna 10am first of the month for the month after next": ("luna", month(1, 10, ahead=2)),
    "luna 30 days midnight": ("luna", days(30, 0)),
    "luna at 9am two weeks ahead": ("luna", days(14, 9)),
    "luna releases 14 days ahead between 10 and 10:30": ("luna", days(14, 10, window=30)),
    "luna same day 9am": ("luna", days(0, 9)),
    "luna 14d 9am": ("luna", days(14, 9)),
    "luna 21 days at 9": ("luna", days(21, 9)),
    "luna 21 days 5:00": ("luna", days(21, 5)),
    "luna 21 days 21:00": ("luna", days(21, 21)),
    "luna 28 days 9am PT": ("luna", days(28, 9, zone=PACIFIC)),
    "luna, 14 days ahead, 10 a.m.": ("luna", days(14, 10)),
    "4 charles 21 days 9am": ("4 charles", days(21, 9)),
    "eleven madison 28 days 9am": ("eleven madison", days(28, 9)),
    "the second floor 14 days at 9am": ("the second floor", days(14, 9)),
    "14 days 9 am": ("", days(14, 9)),
}
HALF = {
    "luna": ("luna", False, False),
    "luna 14 days": ("luna", True, False),
    "luna two weeks": ("luna", True, False),
    "luna 9am": ("luna", False, True),
    "4 charles 9am": ("4 charles", False, True),
    "luna first of the month": ("luna", True, False),
}


@pytest.mark.parametrize(("words", "meant"), SAID.items())
def test_a_whole_rule_is_understood(words, meant):
    heard = told(words, NEW_YORK)
    assert (heard.before, heard.rule) == meant


@pytest.mark.parametrize(("words", "meant"), HALF.items())
def test_half_a_rule_is_known_for_a_half(words, meant):
    heard = told(words, NEW_YORK)
    assert (heard.before, heard.has_days, heard.has_hour) == meant
    assert heard.rule is None


@pytest.mark.parametrize("words", ["every monday 10am", "weekly at 10am", "first monday of the month 10am"])
def test_what_no_rule_can_say_is_called_so(words):
    heard = told(f"luna {words}", NEW_YORK, lead_time=14)
    assert heard.irregular
    assert heard.rule is None


def test_an_hour_takes_the_days_that_the_platform_counts():
    assert told("luna 9am", NEW_YORK, lead_time=13).rule == days(13, 9)
    assert told("luna 14 days 9am", NEW_YORK, lead_time=13).rule == days(14, 9)


@pytest.mark.parametrize("words", SAID)
def test_what_is_in_front_and_the_rest_are_the_whole(words):
    heard = told(words, NEW_YORK)
    assert told(heard.rest, NEW_YORK).rule == heard.rule


@given(st.text(max_size=300))
def test_any_words_are_heard_without_a_fault(words):
    heard = told(words, NEW_YORK)
    assert heard.rule is None or heard.has_hour
