"""The last seconds before a drop."""

import asyncio
import gc
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import SystemClock
from core.domain.bracket import UNMEASURED
from core.jobs.start_line import StartLine, collector_at_rest
from core.runtime.quiet_window import QuietWindow
from tests.core.jobs.stage import DROP, seconds
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.ticking import TickingPlatform


async def _calm(clock: FakeClock, quiet_window: QuietWindow) -> bool:
    passing = asyncio.create_task(quiet_window.passed())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    quiet = not passing.done()
    passing.cancel()
    return quiet


async def test_everybody_who_waits_for_an_instant_starts_in_one_turn_of_the_loop():
    clock = FakeClock(DROP - seconds(10))
    start_line = StartLine(clock, QuietWindow())
    started = []

    async def start(number):
        await start_line.start(DROP)
        started.append((number, clock.now()))

    tasks = [asyncio.create_task(start(number)) for number in range(100)]
    await clock.run_until(DROP - timedelta(microseconds=1))
    assert started == []
    await clock.run_until(DROP)
    assert started == [(number, DROP) for number in range(100)]
    await asyncio.gather(*tasks)
    await clock.advance(seconds(10))


async def test_who_comes_after_the_shot_does_not_wait():
    clock = FakeClock(DROP + seconds(1))
    await StartLine(clock, QuietWindow()).start(DROP)
    await StartLine(clock, QuietWindow()).ready(DROP, FakePlatform(clock))


async def test_instants_do_not_wait_for_each_other():
    clock = FakeClock(DROP - seconds(10))
    start_line = StartLine(clock, QuietWindow())
    first = asyncio.create_task(start_line.start(DROP))
    second = asyncio.create_task(start_line.start(DROP + seconds(1)))
    await clock.run_until(DROP)
    assert (first.done(), second.done()) == (True, False)
    await clock.advance(seconds(1))
    assert second.done()
    await start_line.aclose()


async def test_a_platform_is_warmed_once_for_everybody_and_a_failure_is_no_error(caplog):
    clock = FakeClock(DROP - seconds(10))
    start_line, wanted = StartLine(clock, QuietWindow()), []

    class Cold(FakePlatform):
        async def warm(self, *, calls=1):
            wanted.append(calls)
            await super().warm(calls=calls)
            raise OSError("no route")

    platform = Cold(clock)
    waiting = [asyncio.create_task(start_line.ready(DROP, platform)) for _ in range(20)]
    await clock.run_until(DROP - seconds(2))
    assert all(task.done() for task in waiting)
    assert [call.at for call in platform.calls_of("warm")] == [DROP - seconds(3)]
    assert wanted == [40]
    assert "could not be warmed" in caplog.text
    await clock.advance(seconds(20))


async def test_a_platform_that_is_slow_to_warm_delays_nobody():
    clock = FakeClock(DROP - seconds(10))
    start_line = StartLine(clock, QuietWindow())

    class Slow(FakePlatform):
        async def warm(self, *, calls=1):
            await clock.sleep(seconds(60))

    async def wait():
        await start_line.ready(DROP, Slow(clock))
        await start_line.start(DROP)

    waiting = asyncio.create_task(wait())
    await clock.run_until(DROP)
    assert waiting.done()
    await start_line.aclose()


async def test_a_platform_that_answers_at_once_is_warmed_again_just_before():
    clock = FakeClock(DROP - seconds(10))
    platform = FakePlatform(clock)
    start_line = StartLine(clock, QuietWindow())
    waiting = asyncio.create_task(start_line.ready(DROP, platform))
    await clock.run_until(DROP + seconds(20))
    assert [call.at for call in platform.calls_of("warm")] == [DROP - seconds(3), DROP - seconds(0.5)]
    assert waiting.result() == UNMEASURED


async def test_a_platform_that_is_slow_to_answer_is_left_alone_before_the_drop():
    clock = FakeClock(DROP - seconds(10))

    class Slow(FakePlatform):
        async def warm(self, *, calls=1):
            await super().warm(calls=calls)
            await clock.sleep(seconds(0.4))

    platform = Slow(clock)
    start_line = StartLine(clock, QuietWindow())
    waiting = asyncio.create_task(start_line.ready(DROP, platform))
    await clock.run_until(DROP + seconds(20))
    assert [call.at for call in platform.calls_of("warm")] == [DROP - seconds(3)]
    assert waiting.done()


@pytest.mark.parametrize("skew", [-5, -0.3, 0, 0.3, 5])
async def test_fifty_plans_share_one_measurement_and_are_ready_three_seconds_before_the_platforms_moment(
    skew,
):
    clock = FakeClock(DROP - seconds(100))
    platform = TickingPlatform(clock, skew=seconds(skew), latency=seconds(0.04))
    start_line, ready = StartLine(clock, QuietWindow()), []

    async def stand(number):
        offset = await start_line.ready(DROP, platform)
        ready.append((clock.now(), offset))
        await start_line.start(offset.sending(DROP))

    tasks = [asyncio.create_task(stand(number)) for number in range(50)]
    await clock.run_until(DROP + seconds(20))
    await asyncio.gather(*tasks)
    ((at, offset),) = set(ready)
    assert len(ready) == 50
    assert len(platform.asked_at) <= 16
    assert DROP - seconds(14) <= platform.asked_at[0]
    assert abs(offset.offset - seconds(skew)) <= seconds(0.004)
    assert abs(at - (DROP - seconds(skew) - seconds(0.02) - seconds(3))) <= seconds(0.01)


