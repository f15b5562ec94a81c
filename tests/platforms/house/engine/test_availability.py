from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.drop import DropRule
from core.domain.slot import Cause
from platforms.house.engine.availability import BusyTicks, open_at_all, openings, seatings
from platforms.house.engine.rules import TurnTime
from platforms.house.engine.ticks import tick_of, ticks_of, ticks_of_days
from tests.platforms.house.venues import NOW, ON, a_shift, a_table, a_venue

FREE = BusyTicks(tick_of(NOW))
HOUR = timedelta(hours=1)


def at(hour: int, minute: int = 0, *, on: date = ON) -> datetime:
    """A New York time in winter."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC) + 5 * HOUR


def starts(found) -> list[time]:
    return [opening.starts_at.time() for opening in found.openings]


def test_a_table_taken_for_two_hours_closes_every_time_that_would_meet_them():
    venue = a_venue(a_table("T1", id=1), turns=(TurnTime(up_to=8, lasts=2 * HOUR),))
    busy = BusyTicks.of(tick_of(NOW), [(1, ticks_of(at(20), 2 * HOUR))])
    assert starts(openings(venue, ON, 2, busy, NOW)) == [time(18), time(22)]


def test_a_larger_party_stays_longer_and_finds_less():
    turns = (TurnTime(up_to=2, lasts=HOUR), TurnTime(up_to=4, lasts=3 * HOUR))
    venue = a_venue(a_table("T1", id=1), turns=turns, party_max=4)
    busy = BusyTicks.of(tick_of(NOW), [(1, ticks_of(at(20), HOUR))])
    assert time(19) in starts(openings(venue, ON, 2, busy, NOW))
    assert starts(openings(venue, ON, 4, busy, NOW)) == [time(21), time(21, 30), time(22)]


def test_a_turn_reaches_past_midnight():
    venue = a_venue(a_table("T1", id=1), shifts=(a_shift(time(23), time(23, 30)),))
    after_midnight = ticks_of(at(24 % 24, on=ON + timedelta(days=1)), HOUR)
    assert starts(openings(venue, ON, 2, BusyTicks.of(tick_of(NOW), [(1, after_midnight)]), NOW)) == []
    assert (
        openings(venue, ON, 2, FREE, NOW).openings[-1].ticks.stop
        <= ticks_of_days(ON, ON, venue.tz, margin=venue.longest_turn()).stop
    )


def test_seatings_have_their_own_openings_and_the_smallest_tables_come_first():
    venue = a_venue(
        a_table("Big", (1, 8), id=1),
        a_table("Bar", (1, 2), seating="bar", id=2),
        a_table("Small", (1, 2), id=3),
    )
    first, second = openings(venue, ON, 2, FREE, NOW).openings[:2]
    assert (first.seating, first.tables) == ("", ((3, 2), (1, 8)))
    assert (second.seating, second.tables) == ("bar", ((2, 2),))
    assert {opening.seating for opening in openings(venue, ON, 4, FREE, NOW).openings} == {""}


def test_a_venue_that_counts_parties_keeps_a_place_for_one_interval():
    venue = a_venue(a_table("place 1", (1, 6), id=1), turns=(), shifts=(a_shift(every=60),))
    busy = BusyTicks.of(tick_of(NOW), [(1, ticks_of(at(19), HOUR))])
    assert starts(openings(venue, ON, 6, busy, NOW)) == [time(18), time(20), time(21), time(22)]


def test_a_time_that_the_clock_skips_is_no_seating():
    venue = a_venue(shifts=(a_shift(time(1, 30), time(3, 30)),))
    skipped = [at.astimezone(venue.tz).time() for at, _ in seatings(venue, date(2027, 3, 14))]
    assert skipped == [time(1, 30), time(3), time(3, 30)]


def test_a_time_that_the_clock_shows_twice_is_one_seating_the_first_time():
    venue = a_venue(shifts=(a_shift(time(1), time(2)),))
    found = [at for at, _ in seatings(venue, date(2027, 11, 7))]
    assert found == [
        datetime(2027, 11, 7, 5, 0, tzinfo=UTC),
        datetime(2027, 11, 7, 5, 30, tzinfo=UTC),
        datetime(2027, 11, 7, 7, 0, tzinfo=UTC),
    ]


def test_a_day_is_23_or_25_hours_long_when_clocks_change():
    zone = a_venue().tz
    lengths = [
        len(ticks_of_days(day, day, zone, margin=timedelta(0))) - 1
        for day in (date(2027, 3, 13), date(2027, 3, 14), date(2027, 11, 7))
    ]
    assert lengths == [24 * 4, 23 * 4, 25 * 4]


@pytest.mark.parametrize("closed", ["2026-12-24", "12-24"])
def test_a_day_is_closed_once_or_every_year(closed: str):
    venue = a_venue(closed=frozenset({closed}), horizon_days=500)
    assert openings(venue, ON, 2, FREE, NOW).cause is Cause.CLOSED
    next_year = openings(venue, date(2027, 12, 24), 2, FREE, NOW).cause
    assert next_year is (Cause.CLOSED if closed == "12-24" else None)


def test_a_weekday_without_a_shift_is_closed():
    venue = a_venue(shifts=(a_shift(weekdays=frozenset({4})),))
    assert openings(venue, date(2026, 12, 24), 2, FREE, NOW).cause is Cause.CLOSED  # a Thursday
    assert openings(venue, date(2026, 12, 25), 2, FREE, NOW).cause is None


tables = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 4), st.sampled_from(["", "bar"])), min_size=1, max_size=5
)
taken = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60), st.integers(1, 12)), max_size=20)
minutes = st.integers(0, 60 * 24 * 70)


@given(
    tables=tables,
    taken=taken,
    size=st.integers(0, 10),
    now=minutes.map(lambda n: NOW + timedelta(minutes=n)),
    drop=st.sampled_from([None, DropRule(days_ahead=7, at=time(9), zone="America/New_York")]),
    every=st.sampled_from([15, 30, 45, 60]),
    turn=st.integers(1, 12),
)
def test_an_opening_is_free_and_fits_and_everything_else_says_why(
    tables, taken, size, now, drop, every, turn
):
    venue = a_venue(
        *(a_table(f"T{n}", (low, low + more), seating=s, id=n) for n, (low, more, s) in enumerate(tables)),
        shifts=(a_shift(every=every),),
        turns=(TurnTime(up_to=20, lasts=timedelta(minutes=15 * turn)),),
        drop=drop,
    )
    day = ticks_of_days(ON, ON, venue.tz, margin=venue.longest_turn())
    stretches = [
        (table, range(first := day.start + 64 + begin, first + long)) for table, begin, long in taken
    ]
    found = openings(venue, ON, size, BusyTicks.of(day.start, stretches), now)

    assert bool(found.openings) == (found.cause is None)
    assert found.cause == open_at_all(venue, ON, size, BusyTicks.of(day.start, stretches), now)
    occupied = {(table, tick) for table, ticks in stretches for tick in ticks}
    seats = {table.id: table for table in venue.tables}
    for opening in found.openings:
        assert opening.starts_at > now
        assert drop is None or drop.released(ON, now)
        assert opening.tables
        for table_id, _ in opening.tables:
            assert seats[table_id].seats(size)
            assert seats[table_id].seating == opening.seating
            assert not {(table_id, tick) for tick in opening.ticks} & occupied
    if found.cause in {None, Cause.FULL}:
        free = {
            (start, table.seating)
            for start, _ in seatings(venue, ON)
            for table in venue.tables
            if start > now
            and table.seats(size)
            and not {(table.id, tick) for tick in ticks_of(start, timedelta(minutes=15 * turn))} & occupied
        }
        assert free == {(opening.starts_at, opening.seating) for opening in found.openings}
