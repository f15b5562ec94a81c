"""A drop from its lease to the table, on a platform whose clock is another one than ours."""

from datetime import timedelta

import pytest

from core.domain.almanac import Claim, DropKnowledge, Offset, Sighting, Source
from core.domain.job_state import JobState, Strategy
from core.domain.step import StepKind
from core.jobs.review.from_steps import retold
from core.persistence import almanac
from tests.core.jobs.stage import DROP, ON, RULE, TIMES, WINDOW, Stage, seconds
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault
from tests.fakes.ticking import TickingPlatform


def ticking(skew: float, *, latency: float = 0.04, kind=TickingPlatform, **venue) -> Stage:
    clock = FakeClock(DROP - timedelta(minutes=4))
    platform = kind(clock, skew=seconds(skew), latency=seconds(latency))
    return Stage(clock, platform, platform.add_venue(drop=RULE, **venue))


async def dropped(stage: Stage, until: timedelta = WINDOW):
    """What the steps say once the drop is over."""
    process = await stage.start()
    await stage.clock.run_until(DROP + until)
    await process.stop()
    return retold(await stage.steps(), DROP)


async def sightings(stage: Stage) -> list[Sighting]:
    since = DROP - timedelta(days=1)
    found = await stage.database.read(
        lambda tx: almanac.sightings_of(tx, stage.venue.ref, since=since, most=9)
    )
    return list(found)


@pytest.mark.parametrize("skew", [-5, -1.3, 0, 0.25, 4.9])
async def test_the_first_look_reaches_the_platform_as_its_tables_come_out(skew):
    stage = ticking(skew)
    await stage.arm()
    told = await dropped(stage)
    first = stage.platform.calls_of("slots")[1]
    # The fake notes a call as it leaves us, by its own clock: half of the way is still to come.
    assert timedelta(0) <= first.at + seconds(0.02) - DROP <= seconds(0.008)
    assert len(stage.platform.booked) == 1
    call = stage.platform.calls_of("book")[0]
    assert call.at + seconds(0.02) - DROP <= seconds(0.05)
    assert told.late == timedelta(0)
    assert abs(present(told.clock).offset - seconds(skew)) <= seconds(0.004)
    assert abs(present(present(told.clock).round_trip) - seconds(0.04)) <= timedelta(microseconds=2)
    assert present(told.first_seen) <= seconds(0.03)
    assert told.requests <= 3


async def test_what_is_120_ms_late_is_booked_two_looks_later():
    stage = ticking(0.5, late_by=seconds(0.12))
    await stage.arm()
    told = await dropped(stage)
    call = stage.platform.calls_of("book")[0]
    assert call.at + seconds(0.02) - DROP <= seconds(0.12 + 0.045 + 0.04)
    assert told.requests <= 8
    assert told.budget == 30


async def test_what_is_two_minutes_late_is_booked_within_the_budget():
    stage = ticking(0.5, late_by=seconds(120))
    await stage.arm()
    told = await dropped(stage)
    assert (await stage.job()).state is JobState.BOOKED
    assert told.requests <= 30
    assert stage.platform.calls_of("book")[0].at - DROP <= seconds(134)


async def test_a_drop_is_written_into_the_almanac_by_the_platforms_clock():
    stage = ticking(-2, late_by=seconds(0.3))
    await stage.arm()
    await dropped(stage)
    (sighting,) = await sightings(stage)
    assert sighting.on == ON
    assert present(sighting.empty_at) < DROP + seconds(0.3) <= sighting.seen_at
    assert sighting.seen_at - present(sighting.empty_at) <= seconds(0.25)


async def test_a_watch_that_saw_a_day_come_out_writes_it_down_and_one_that_saw_a_cancellation_does_not():
    stage = Stage.at(DROP - timedelta(minutes=20))
    await stage.arm(Strategy.WATCH, until=DROP + timedelta(days=1))
    process = await stage.start()
    await stage.clock.run_until(DROP + timedelta(minutes=20))
    await process.stop()
    (sighting,) = await sightings(stage)
    assert present(sighting.empty_at) < DROP <= sighting.seen_at
    assert sighting.seen_at - present(sighting.empty_at) <= timedelta(minutes=6)

    full = Stage.at(drop=None, tables={"": 0})
    now = full.clock.now()
    full.platform.rival(full.venue.ref, on=ON, at=TIMES[0], tables=-1, acts_at=now + seconds(900))
    await full.arm(Strategy.WATCH, until=now + timedelta(days=1))
    process = await full.start()
    await full.clock.run_until(now + timedelta(hours=1))
    await process.stop()
    assert (await full.job()).state is JobState.BOOKED
    assert await sightings(full) == []


async def test_looks_are_placed_by_what_is_known_of_the_venue():
    class Known(FakePlatform):
        async def drop_knowledge(self, ref):
            return DropKnowledge(
                claim=Claim(rule=RULE, source=Source.TEXT),
                right=9,
                offset=Offset(middle=seconds(20), spread=seconds(0.5), count=9),
            )

    clock = FakeClock(DROP - timedelta(minutes=4))
    platform = Known(clock)
    stage = Stage(clock, platform, platform.add_venue(drop=RULE, late_by=seconds(90)))
    await stage.arm()
    await dropped(stage)
    looks = [call.at - DROP for call in platform.calls_of("slots")]
    assert timedelta(0) in looks
    assert sum(seconds(18) <= at <= seconds(22) for at in looks) >= 10


@pytest.mark.parametrize("broken", [True, False])
async def test_knowledge_that_cannot_be_had_spoils_and_delays_nothing(broken, caplog):
    class Unknowing(FakePlatform):
        async def drop_knowledge(self, ref):
            if broken:
                raise OSError("no route")
            await self.clock.sleep(timedelta(hours=1))

    clock = FakeClock(DROP - timedelta(minutes=4))
    platform = Unknowing(clock)
    stage = Stage(clock, platform, platform.add_venue(drop=RULE))
    await stage.arm()
    await dropped(stage)
    assert platform.calls_of("book")[0].at == DROP
    assert ("Nothing is known" in caplog.text) == broken


async def test_a_second_attempt_at_a_drop_has_what_the_first_left_of_the_budget():
    stage = ticking(0.5, late_by=seconds(100))
    stage.platform.fail("book", Fault.LOST_BEFORE)
    for at in TIMES:
        stage.platform.rival(stage.venue.ref, on=ON, at=at, tables=2, acts_at=DROP + seconds(115))
    await stage.arm()
    told = await dropped(stage, until=WINDOW + seconds(30))
    assert (await stage.job()).state is JobState.LOST
    assert told.requests <= 30
    since_drop = [call for call in stage.platform.calls_of("slots") if call.at > DROP - seconds(1)]
    assert 25 < len(since_drop) <= 30
    assert StepKind.UNKNOWN in await stage.kinds()


async def test_a_platform_whose_clock_is_not_told_is_asked_at_the_moment_itself():
    stage = Stage.at()
    await stage.arm()
    told = await dropped(stage)
    assert stage.platform.calls_of("slots")[1].at == DROP
    assert told.clock is None
    assert StepKind.CLOCK not in await stage.kinds()
