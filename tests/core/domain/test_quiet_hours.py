"""Quiet hours hold back what can wait, and nothing for longer than they last."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.domain.guest import Preferences
from core.domain.quiet_hours import awake

NIGHT = Preferences(zone="America/New_York", quiet_from=time(22), quiet_until=time(8))
NOON = Preferences(zone="America/New_York", quiet_from=time(12), quiet_until=time(14))


def new_york(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo("America/New_York"))


def test_without_quiet_hours_nothing_waits():
    assert awake(Preferences(), new_york(1, 3)) == new_york(1, 3)
    assert awake(Preferences(quiet_from=time(22)), new_york(1, 23)) == new_york(1, 23)


def test_a_night_ends_in_the_morning():
    assert awake(NIGHT, new_york(1, 23)) == new_york(2, 8)
    assert awake(NIGHT, new_york(2, 3)) == new_york(2, 8)
    assert awake(NIGHT, new_york(2, 22)) == new_york(3, 8)


def test_by_day_nothing_waits():
    assert awake(NIGHT, new_york(2, 8)) == new_york(2, 8)
    assert awake(NIGHT, new_york(2, 21, 59)) == new_york(2, 21, 59)


def test_a_siesta_is_a_stretch_of_one_day():
    assert awake(NOON, new_york(1, 13)) == new_york(1, 14)
    assert awake(NOON, new_york(1, 14)) == new_york(1, 14)
    assert awake(NOON, new_york(1, 11, 59)) == new_york(1, 11, 59)


def test_hours_are_read_in_the_guests_zone_or_in_utc():
    nowhere = Preferences(quiet_from=time(22), quiet_until=time(8))
    at = datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert awake(nowhere, at) == datetime(2026, 12, 2, 8, tzinfo=UTC)
    assert awake(NIGHT, at) == at, "18:00 in New York"


_clock = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
_instant = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)
)
_zone = st.sampled_from(["America/New_York", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu", None])


@given(start=_clock, end=_clock, at=_instant, zone=_zone)
def test_nothing_is_held_for_more_than_a_day_or_sent_while_it_is_quiet(start, end, at, zone):
    preferences = Preferences(zone=zone, quiet_from=start, quiet_until=end)
    later = awake(preferences, at)
    assert at <= later < at + timedelta(hours=25)
    assert awake(preferences, later) == later
