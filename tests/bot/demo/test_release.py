from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.release import VENUE, ZONE, release_in
from core.domain.slot import Cause
from platforms.house.inventory import LocalInventory
from platforms.house.own_venues import HouseVenues
from platforms.house.venue_files.venue_file import read_venues
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase

MINUTE = timedelta(minutes=1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
LEADS = st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds))


def rule_of(release):
    (venue,) = read_venues(release.venue, "the demo")
    return venue.drop


@given(now=MOMENTS, lead=LEADS)
def test_the_rule_names_the_very_second(now, lead):
    release = release_in(lead, now=now)
    assert present(rule_of(release)).drop_of(release.on) == release.drop_at
    assert lead <= release.drop_at - now <= lead + timedelta(seconds=1)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 8, 6, 3, 59, 30, tzinfo=UTC),  # half a minute to midnight in New York
        datetime(2026, 8, 6, 23, 59, 30, tzinfo=UTC),  # and in UTC
        datetime(2026, 3, 8, 6, 59, 30, tzinfo=UTC),  # half a minute before clocks go forward in New York
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # 1:30 for the first time that night
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # 1:30 again
        datetime(2026, 12, 31, 23, 59, 30, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("lead", [timedelta(seconds=20), MINUTE])
async def test_tables_come_out_that_second_on_an_odd_night_too(now, lead):
    clock, database = FakeClock(now), InlineDatabase()
    release = release_in(lead, now=now)
    await HouseVenues().add(database, release.venue, file="the demo", clock=clock)
    door = LocalInventory(database, clock)

    clock.jump(release.drop_at - timedelta(microseconds=1))
    before = await door.slots(VENUE.id, on=release.on, party_size=4)
    clock.jump(release.drop_at)
    after = await door.slots(VENUE.id, on=release.on, party_size=4)

    assert (before.slots, before.cause) == ((), Cause.NOT_RELEASED)
    assert sum(f"{slot.starts_at:%H:%M}" == "19:30" for slot in after.slots) == 3


@given(now=MOMENTS)
def test_the_first_day_is_a_friday_or_saturday_two_or_three_weeks_off_and_no_holiday(now):
    release = release_in(MINUTE, now=now)
    today = release.drop_at.astimezone(ZONE).date()
    assert timedelta(days=14) <= release.on - today <= timedelta(days=21)
    assert f"{release.on:%m-%d}" not in {"12-25", "01-01", "11-26"}
    assert release.on.weekday() in {4, 5}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2026, 12, 4), date(2026, 12, 5)),
        (date(2026, 12, 6), date(2026, 12, 8)),  # closed on Mondays
        (date(2026, 12, 24), date(2026, 12, 26)),
    ],
)
def test_another_chance_is_the_next_day_it_is_open(after, expected):
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert release_in(MINUTE, now=now, after=after).on == expected


def test_the_days_before_are_out_and_the_next_is_not():
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    release = release_in(MINUTE, now=now)
    rule = present(rule_of(release))
    assert rule.released(release.on - timedelta(days=1), now)
    assert not rule.released(release.on + timedelta(days=1), release.drop_at)
