"""When tables are released, on the odd days too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.drop import DropRule, instant_of

ODD_ZONES = (
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Sao_Paulo",  # gaps at midnight
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Havana",
    "Pacific/Apia",  # a day that never was
    "Africa/Casablanca",  # winter time in Ramadan
    "Asia/Kathmandu",
)
zones = st.sampled_from(ODD_ZONES).map(ZoneInfo)
days = st.dates(date(2010, 1, 1), date(2036, 12, 31))
minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The hours (UTC) of a year before which the clock was changed."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


@given(day=days, at=minutes, zone=zones, days_ahead=st.integers(0, 90))
@example(day=date(2011, 12, 30), at=time(9), zone=ZoneInfo("Pacific/Apia"), days_ahead=0)
def test_the_drop_is_the_first_second_the_clock_shows_its_time_or_later(day, at, zone, days_ahead):
    drop = DropRule(days_ahead=days_ahead, at=at, zone=zone.key).drop_of(day)
    wall = datetime.combine(day - timedelta(days=days_ahead), at)
    assert drop.tzinfo is UTC
    assert wall_clock(drop, zone) >= wall
    assert wall_clock(drop - timedelta(seconds=1), zone) < wall


@pytest.mark.parametrize("zone", ODD_ZONES)
@pytest.mark.parametrize("year", [2011, 2017, 2026])
def test_it_is_so_in_every_minute_around_a_change_of_the_clock(zone, year):
    tz = ZoneInfo(zone)
    for change in changes(tz, year):
        around = wall_clock(change, tz)
        for offset in range(-150, 150, 5):
            wall = around + timedelta(minutes=offset)
            drop = instant_of(wall.date(), wall.time(), tz)
            assert wall_clock(drop, tz) >= wall
            assert wall_clock(drop - timedelta(seconds=1), tz) < wall


@given(day=days, at=minutes, zone=zones, ahead=st.integers(0, 400))
def test_a_later_day_never_drops_earlier(day, at, zone, ahead):
    rule = DropRule(days_ahead=21, at=at, zone=zone.key)
    assert rule.drop_of(day) <= rule.drop_of(day + timedelta(days=ahead))


@given(day=days, at=minutes, zone=zones)
def test_a_day_is_released_from_its_drop_on(day, at, zone):
    rule = DropRule(days_ahead=30, at=at, zone=zone.key)
    drop = rule.drop_of(day)
    assert rule.released(day, drop)
    assert not rule.released(day, drop - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("zone", "day", "at", "drop"),
    [
        # An ordinary day.
        ("America/New_York", date(2026, 12, 3), time(9), "2026-12-03T14:00:00Z"),
        # 02:00 to 03:00 are left out.
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:00:00Z"),
        ("America/New_York", date(2026, 3, 8), time(1, 59), "2026-03-08T06:59:00Z"),
        ("America/New_York", date(2026, 3, 8), time(3, 0), "2026-03-08T07:00:00Z"),
        # 01:00 to 02:00 come twice: the first one counts.
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00Z"),
        # Half an hour is left out, and comes twice.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45:00Z"),
        # The day begins at 01:00.
        ("America/Sao_Paulo", date(2017, 10, 15), time(0), "2017-10-15T03:00:00Z"),
        ("Africa/Cairo", date(2026, 4, 24), time(0), "2026-04-23T22:00:00Z"),
        # Midnight comes once; the hour before it twice.
        ("America/Sao_Paulo", date(2017, 2, 18), time(23, 30), "2017-02-19T01:30:00Z"),
        # The whole day is left out.
        ("Pacific/Apia", date(2011, 12, 30), time(9), "2011-12-30T10:00:00Z"),
    ],
)
def test_a_drop_on_an_odd_day(zone, day, at, drop):
    assert DropRule(days_ahead=0, at=at, zone=zone).drop_of(day) == datetime.fromisoformat(drop)


def test_days_ahead_are_days_of_the_calendar_not_of_24_hours():
    rule = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
    assert rule.drop_of(date(2026, 11, 15)) == datetime(2026, 10, 25, 13, tzinfo=UTC)
    assert rule.drop_of(date(2026, 11, 22)) == datetime(2026, 11, 1, 14, tzinfo=UTC)


def test_a_second_passage_marked_on_the_time_is_not_heeded():
    new_york = ZoneInfo("America/New_York")
    assert instant_of(date(2026, 11, 1), time(1, 30, fold=1), new_york) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )
