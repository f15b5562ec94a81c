"""Which times would do, and which of those a venue has."""

from datetime import time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.parsing import ANY, AroundTime, TimeRange, TimesHeard, Unclear, UnclearReason, Understood, hear_times


def typed(text: str) -> str:
    answer = hear_times(text)
    assert isinstance(answer, TimesHeard), answer
    return Understood(times=answer).typed()


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("8", "at 20:00"),
        ("at 8", "at 20:00"),
        ("eight", "at 20:00"),
        ("8pm", "at 20:00"),
        ("8 p.m.", "at 20:00"),
        ("8p", "at 20:00"),
        ("8 o'clock", "at 20:00"),
        ("8.00", "at 20:00"),
        ("20", "at 20:00"),
        ("20h", "at 20:00"),
        ("20:00", "at 20:00"),
        ("2000", "at 20:00"),
        ("8am", "at 08:00"),
        ("08:30", "at 08:30"),
        ("8:30", "at 20:30"),
        ("8.30", "at 20:30"),
        ("730pm", "at 19:30"),
        ("19h30", "at 19:30"),
        ("1930h", "at 19:30"),
        ("half past seven", "at 19:30"),
        ("half seven", "at 19:30"),
        ("seven thirty", "at 19:30"),
        ("quarter to eight", "at 19:45"),
        ("quarter to one", "at 12:45"),
        ("a quarter past 7", "at 19:15"),
        ("twenty past eight", "at 20:20"),
        ("ten to eight", "at 19:50"),
        ("1", "at 13:00"),
        ("9", "at 21:00"),
        ("10", "at 10:00"),
        ("11", "at 11:00"),
        ("12", "at 12:00"),
        ("10:30", "at 10:30"),
        ("10pm", "at 22:00"),
        ("noon", "at 12:00"),
        ("midnight", "at 00:00"),
        ("12am", "at 00:00"),
        ("12pm", "at 12:00"),
        ("24:00", "at 00:00"),
        ("tonight at 10", "at 22:00"),
        ("tonight at 10:30", "at 22:30"),
        ("dinner at 11", "at 23:00"),
        ("lunch at 1", "at 13:00"),
        ("breakfast at 8", "at 08:00"),
        ("9 in the morning", "at 09:00"),
        ("9 in the evening", "at 21:00"),
        ("7 or 8pm", "at 19:00, at 20:00"),
        ("8pm or 9", "at 20:00, at 21:00"),
        ("9 or 10am", "at 09:00, at 10:00"),
        ("9 or 10", "at 21:00, at 22:00"),
        ("7/8pm", "at 19:00, at 20:00"),
        ("7, 8 or 9pm", "at 19:00, at 20:00, at 21:00"),
        ("8, then 7", "at 20:00, at 19:00"),
        ("20:00, 19:00", "at 20:00, at 19:00"),
        ("preferably 8pm, otherwise 7pm", "at 20:00, at 19:00"),
        ("19:00-21:00", "19:00-21:00"),
        ("19.00 – 21.00", "19:00-21:00"),
        ("19-21", "19:00-21:00"),
        ("1900-2100", "19:00-21:00"),
        ("7-9", "19:00-21:00"),
        ("7-9pm", "19:00-21:00"),
        ("7pm-9", "19:00-21:00"),
        ("7 to 9", "19:00-21:00"),
        ("from 7 till 9", "19:00-21:00"),
        ("between 7 and 9", "19:00-21:00"),
        ("after 7 but no later than 9", "19:00-21:00"),
        ("after 7 and before 9", "19:00-20:59"),
        ("11-2pm", "11:00-14:00"),
        ("11am-2", "11:00-14:00"),
        ("11:30-1:30", "11:30-13:30"),
        ("12-2", "12:00-14:00"),
        ("10-12", "10:00-12:00"),
        ("10-1", "10:00-13:00"),
        ("9-11", "21:00-23:00"),
        ("9-11am", "09:00-11:00"),
        ("noon-2", "12:00-14:00"),
        ("10pm-1am", "22:00-23:59"),
        ("8pm-midnight", "20:00-23:59"),
        ("21:00-19:00", "19:00-21:00"),
        ("11:00-23:30", "11:00-23:30"),
        ("after 8", "20:00-23:59"),
        ("from 7", "19:00-23:59"),
        ("8 or later", "20:00-23:59"),
        ("8pm onwards", "20:00-23:59"),
        ("8+", "20:00-23:59"),
        ("before 9pm", "00:00-20:59"),
        ("by 9", "00:00-21:00"),
        ("until 21:00", "00:00-21:00"),
        ("9 at the latest", "00:00-21:00"),
        ("lunch after 1", "13:00-16:00"),
        ("dinner before 9", "17:00-20:59"),
        ("around 8", "around 20:00"),
        ("8ish", "around 20:00"),
        ("~20:00", "around 20:00"),
        ("around 7 or 8", "around 19:00, around 20:00"),
        ("8-9 or 7", "20:00-21:00, at 19:00"),
        ("lunch", "11:00-16:00"),
        ("in the evening", "17:00-23:59"),
        ("early dinner", "17:00-19:00"),
        ("lunch or dinner", "11:00-16:00, 17:00-23:59"),
        ("any", "00:00-23:59"),
        ("any time is fine", "00:00-23:59"),
        ("whenever", "00:00-23:59"),
        ("any 19:00-21:00", "19:00-21:00"),
        ("any time after 8", "20:00-23:59"),
        ("8pm, else any", "at 20:00, 00:00-23:59"),
        ("24 dec 8pm", "at 20:00"),
        ("19:00 for 4 people", "at 19:00"),
    ],
)
def test_a_time_is_heard(text, times):
    assert typed(text) == times


