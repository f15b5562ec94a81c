"""A clock that runs faster than the world: real sockets, and no waiting for half a minute."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class HurriedClock:
    """`core.clock.Clock`, `times` as fast as the wall clock."""

    def __init__(self, start: datetime, *, times: float) -> None:
        self._start = start
        self._times = times
        self._since = time.monotonic()

    def now(self) -> datetime:
        passed = timedelta(seconds=(time.monotonic() - self._since) * self._times)
        return (self._start + passed).astimezone(UTC)

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds() / self._times))

    async def sleep_until(self, at: datetime) -> None:
        while (left := at - self.now()) > timedelta(0):
            await self.sleep(left)
