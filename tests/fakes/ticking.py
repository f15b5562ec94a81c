"""A platform whose clock is another one than ours, and can be read to the second."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import Clock
from core.powers.clock import ClockReading
from tests.fakes.platform import FakePlatform


class SkewedClock:
    """A clock that is `skew` ahead of another one, and passes as fast."""

    def __init__(self, clock: Clock, skew: timedelta) -> None:
        self._clock = clock
        self.skew = skew

    def now(self) -> datetime:
        return self._clock.now() + self.skew

    async def sleep(self, duration: timedelta) -> None:
        await self._clock.sleep(duration)

    async def sleep_until(self, at: datetime) -> None:
        await self._clock.sleep_until(at - self.skew)


class TickingPlatform(FakePlatform):
    """`FakePlatform` with `TellsTime`; its calls are noted by its own clock, and `asked_at` by ours.

    `trip` says how long each reading takes there and back; without it, the latency of the platform, evenly.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        skew: timedelta,
        trip: Callable[[], tuple[timedelta, timedelta]] | None = None,
        latency: timedelta = timedelta(0),
    ) -> None:
        super().__init__(SkewedClock(clock, skew), latency=latency)
        self.ours = clock
        self.asked_at: list[datetime] = []
        self.silent = 0
        self._trip = trip or (lambda: (self.latency / 2, self.latency / 2))

    async def read_clock(self) -> ClockReading | None:
        sent_at = self.ours.now()
        self.asked_at.append(sent_at)
        there, back = self._trip()
        await self._pass(there)
        shown = self.clock.now().replace(microsecond=0)
        await self._pass(back)
        if self.silent:
            self.silent -= 1
            return None
        return ClockReading(sent_at=sent_at, answered_at=self.ours.now(), shown=shown)

    async def _pass(self, duration: timedelta) -> None:
        if duration:
            await self.ours.sleep(duration)
        else:
            await asyncio.sleep(0)
