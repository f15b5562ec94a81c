"""The last seconds before a drop, shared by every job that waits for the same instant."""

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta

from core.clock import Clock
from core.jobs.hush import Hush
from core.ports import Platform

log = logging.getLogger(__name__)

_READY = timedelta(seconds=3)
_REST = timedelta(milliseconds=500)  # as short as it can be: what piles up is swept in one go after it
_QUIET = timedelta(milliseconds=75)  # what was begun before has written and sent what it had to by then
_BURST = timedelta(milliseconds=1500)
_TURNS = 5  # of the loop, in which the first requests get from our coroutines to the socket


class StartingGun:
    """One waiter on the clock an instant: all who stand ready for it start in the same turn of the loop."""

    def __init__(self, clock: Clock, hush: Hush) -> None:
        self._clock = clock
        self._hush = hush
        self._starts: dict[datetime, _Start] = {}

    async def ready(self, at: datetime, platform: Platform) -> None:
        """Return three seconds before `at`, as the platform is being warmed, once for everybody."""
        if self._clock.now() >= at:
            return
        start = self._start(at)
        start.ready[platform.name] += 1
        await self._clock.sleep_until(at - _READY)
        if self._clock.now() < at and platform.name not in start.warmed:
            start.warmed.add(platform.name)
            start.tasks.append(asyncio.create_task(_warm(platform, calls=start.ready[platform.name])))

    async def shot(self, at: datetime) -> None:
        """Return at `at`, never before; at once when it has passed."""
        if self._clock.now() >= at:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._start(at).waiters.append(waiter)
        await waiter

    async def aclose(self) -> None:
        """Nobody starts any more."""
        tasks = [task for start in self._starts.values() for task in start.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._starts.clear()

    def _start(self, at: datetime) -> "_Start":
        if at not in self._starts:
            self._starts[at] = start = _Start()
            start.tasks.append(asyncio.create_task(self._fire(at, start)))
        return self._starts[at]

    async def _fire(self, at: datetime, start: "_Start") -> None:
        await self._clock.sleep_until(at - _REST)
        with collector_at_rest():
            await self._clock.sleep_until(at - _QUIET)
            async with self._hush.quiet():
                await self._clock.sleep_until(at)
                for waiter in start.waiters:
                    if not waiter.done():
                        waiter.set_result(None)
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
            await self._clock.sleep_until(at + _BURST)
        await asyncio.gather(*start.tasks[1:])
        del self._starts[at]


class _Start:
    """Who stands ready for one instant; the first task is the one that fires."""

    __slots__ = ("ready", "tasks", "waiters", "warmed")

    def __init__(self) -> None:
        self.waiters: list[asyncio.Future[None]] = []
        self.ready: Counter[str] = Counter()
        self.warmed: set[str] = set()
        self.tasks: list[asyncio.Task[None]] = []


async def _warm(platform: Platform, *, calls: int) -> None:
    try:
        await platform.warm(calls=calls)
    except Exception:
        log.warning("%s could not be warmed", platform.name, exc_info=True)


_resting = 0


@contextmanager
def collector_at_rest() -> Generator[None]:
    """No garbage collection: a full one takes up to a tenth of a second. May be nested."""
    global _resting  # noqa: PLW0603 - the collector is one for the whole process, too
    _resting += 1
    gc.disable()
    try:
        yield
    finally:
        _resting -= 1
        if not _resting:
            gc.enable()
