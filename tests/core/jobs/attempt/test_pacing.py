"""How often an attempt looks."""

import itertools
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.almanac import Claim, DropKnowledge, Offset, Source
from core.domain.drop import DropRule
from core.jobs.attempt.pacing import AT_DROP, AT_ONCE, WATCHING

T = datetime(2026, 12, 3, 14, tzinfo=UTC)
ZERO = timedelta(0)
MS = timedelta(milliseconds=1)
WINDOW = timedelta(minutes=3)
windows = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=1))
counts = st.integers(0, 40)
begins = st.timedeltas(min_value=timedelta(seconds=-5), max_value=timedelta(minutes=2))
spans = st.timedeltas(min_value=ZERO, max_value=timedelta(minutes=2))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def seen(middle=ZERO, spread=ZERO, count=0, *, right=None, window=ZERO) -> DropKnowledge:
    rule = DropRule(days_ahead=14, at=time(9), zone="UTC", window=window)
    offset = Offset(middle=middle, spread=spread, count=count) if count else None
    return DropKnowledge(
        claim=Claim(rule=rule, source=Source.TEXT), right=count if right is None else right, offset=offset
    )


knowledge = st.none() | st.builds(
    seen,
    st.timedeltas(min_value=timedelta(seconds=-3), max_value=timedelta(minutes=3)),
    spans,
    st.integers(0, 12),
    right=st.integers(0, 12),
    window=st.just(ZERO) | spans,
)


def placed(known=None, *, pacing=AT_DROP, count=30, since=timedelta(minutes=-1), window=WINDOW):
    return pacing.looks(known).plan(count, since=since, until=window)


def within(looks, since, until):
    return [at for at in looks if seconds(since) <= at < seconds(until)]


def wait_for(looks, appeared):
    """How long tables that came out then are not seen."""
    return next(at for at in looks if at >= appeared) - appeared


@given(st.sampled_from([AT_DROP, AT_ONCE]), knowledge, counts, begins, windows)
def test_looks_stay_in_budget_in_the_window_in_order_and_apart(pacing, known, count, since, window):
    for looks in (pacing.looks(known), pacing.aftermath):
        begun = looks.plan(count, since=since, until=window)
        assert len(begun) <= count
        assert all(since <= at < window for at in begun)
        assert all(after - before >= looks.closest for before, after in itertools.pairwise(begun))


@given(knowledge, windows)
def test_the_moment_of_the_drop_itself_is_looked_at(known, window):
    assert ZERO in placed(known, window=window)


@given(knowledge, st.timedeltas(min_value=MS, max_value=timedelta(minutes=1)), st.integers(1, 30))
def test_who_comes_late_looks_at_once(known, since, count):
    assert placed(known, since=since, count=count)[0] == since


def test_the_first_look_is_at_the_drop_and_none_before_it():
    assert placed()[0] == ZERO


def test_the_whole_budget_is_spent():
    assert len(placed()) == AT_DROP.budget == 30


def test_what_is_120_ms_late_is_seen_at_once():
    looks = placed()
    gaps = [after - before for before, after in itertools.pairwise(within(looks, 0, 0.25))]
    assert max(gaps) <= 45 * MS
    mean = sum((wait_for(looks, n * MS) for n in range(1, 240)), ZERO) / 239
    assert mean <= 22 * MS
    assert wait_for(looks, 120 * MS) <= 45 * MS


def test_what_is_seconds_late_is_seen_within_a_second_and_what_is_two_minutes_late_within_a_few():
    looks = placed()
    assert all(wait_for(looks, n * MS) <= 250 * MS for n in range(250, 950, 10))
    assert all(wait_for(looks, n * MS) <= 800 * MS for n in range(1000, 3000, 10))
    assert all(wait_for(looks, seconds(n)) <= seconds(13) for n in range(60, 120))


def test_looks_thin_out():
    looks = placed()
    rates = [
        len(within(looks, *span)) / (span[1] - span[0]) for span in ((0, 0.25), (0.25, 1), (1, 3), (3, 20))
    ]
    assert rates == sorted(rates, reverse=True)


@given(windows)
def test_a_whole_window_is_looked_over(window):
    assert window - placed(window=window)[-1] <= max(window / 3, timedelta(seconds=10))


def test_a_venue_that_is_always_late_by_the_same_is_looked_at_where_it_was_seen():
    sharp, usual = placed(seen(400 * MS, 50 * MS, 6)), placed()
    assert len(within(sharp, 0.3, 0.5)) >= 5 > len(within(usual, 0.3, 0.5))
    assert sharp[0] == ZERO
    assert len(within(sharp, 0, 0.25)) >= 4
    assert len(within(sharp, 50, 130)) >= 4


def test_the_more_often_it_was_seen_the_more_it_is_believed():
    among = [len(within(placed(seen(seconds(90), seconds(5), count)), 80, 100)) for count in (1, 3, 12)]
    assert among == sorted(among)
    assert among[0] < among[-1]


def test_what_was_seen_late_once_and_on_time_often_is_expected_on_time():
    once = seen(seconds(90), seconds(5), 1, right=12)
    assert len(within(placed(once), 0, 0.25)) >= 6


def test_a_venue_that_is_early_is_looked_at_before_its_moment_and_at_it():
    looks = placed(seen(-300 * MS, 50 * MS, 6))
    assert looks[0] <= -350 * MS
    assert len(within(looks, -0.4, -0.1)) >= 5
    assert ZERO in looks
    assert len(looks) <= 30


def test_how_early_one_may_be_is_bounded():
    assert placed(seen(seconds(-60), seconds(5), 6))[0] >= seconds(-2)


def test_an_irregular_venue_is_looked_at_evenly_over_its_window():
    looks = placed(seen(window=timedelta(minutes=30)), window=timedelta(minutes=33))
    inside = within(looks, 120, 1800)
    gaps = [after - before for before, after in itertools.pairwise(inside)]
    assert len(inside) >= 24
    assert max(gaps) <= 1.5 * min(gaps)
    assert looks[0] == ZERO


@pytest.mark.parametrize("late", [0, 5, 60])
def test_after_all_was_taken_it_is_looked_soon_and_then_less(late):
    looks = AT_DROP.aftermath.plan(20, since=ZERO, until=WINDOW - seconds(late))
    gaps = [after - before for before, after in itertools.pairwise(looks)]
    assert looks[0] == ZERO
    assert gaps[0] <= seconds(1)
    assert gaps == sorted(gaps)


def test_open_tables_are_asked_for_a_few_times():
    looks = placed(pacing=AT_ONCE, count=12, window=seconds(30))
    assert len(looks) == 12
    assert looks[1] <= seconds(1)


def test_placing_looks_is_quick_enough_to_be_done_at_the_drop():
    looks = AT_DROP.looks(seen(400 * MS, 50 * MS, 6))
    assert AT_DROP.looks(seen(400 * MS, 50 * MS, 6)) is looks


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
