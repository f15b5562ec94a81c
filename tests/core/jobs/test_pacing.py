"""How often an attempt looks."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.jobs.pacing import AT_DROP, AT_ONCE, WATCHING

T = datetime(2026, 12, 3, 14, tzinfo=UTC)
windows = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=1))
latencies = st.timedeltas(min_value=timedelta(0), max_value=timedelta(seconds=10))


def looks(pacing, *, window, latency=timedelta(0), bookings=0):
    at, spent, begun = T, bookings, []
    while at is not None:
        begun.append(at)
        spent += 1
        at = pacing.next_look(opened_at=T, looked_at=at, now=at + latency, until=T + window, spent=spent)
    return begun


@given(st.sampled_from([AT_DROP, AT_ONCE]), windows, latencies, st.integers(0, 40))
def test_looks_stay_in_budget_in_the_window_in_order_and_never_overlap(pacing, window, latency, bookings):
    begun = looks(pacing, window=window, latency=latency, bookings=bookings)
    assert len(begun) + bookings <= max(pacing.budget, bookings + 1)
    assert all(at < T + window for at in begun)
    gaps = [after - before for before, after in itertools.pairwise(begun)]
    assert all(gap >= max(latency, timedelta(milliseconds=250)) for gap in gaps)


@given(windows)
def test_a_whole_window_is_looked_over(window):
    begun = looks(AT_DROP, window=window)
    assert T + window - begun[-1] <= max(window / 5, timedelta(seconds=10))


def test_the_first_seconds_of_a_drop_are_looked_at_densely():
    begun = looks(AT_DROP, window=timedelta(minutes=5))
    assert sum(at - T < timedelta(seconds=3) for at in begun) == 12
    assert len(begun) == AT_DROP.budget


@given(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90)),
    st.floats(0, 1),
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=90)),
)
def test_a_watch_is_polite_and_meets_its_end(ahead, luck, left):
    again_at = WATCHING.again_at(now=T, wanted_at=T + ahead, until=T + left, luck=luck)
    assert T < again_at <= T + left
    assert again_at - T >= min(left, timedelta(seconds=48))
    assert again_at - T <= timedelta(minutes=6)


def test_a_watch_looks_more_often_when_the_day_is_near():
    def pause(days):
        wanted_at = T + timedelta(days=days)
        return WATCHING.again_at(now=T, wanted_at=wanted_at, until=wanted_at, luck=0.5) - T

    assert [pause(days) for days in (1, 7, 30)] == [timedelta(minutes=minutes) for minutes in (1, 2, 5)]
