"""The last seconds before a drop, shared by every job that waits for the same instant."""

import asyncio
import gc
import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.bracket import UNMEASURED, ClockOffset
from core.jobs.platform_clock import measure
from core.ports import Platform
from core.powers.clock import TellsTime
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

_TUNE = timedelta(seconds=14)
_TUNED_WITHIN = timedelta(seconds=5)
_READY = timedelta(seconds=3)
_AGAIN = timedelta(milliseconds=500)
_REST = timedelta(milliseconds=500)  # as short as it can be: what piles up is swept in one go after it
_QUIET = timedelta(milliseconds=75)  # what was begun before has written and sent what it had to by then
_BURST = timedelta(milliseconds=1500)
_TURNS = 6  # of the loop, in which the first requests get from our coroutines to the socket

_REMEMBERED = timedelta(minutes=10)

_FOR_THE_CLOCK = 4
_MOST_CONNECTIONS = 150
_GAP = timedelta(milliseconds=40)
_QUICK = timedelta(milliseconds=250)
_WARM_ENOUGH = timedelta(milliseconds=500)


class StartLine:
    """One waiter on the clock an instant: all who stand ready for it start in the same turn of the loop.

    For everybody who books at one drop of one platform its clock is measured once, and its connections are warmed
    together.
    """

    def __init__(self, clock: Clock, quiet_window: QuietWindow) -> None:
        self._clock = clock
        self._quiet_window = quiet_window
        self._lines: dict[tuple[datetime, str], _Line] = {}
        self._starts: dict[datetime, _Start] = {}

    async def ready(self, at: datetime, platform: Platform) -> ClockOffset:
        """How far the platform's clock is from ours; returns three seconds before that clock shows `at`.

        Connections are being opened by then; afterwards it returns at once. A platform whose clock cannot be read
        is taken to have ours.
        """
        now, key = self._clock.now(), (at, platform.name)
        line = self._lines.get(key)
        if line is None:
            if now >= at:
                return UNMEASURED
            self._forget(now - _REMEMBERED)
            self._lines[key] = line = _Line()
            line.task = asyncio.create_task(self._line_up(at, platform, line))
        line.jobs += 1
        await line.ready.wait()
        return line.offset

    async def start(self, at: datetime) -> None:
        """Return at `at`, never before; at once when it has passed."""
        if self._clock.now() >= at:
            return
        if at not in self._starts:
            self._starts[at] = start = _Start()
            start.task = asyncio.create_task(self._let_go(at, start))
        waiter = asyncio.get_running_loop().create_future()
        self._starts[at].waiters.append(waiter)
        await waiter

    async def aclose(self) -> None:
        """Nobody starts any more."""
        tasks = [one.task for one in (*self._lines.values(), *self._starts.values()) if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lines.clear()
        self._starts.clear()

    def _forget(self, before: datetime) -> None:
        self._lines = {key: line for key, line in self._lines.items() if key[0] >= before}

    async def _line_up(self, at: datetime, platform: Platform, line: "_Line") -> None:
        try:
            await self._clock.sleep_until(at - _TUNE)
            line.offset = await self._tuned(at, platform)
            start_at = line.offset.sending(at)
            await self._clock.sleep_until(start_at - _READY)
        finally:
            line.ready.set()
        if self._clock.now() >= start_at:
            return
        looks = 1 + line.offset.round_trip // _GAP if line.offset.round_trip else 2
        calls = max(line.jobs, min(line.jobs * min(looks, 3), _MOST_CONNECTIONS))
        warming = asyncio.create_task(_warm(platform, calls, self._clock))
        try:
            await self._clock.sleep_until(start_at - _AGAIN)
            # A platform that is slow to answer would still be busy with this when it begins.
            if self._clock.now() < start_at and warming.done() and warming.result() < _QUICK:
                await _warm(platform, line.jobs, self._clock)
            await warming
        finally:
            warming.cancel()

    async def _tuned(self, at: datetime, platform: Platform) -> ClockOffset:
        """Measure the platform's clock; when it is too late for that, it is taken to be ours."""
        if not isinstance(platform, TellsTime):
            return UNMEASURED
        until = min(self._clock.now() + _TUNED_WITHIN, at - _AGAIN)
        if self._clock.now() >= until:
            return UNMEASURED
        warming = asyncio.create_task(_warm(platform, _FOR_THE_CLOCK, self._clock))
        enough = asyncio.create_task(self._clock.sleep(_WARM_ENOUGH))
        try:
            await asyncio.wait({warming, enough}, return_when=asyncio.FIRST_COMPLETED)
            return await measure(platform, self._clock, until=until)
        except Exception:
            log.exception("The clock of %s could not be measured.", platform.name)
            return UNMEASURED
        finally:
            warming.cancel()
            enough.cancel()

    async def _let_go(self, at: datetime, start: "_Start") -> None:
        await self._clock.sleep_until(at - _REST)
        with collector_at_rest():
            await self._clock.sleep_until(at - _QUIET)
            async with self._quiet_window.quiet():
                await self._clock.sleep_until(at)
                for waiter in start.waiters:
                    if not waiter.done():
                        waiter.set_result(None)
                for _ in range(_TURNS):
                    await asyncio.sleep(0)
            await self._clock.sleep_until(at + _BURST)
        del self._starts[at]


class _Line:
    """Who stands ready for one drop of one platform."""

    __slots__ = ("jobs", "offset", "ready", "task")

    def __init__(self) -> None:
        self.jobs = 0
        self.offset = UNMEASURED
        self.ready = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class _Start:
    """Who starts at one instant."""

    __slots__ = ("task", "waiters")

    def __init__(self) -> None:
        self.waiters: list[asyncio.Future[None]] = []
        self.task: asyncio.Task[None] | None = None


async def _warm(platform: Platform, calls: int, clock: Clock) -> timedelta:
    """How long it took; for ever where it failed."""
    begun_at = clock.now()
    try:
        await platform.warm(calls=calls)
    except Exception:
        log.warning("%s could not be warmed", platform.name, exc_info=True)
        return timedelta.max
    return clock.now() - begun_at


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
