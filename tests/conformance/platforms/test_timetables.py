from datetime import time, timedelta

import pytest

from core.domain.drop import DropRule
from core.domain.slot import Cause
from core.powers.booking import Timetables
from tests.conformance.platforms.acts import ON, booked, slot_at
from tests.conformance.platforms.stage import NEW_YORK, Spec, Stage


def timetables(stage: Stage) -> Timetables:
    if not isinstance(stage.platform, Timetables):
        pytest.skip("this platform tells no times ahead of a drop")
    return stage.platform


async def test_the_times_of_a_day_are_known_before_its_tables_are_released(stage: Stage):
    days_ahead = (ON - stage.clock.now().date()).days - 3
    drop = DropRule(days_ahead=days_ahead, at=time(9), zone=NEW_YORK)
    ref = await stage.add_venue(Spec(tables={"": 1}, drop=drop))
    found = await stage.platform.slots(ref, on=ON, party_size=2)
    assert found.cause is Cause.NOT_RELEASED
    assert list(await timetables(stage).times(ref, on=ON, party_size=2)) == [time(17), time(19), time(21)]


async def test_a_time_stays_one_when_its_last_table_is_taken(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    await booked(stage, await slot_at(stage, ref), key="one")
    assert time(19) in await timetables(stage).times(ref, on=ON, party_size=2)


async def test_a_closed_day_has_no_times(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, closed=(ON,)))
    assert list(await timetables(stage).times(ref, on=ON, party_size=2)) == []
    assert await timetables(stage).times(ref, on=ON + timedelta(days=1), party_size=2)