@pytest.mark.parametrize("text", ["", "luna", "25:00", "8:75", "4 people", "13pm", "soon", "99", "1:2:3"])
def test_what_is_no_time_says_so(text):
    assert hear_times(text) == Unclear(reason=UnclearReason.NOT_A_TIME)


EVENING = [
    time(18),
    time(18, 30),
    time(19),
    time(19, 30),
    time(19, 45),
    time(20),
    time(20, 15),
    time(20, 30),
    time(21),
]


def test_a_range_picks_the_earliest_first():
    assert TimesHeard((TimeRange(time(19), time(20)),)).pick(EVENING[::-1]) == (
        time(19),
        time(19, 30),
        time(19, 45),
        time(20),
    )


def test_around_picks_the_nearest_first_and_half_an_hour_at_most():
    assert TimesHeard((AroundTime(time(20)),)).pick(EVENING) == (
        time(20),
        time(19, 45),
        time(20, 15),
        time(19, 30),
        time(20, 30),
    )


def test_exact_times_are_picked_in_the_order_said_and_only_if_there():
    assert TimesHeard((time(21), time(22), time(18))).pick(EVENING) == (time(21), time(18))


def test_a_time_wanted_twice_is_picked_once():
    heard = TimesHeard((time(20), TimeRange(time(19, 30), time(20, 15)), ANY))
    picked = heard.pick(EVENING)
    assert picked[:4] == (time(20), time(19, 30), time(19, 45), time(20, 15))
    assert sorted(picked) == EVENING


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
items = st.one_of(
    times,
    st.tuples(times, times).map(lambda pair: TimeRange(min(pair), max(pair))),
    st.builds(AroundTime, times, st.timedeltas(timedelta(), timedelta(hours=2))),
)


@given(st.lists(items, min_size=1, max_size=5), st.lists(times, max_size=20))
def test_what_is_picked_is_available_and_never_twice(wanted, available):
    picked = TimesHeard(tuple(wanted)).pick(available)
    assert set(picked) <= set(available)
    assert len(set(picked)) == len(picked)
    assert {at for at in wanted if isinstance(at, time)} & set(available) <= set(picked)


@given(times, st.lists(times, min_size=1))
def test_around_never_prefers_what_is_farther(wanted, available):
    def far(at):
        return abs(at.hour * 60 + at.minute - wanted.hour * 60 - wanted.minute)

    assert all(far(a) <= far(b) <= 30 for a, b in pairwise(TimesHeard((AroundTime(wanted),)).pick(available)))


@given(times)
def test_every_time_on_the_24_hour_clock_is_heard_as_it_is(at):
    assert hear_times(f"{at:%H:%M}") == TimesHeard((at,))


@given(times)
def test_every_time_on_the_12_hour_clock_is_heard_as_it_is(at):
    assert hear_times(f"{at:%I:%M %p}") == TimesHeard((at,))
    assert hear_times(f"{int(at.strftime('%I'))}.{at:%M}{at:%p}".lower()) == TimesHeard((at,))


@settings(max_examples=300)
@given(st.text() | st.from_regex(r"(around |after |before |at |for )?[0-9a-z:. ,-]{0,30}", fullmatch=True))
def test_no_text_is_too_strange(text):
    answer = hear_times(text)
    assert isinstance(answer, Unclear) or answer.items
    if isinstance(answer, TimesHeard):
        assert all(item.start <= item.end for item in answer.items if isinstance(item, TimeRange))