async def test_enough_connections_are_opened_for_looks_that_overlap():
    clock, wanted = FakeClock(DROP - seconds(100)), []

    class Far(TickingPlatform):
        async def warm(self, *, calls=1):
            wanted.append(calls)

    start_line = StartLine(clock, QuietWindow())
    platform = Far(clock, skew=seconds(0), latency=seconds(0.1))
    waiting = [asyncio.create_task(start_line.ready(DROP, platform)) for _ in range(5)]
    await clock.run_until(DROP + seconds(20))
    await asyncio.gather(*waiting)
    assert wanted == [4, 15, 5], "for the clock; looks and details of all; the first looks"


async def test_who_joins_seconds_before_measures_as_well_as_there_is_time_and_is_not_late():
    clock = FakeClock(DROP - seconds(2))
    platform = TickingPlatform(clock, skew=seconds(0.02), latency=seconds(0.04))
    start_line = StartLine(clock, QuietWindow())
    waiting = asyncio.create_task(start_line.ready(DROP, platform))
    await clock.run_until(DROP - seconds(0.5))
    assert waiting.done()
    assert abs(waiting.result().offset) <= seconds(0.2)
    await start_line.aclose()


async def test_who_comes_back_after_the_drop_is_told_what_was_measured():
    clock = FakeClock(DROP - seconds(20))
    platform = TickingPlatform(clock, skew=seconds(2), latency=seconds(0.04))
    start_line = StartLine(clock, QuietWindow())
    before = asyncio.create_task(start_line.ready(DROP, platform))
    await clock.run_until(DROP + seconds(30))
    assert await start_line.ready(DROP, platform) == before.result()
    assert len(platform.calls_of("warm")) == 3


async def test_what_was_measured_long_ago_is_forgotten():
    clock = FakeClock(DROP - seconds(20))
    platform = TickingPlatform(clock, skew=seconds(2), latency=seconds(0.04))
    start_line = StartLine(clock, QuietWindow())
    waiting = [asyncio.create_task(start_line.ready(DROP, platform))]
    await clock.run_until(DROP + timedelta(minutes=11))
    waiting.append(asyncio.create_task(start_line.ready(DROP + timedelta(hours=1), platform)))
    await clock.run_until(DROP + timedelta(hours=2))
    assert [abs(one.result().offset - seconds(2)) < seconds(0.01) for one in waiting] == [True, True]
    assert await start_line.ready(DROP, platform) == UNMEASURED


async def test_a_clock_that_breaks_is_taken_to_be_ours():
    clock = FakeClock(DROP - seconds(20))

    class Odd(TickingPlatform):
        async def read_clock(self):
            raise KeyError("Date")

    start_line = StartLine(clock, QuietWindow())
    waiting = asyncio.create_task(start_line.ready(DROP, Odd(clock, skew=seconds(2))))
    await clock.run_until(DROP - seconds(3))
    assert waiting.result() == UNMEASURED
    await start_line.aclose()


async def test_it_is_quiet_around_the_shot_and_the_collector_rests_from_half_a_second_before():
    clock, quiet_window = FakeClock(DROP - seconds(10)), QuietWindow()
    start_line = StartLine(clock, quiet_window)
    waiting = asyncio.create_task(start_line.start(DROP))
    await clock.run_until(DROP - seconds(0.6))
    assert gc.isenabled()
    await clock.run_until(DROP - seconds(0.1))
    assert not gc.isenabled()
    assert not await _calm(clock, quiet_window)
    await clock.run_until(DROP - seconds(0.01))
    assert await _calm(clock, quiet_window)
    await clock.run_until(DROP)
    assert waiting.done()
    assert not await _calm(clock, quiet_window)
    assert not gc.isenabled()
    await clock.advance(seconds(2))
    assert gc.isenabled()


async def test_closing_lets_the_collector_work_again():
    clock = FakeClock(DROP - seconds(1))
    start_line = StartLine(clock, QuietWindow())
    waiting = asyncio.create_task(start_line.start(DROP))
    await clock.run_until(DROP - seconds(0.4))
    assert not gc.isenabled()
    await start_line.aclose()
    assert gc.isenabled()
    waiting.cancel()


def test_rest_may_be_nested():
    with collector_at_rest():
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.realtime
@pytest.mark.parametrize("delay_ms", [1, 7, 40, 120])
async def test_the_shot_is_never_early_and_hardly_late_on_a_real_clock(delay_ms):
    start_line = StartLine(SystemClock(), QuietWindow())
    at = datetime.now(UTC) + timedelta(milliseconds=delay_ms)
    await asyncio.gather(*(start_line.start(at) for _ in range(20)))
    assert timedelta(0) <= datetime.now(UTC) - at < timedelta(milliseconds=250)
    await start_line.aclose()


@pytest.mark.realtime
@pytest.mark.parametrize("delay_ms", [0.3, 1.7, 3, 30, 600])
async def test_sleeping_until_is_never_early(delay_ms):
    at = datetime.now(UTC) + timedelta(milliseconds=delay_ms)
    await SystemClock().sleep_until(at)
    assert datetime.now(UTC) >= at
