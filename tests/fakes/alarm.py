"""An alarm clock that rings by the fake clock."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import Clock


class FakeAlarm:
    """`core.runtime.scheduler.AlarmClock` without APScheduler."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def set(self, name: str, at: datetime, callback: Callable[[], None]) -> None:
        async def ring() -> None:
            await self._clock.sleep_until(at)
            callback()

        self._put(name, asyncio.create_task(ring()))

    def every(self, name: str, period: timedelta, callback: Callable[[], None]) -> None:
        async def ring() -> None:
            while True:
                await self._clock.sleep(period)
                callback()

        self._put(name, asyncio.create_task(ring()))

    def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()

    def _put(self, name: str, task: asyncio.Task[None]) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        self._tasks[name] = task
