"""One line becomes answers, whatever the order of its words."""

from dataclasses import replace
from datetime import date, datetime
from itertools import permutations
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.parsing import AroundTime, TimeRange, TimesHeard, Unclear, Understood, understand
from tests.bot.parsing.phrases import LONDON, NOW, PHRASES

SEATINGS = ("Dining room", "Bar", "Chef's counter")


def heard(text: str, **known) -> Understood:
    return understand(text, now=NOW, zone=LONDON, **known)


def shown(understood: Understood) -> tuple[str, int | None, str | None, str]:
    match understood.day:
        case date() as day:
            on = day.isoformat()
        case Unclear() as unclear:
            on = unclear.reason.value
        case None:
            on = None
    return understood.venue, understood.party_size, on, Understood(times=understood.times).typed()


@pytest.mark.parametrize(
    ("text", "venue", "party_size", "on", "times"), PHRASES, ids=[row[0] for row in PHRASES]
)
def test_a_phrase_means_what_a_guest_means(text, venue, party_size, on, times):
    assert shown(heard(text)) == (venue, party_size, on, times)


@pytest.mark.parametrize(
    "words", list(permutations(["luna", "4 people", "fri", "19:00-21:00"])), ids=" ".join
)
def test_the_order_of_the_answers_does_not_matter(words):
    expected = ("luna", 4, "2026-11-27", "19:00-21:00")
    assert shown(heard(" ".join(words))) == expected
    assert shown(heard(", ".join(words))) == expected


@pytest.mark.parametrize(
    ("text", "seating", "venue"),
    [
        ("luna 4 fri 8pm bar", "Bar", "luna"),
        ("luna 4 fri 8pm at the bar", "Bar", "luna"),
        ("luna bar seating 4", "Bar", "luna"),
        ("bar luna 4 fri", None, "bar luna"),
        ("bar luna 4 fri dining room", "Dining room", "bar luna"),
        ("luna, chef’s counter, 4", "Chef's counter", "luna"),
        ("luna in the DINING  ROOM for 2", "Dining room", "luna"),
        ("a seat at the bar at luna", "Bar", "luna"),
        ("luna barn 4", None, "luna barn"),
    ],
)
def test_a_seating_is_heard_and_spelled_as_the_venue_does(text, seating, venue):
    understood = heard(text, seatings=SEATINGS)
    assert (understood.seating, understood.venue) == (seating, venue)


def test_a_seating_is_kept_as_typed_while_the_venue_is_not_known():
    assert heard("4 people any time next thursday at luna bar seating").seating == "bar"


def test_where_3_4_falls_depends_on_where_it_is_said():
    assert understand("luna 3/4", now=NOW, zone=ZoneInfo("America/New_York")).day == date(2027, 3, 4)
    assert understand("luna 3/4", now=NOW, zone=ZoneInfo("America/Sao_Paulo")).day == date(2027, 4, 3)


def test_today_is_the_day_of_the_zone_and_not_of_utc():
    late = datetime.fromisoformat("2026-11-24T23:30:00+00:00")
    assert understand("luna tonight", now=late, zone=ZoneInfo("Asia/Tokyo")).day == date(2026, 11, 25)
    assert understand("luna tonight", now=late, zone=LONDON).day == date(2026, 11, 24)


def test_only_the_first_300_characters_are_read():
    assert heard("luna " + "x" * 295 + " 4 fri").party_size is None


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
ranges = st.tuples(times, times).map(lambda pair: TimeRange(min(pair), max(pair)))
items = st.one_of(times, ranges, times.map(AroundTime))
names = st.from_regex(r"[A-Za-zÀ-ÿ0-9&'.-]{1,12}( [A-Za-zÀ-ÿ0-9&'.-]{1,12}){0,2}", fullmatch=True)


@given(
    venue=st.just("") | names.filter(lambda name: name.strip() == name),
    day=st.none() | st.dates(date(2026, 11, 24), date(2028, 12, 31)),
    party_size=st.none() | st.integers(1, 20),
    heard_times=st.none() | st.lists(items, min_size=1, max_size=4).map(lambda some: TimesHeard(tuple(some))),
    seating=st.none() | st.sampled_from(SEATINGS),
)
def test_what_is_typed_canonically_is_understood_again(venue, day, party_size, heard_times, seating):
    understood = Understood(venue=venue, day=day, party_size=party_size, times=heard_times, seating=seating)
    assert heard(understood.typed(), seatings=SEATINGS) == understood


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("luna tonight at 10 for 2", "tonight at 10 for 2"),
        ('4 "casa luna" 3/4', "4 ; 3/4"),
        ("table for 2 at luna on fri or sat please, 8ish", "table for 2 ; fri or sat ; 8ish"),
        ("luna", ""),
    ],
)
def test_the_rest_is_what_was_said_of_anything_but_the_venue(text, rest):
    assert heard(text).rest == rest


@pytest.mark.parametrize("text", [row[0] for row in PHRASES])
def test_the_rest_alone_means_the_same_of_no_venue(text):
    whole = heard(text)
    assert heard(whole.rest) == replace(whole, venue="")


FRAGMENTS = (
    "luna 4 fri at 8 8pm or and - to for people around half past noon 24 dec 31 feb / . : , next week "
    "\" ' bar tonight between 7.30 19:00 -21:00 in two the any 2026-02-30 99 00 13/13 me + adults"
)
WORDS = st.sampled_from(FRAGMENTS.split())


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(WORDS, max_size=40).map(" ".join)))
def test_no_text_is_too_strange(text):
    understood = heard(text, seatings=SEATINGS)
    assert understood.party_size is None or 1 <= understood.party_size <= 99
    if isinstance(understood.day, date):
        assert understood.day >= NOW.date()
    if understood.times:
        assert understood.times.items


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_an_understood_line_typed_again_means_the_same(text):
    first = heard(text)
    assume('"' not in first.venue and not isinstance(first.day, Unclear))
    assume(first.party_size is None or first.party_size <= 20)
    assume(first.seating is None)
    again = heard(first.typed())
    assert (again.day, again.party_size, again.times) == (first.day, first.party_size, first.times)


def test_a_line_is_read_within_milliseconds():
    text = (
        "please book a table for four at casa luna on 24 dec between 7 and 9, or else around 21:30 at the bar"
    )
    heard(text)
    took = []
    for _ in range(20):
        start = perf_counter()
        heard(text, seatings=SEATINGS)
        took.append(perf_counter() - start)
    assert min(took) < 0.005


def test_the_longest_nonsense_is_read_within_a_blink():
    texts = [
        "8 or " * 60,
        "1-" * 150,
        "a and 2 kids " * 25,
        "fri " * 75,
        "24 dec " * 40,
        "for 4 " * 50,
        "(" * 300,
    ]
    start = perf_counter()
    for text in texts:
        heard(text, seatings=SEATINGS)
    assert perf_counter() - start < 1.0
