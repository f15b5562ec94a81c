"""The only place that asks the time or sleeps."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the rest of Fourtop sees it: aware UTC instants, and waiting for one."""

    def now(self) -> datetime:
        """The wall clock, UTC."""
        ...

    async def sleep(self, duration: timedelta) -> None:
        """Wait about that long (by the wall clock of a fake, by the loop's of a real one)."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Wait until the wall clock shows `at`; never returns before it, and microseconds after."""
        ...


class SystemClock:
    """The machine's clock.

    The wall clock steps and slews while the loop's clock does not, so a long wait reads it again every five
    seconds, and 5 s and 0.5 s before the end; the last two milliseconds are spun, because a timer alone is
    0.6 ms late at the median and uvloop's fires early.
    """

    _CHECKPOINTS = (5.0, 0.5, 0.002)
    _LONGEST = 5.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(max(0.0, duration.total_seconds()))

    async def sleep_until(self, at: datetime) -> None:
        target = at.timestamp()
        while (left := target - time.time()) > 0:
            step = next((left - point for point in self._CHECKPOINTS if left > point), 0.0)
            await asyncio.sleep(min(step, self._LONGEST))
