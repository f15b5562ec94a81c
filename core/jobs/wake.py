"""When somebody should look at the jobs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

_NEXT = "jobs: next due"
_SAFETY = "jobs: safety look"


class Wake(Protocol):
    """What a worker waits for. A queue of another process may stand behind it."""

    def now(self) -> None:
        """Somebody should look: something has changed."""
        ...

    def at(self, moment: datetime) -> None:
        """Somebody should look then (UTC), rather than at the moment that was named before."""
        ...

    def every(self, period: timedelta) -> None:
        """Somebody should look now and then, whatever else happens."""
        ...

    async def woken(self) -> None:
        """Return when somebody should look; however often that was said since, once."""
        ...


class Alarm(Protocol):
    """Calls back at a moment: `core.runtime.scheduler.AlarmClock`."""

    def set(self, name: str, at: datetime, callback: Callable[[], None]) -> None: ...

    def every(self, name: str, period: timedelta, callback: Callable[[], None]) -> None: ...


class LocalWake:
    """`Wake` within one process: a callback, and its alarm clock."""

    def __init__(self, alarm: Alarm) -> None:
        self._alarm = alarm
        self._said = asyncio.Event()

    def now(self) -> None:
        self._said.set()

    def at(self, moment: datetime) -> None:
        self._alarm.set(_NEXT, moment, self.now)

    def every(self, period: timedelta) -> None:
        self._alarm.every(_SAFETY, period, self.now)

    async def woken(self) -> None:
        await self._said.wait()
        self._said.clear()
