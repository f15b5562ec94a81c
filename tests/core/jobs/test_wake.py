"""When somebody looks at the jobs, within one process."""

import asyncio
from datetime import UTC, datetime, timedelta

from core.jobs.wake import LocalWake
from tests.fakes.alarm import FakeAlarm
from tests.fakes.clock import FakeClock, settle

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Looking:
    """Somebody who looks whenever woken."""

    def __init__(self, wake: LocalWake, clock: FakeClock) -> None:
        self.looked: list[timedelta] = []
        self._task = asyncio.create_task(self._look(wake, clock))

    async def _look(self, wake: LocalWake, clock: FakeClock) -> None:
        while True:
            await wake.woken()
            self.looked.append(clock.now() - NOW)

    def stop(self) -> None:
        self._task.cancel()


async def test_however_often_it_is_said_one_look_is_enough():
    clock = FakeClock(NOW)
    wake = LocalWake(FakeAlarm(clock))
    for _ in range(3):
        wake.now()
    looking = Looking(wake, clock)
    await settle()
    assert looking.looked == [timedelta(0)]
    wake.now()
    await settle()
    assert looking.looked == [timedelta(0)] * 2
    looking.stop()


async def test_a_moment_takes_the_place_of_the_one_before_and_the_safety_look_comes_all_the_same():
    clock = FakeClock(NOW)
    alarm = FakeAlarm(clock)
    wake = LocalWake(alarm)
    looking = Looking(wake, clock)
    wake.at(NOW + timedelta(seconds=5))
    wake.at(NOW + timedelta(seconds=8))
    wake.every(timedelta(seconds=30))
    await settle()
    await clock.advance(timedelta(seconds=31))
    assert looking.looked == [timedelta(seconds=8), timedelta(seconds=30)]
    alarm.stop()
    looking.stop()
