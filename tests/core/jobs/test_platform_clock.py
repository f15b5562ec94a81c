"""Reading a platform's clock in about three seconds."""

import asyncio
import random
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.bracket import UNMEASURED
from core.jobs.platform_clock import MOST_READINGS, measure
from tests.core.jobs.stage import DROP, seconds
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.ticking import TickingPlatform

MS = timedelta(milliseconds=1)
START = DROP - seconds(14)
UNTIL = START + seconds(5)

skews = st.floats(-5, 5).map(seconds)
ways = st.floats(0.0025, 0.2).map(seconds)
phases = st.floats(0, 1).map(seconds)


async def measured(platform: TickingPlatform, *, clock: FakeClock, until=UNTIL):
    """The estimate, and how long it took."""
    begun_at, done_at = clock.now(), []

    async def run():
        offset = await measure(platform, clock, until=until)
        done_at.append(clock.now())
        return offset

    task = asyncio.create_task(run())
    await clock.run_until(until)
    assert task.done()
    return task.result(), done_at[0] - begun_at


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(skew=skews, there=ways, back=ways, jitter=st.floats(0, 0.2), phase=phases, seed=st.integers(0, 999))
async def test_the_truth_is_within_the_stated_uncertainty_whatever_the_way(
    skew, there, back, jitter, phase, seed
):
    luck = random.Random(seed)

    def trip():
        return there + seconds(luck.uniform(0, jitter)), back + seconds(luck.uniform(0, jitter))

    clock = FakeClock(START + phase)
    offset, took = await measured(TickingPlatform(clock, skew=skew, trip=trip), clock=clock)
    assert abs(offset.offset - skew) <= offset.uncertainty
    assert offset.uncertainty <= (there + back) / 2 + seconds(3 * jitter) + 20 * MS
    assert took <= seconds(5)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(skew=skews, way=ways, phase=phases)
async def test_over_an_even_way_it_is_found_to_a_few_milliseconds(skew, way, phase):
    clock = FakeClock(START + phase)
    platform = TickingPlatform(clock, skew=skew, trip=lambda: (way, way))
    offset, took = await measured(platform, clock=clock)
    assert abs(offset.offset - skew) <= 4 * MS
    assert offset.round_trip == 2 * way
    assert offset.edge <= 4 * MS
    assert len(platform.asked_at) <= MOST_READINGS
    assert took <= seconds(5)


async def test_readings_overlap_where_the_way_is_long():
    clock = FakeClock(START)
    platform = TickingPlatform(clock, skew=seconds(0.3), trip=lambda: (seconds(0.3), seconds(0.3)))
    await measured(platform, clock=clock)
    gaps = [after - before for before, after in zip(platform.asked_at, platform.asked_at[1:], strict=False)]
    assert sum(gap < seconds(0.6) for gap in gaps) >= 8


async def test_readings_that_would_tell_nothing_are_spared():
    clock = FakeClock(START + seconds(0.5))
    platform = TickingPlatform(clock, skew=timedelta(0), trip=lambda: (MS, MS))
    offset, _ = await measured(platform, clock=clock)
    # The five of the first round each learn from the one before, so that more are left for the last.
    assert offset.edge <= 2 * MS


async def test_a_reading_that_is_slow_counts_for_less():
    clock = FakeClock(START)
    trips = iter([(10 * MS, 10 * MS)] * 6 + [(700 * MS, 10 * MS)] + [(10 * MS, 10 * MS)] * 20)
    platform = TickingPlatform(clock, skew=seconds(1.234), trip=lambda: next(trips))
    offset, _ = await measured(platform, clock=clock)
    assert abs(offset.offset - seconds(1.234)) <= 20 * MS
    assert offset.round_trip == 20 * MS


async def test_answers_that_say_nothing_and_breakage_are_passed_over():
    class Flaky(TickingPlatform):
        async def read_clock(self):
            if len(self.asked_at) % 3 == 1:
                self.asked_at.append(clock.now())
                raise OSError("cut")
            return await super().read_clock()

    clock = FakeClock(START)
    platform = Flaky(clock, skew=seconds(-2), latency=seconds(0.04))
    platform.silent = 1
    offset, _ = await measured(platform, clock=clock)
    assert abs(offset.offset - seconds(-2)) <= 20 * MS


async def test_a_clock_that_cannot_be_read_is_taken_to_be_ours():
    clock = FakeClock(START)
    platform = TickingPlatform(clock, skew=seconds(3))
    platform.silent = 99
    assert (await measured(platform, clock=clock))[0] == UNMEASURED
    assert len(platform.asked_at) == 3


async def test_what_is_not_answered_in_time_does_not_count_and_is_not_waited_for():
    clock, before = FakeClock(START), asyncio.all_tasks()
    platform = TickingPlatform(clock, skew=seconds(3), trip=lambda: (seconds(30), seconds(30)))
    offset, took = await measured(platform, clock=clock)
    assert offset == UNMEASURED
    assert took == seconds(5)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


def test_the_fake_platform_of_other_tests_has_no_clock_to_read():
    assert not hasattr(FakePlatform(FakeClock()), "read_clock")
