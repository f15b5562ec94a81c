"""Venues' prose read as rules, and everything else left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.almanac import Source
from core.drops.words import claims_of
from core.drops.words.sentences import sentences
from tests.core.drops.words.phrasings import DAILY, MONTHLY, NEW_YORK, PACIFIC, UNSURE, WINDOWS, days, month

KNOWN = DAILY | WINDOWS | MONTHLY
NINE = "Reservations are released 14 days in advance at 9 AM."


def rules(text: str, zone: str = NEW_YORK, lead_time: int | None = None) -> list:
    return [claim.rule for claim in claims_of(text, zone, lead_time=lead_time)]


def test_there_are_enough_phrasings_to_mean_something():
    assert len(KNOWN) >= 80
    assert len(UNSURE) >= 40


@pytest.mark.parametrize(("text", "rule"), KNOWN.items())
def test_a_rule_is_read(text, rule):
    first, *_ = claims_of(text, NEW_YORK)
    assert first.rule == rule
    assert first.source is Source.TEXT
    assert first.words


@pytest.mark.parametrize("text", UNSURE)
def test_what_is_not_sure_is_not_read(text):
    assert claims_of(text, NEW_YORK) == ()


@pytest.mark.parametrize("text", DAILY)
def test_capitals_and_line_breaks_change_nothing(text):
    shouted = text.upper().replace(". ", ".\n\n")
    assert rules(shouted)[:1] == [DAILY[text]]


@pytest.mark.parametrize("text", DAILY)
def test_what_else_a_venue_writes_changes_nothing(text):
    around = (
        "Welcome to Luna! We are open Tuesday to Sunday, 5pm to 11pm. "
        f"{text}\n"
        "Please note our cancellation policy: cancel 24 hours in advance, by 6pm, or we charge $50 per person. "
        "For parties of 7 or more please call (212) 555-0199 two weeks in advance."
    )
    assert rules(around)[:1] == [DAILY[text]]


@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/London", "Asia/Tokyo"])
def test_an_hour_without_a_zone_is_the_venues_own(zone):
    assert rules(NINE, zone) == [days(14, 9, zone=zone)]


@pytest.mark.parametrize(
    ("said", "zone", "meant"),
    [
        ("9 AM ET", PACIFIC, NEW_YORK),
        ("9 AM (Eastern Standard Time)", PACIFIC, NEW_YORK),
        ("9 AM MST", "America/Phoenix", "America/Phoenix"),
        ("9 AM MST", NEW_YORK, "America/Denver"),
        ("9 AM GMT", "Europe/London", "Europe/London"),
        ("9 AM IST", "Asia/Kolkata", "Asia/Kolkata"),
        ("9 AM, New York time", PACIFIC, NEW_YORK),
        ("9 AM local time", PACIFIC, PACIFIC),
        ("9 AM ET / 6 AM PT", PACIFIC, None),
    ],
)
def test_a_zone_in_words_is_understood(said, zone, meant):
    (rule,) = rules(f"Reservations are released 14 days in advance at {said}.", zone)
    if meant is None:  # the venue's own clock, where both are said
        assert (rule.zone, rule.at.hour) == (PACIFIC, 6)
    else:
        assert (rule.zone, rule.at.hour) == (meant, 9)


# The platform's own count of days.


def test_the_number_goes_before_the_prose_and_both_are_kept():
    number, prose = claims_of(NINE, NEW_YORK, lead_time=13)
    assert (number.rule, number.source) == (days(13, 9), Source.LEAD_TIME)
    assert (prose.rule, prose.source) == (days(14, 9), Source.TEXT)


def test_a_number_that_agrees_with_the_prose_is_one_claim():
    assert [claim.source for claim in claims_of(NINE, NEW_YORK, lead_time=14)] == [Source.LEAD_TIME]


def test_a_number_without_an_hour_is_no_rule():
    assert rules("", lead_time=29) == []
    assert rules("Reservations can be made up to 30 days in advance.", lead_time=29) == []


def test_an_hour_without_days_is_a_rule_with_the_number():
    assert rules("New reservations are released daily at 10 AM.", lead_time=29) == [days(29, 10)]
    assert rules("Reservations open one month in advance at 10am.", lead_time=29) == [days(29, 10)]


def test_an_irregular_hour_keeps_its_window_with_the_number():
    (number, _) = rules("Tables drop 21 days ahead between 10 and 10:30am", lead_time=20)
    assert number == days(20, 10, window=30)


def test_a_month_at_once_has_no_use_for_the_number():
    text = "On the 1st of every month at noon we release the entire next month."
    assert rules(text, lead_time=45) == [month(1, 12)]


def test_two_hours_do_not_go_with_the_number():
    text = "Reservations are released 14 days in advance, at 9am for lunch and 11am for dinner."
    assert rules(text, lead_time=13) == []


# Whatever a venue writes.

_WORDS = (
    "reservations tables released open drop days weeks month first 1st 14 30 a two in advance ahead prior at 9 "
    "10 am p.m. noon midnight - , . ; : ( ) between and ET EST following next every Monday cancel 24 hours fee "
    "<b> &amp; $25 (212) 555-0100 12:00 99:99 0 000 of the for ' \" @ ~ /"
)
_BITS = st.sampled_from(_WORDS.split())


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text):
    for claim in claims_of(text, NEW_YORK, lead_time=29):
        assert claim.words


@given(st.lists(_BITS, max_size=40).map(" ".join), st.none() | st.integers(0, 362))
def test_any_words_of_venues_are_read_without_a_fault(text, lead_time):
    for claim in claims_of(text, NEW_YORK, lead_time=lead_time):
        assert timedelta(0) <= claim.rule.window <= timedelta(hours=2)
        assert replace(claim.rule, window=timedelta(0)).zone


def test_a_very_long_text_is_read_in_no_time():
    for bit in (
        "9 ",
        "a ",
        "14 days ",
        "1st of ",
        "(",
        "<b",
        "at 10 to ",
        "every ",
        "&#",
        "a.m. ",
        "released 9-",
    ):
        assert isinstance(claims_of(bit * 20_000, NEW_YORK), tuple)


def test_sentences_end_where_people_end_them():
    text = "Released at 9 a.m. Cancel by 5 p.m. EST. Call 212-555-0100! Fourteen (14) days<br>ahead"
    assert list(sentences(text)) == ["Released at 9 am.", "Cancel by 5 pm EST.", "Call !", "14 days", "ahead"]
