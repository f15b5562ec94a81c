"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count


class FakeClock:
    """`core.clock.Clock` for tests; `await advance(...)` wakes sleepers in order of their time."""

    def __init__(self, now: datetime = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = count()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        await self.sleep_until(self._now + duration)

    async def sleep_until(self, at: datetime) -> None:
        if at <= self._now:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (at, next(self._count), waiter))
        await waiter

    async def advance(self, duration: timedelta) -> None:
        await self.run_until(self._now + duration)

    async def run_until(self, at: datetime) -> None:
        """Let time pass to `at`, stopping at each sleeper on the way and letting everything settle there."""
        await settle()
        while self._sleepers and self._sleepers[0][0] <= at:
            due, _, waiter = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not waiter.done():
                waiter.set_result(None)
            await settle()
        self._now = max(self._now, at)
        await settle()

    def jump(self, to: datetime) -> None:
        """Step the wall clock, as NTP does: nobody is woken."""
        self._now = to


async def settle(turns: int = 50) -> None:
    """Let every task that can run do so. Enough where nothing waits on a thread or a socket."""
    for _ in range(turns):
        await asyncio.sleep(0)
