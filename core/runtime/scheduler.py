"""The alarm clock: APScheduler wakes whoever asked, and knows nothing of jobs.

The database is the truth about what is due; only the next moment is ever set here. A periodic look finds what
a step of the wall clock has hidden.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger


class AlarmClock:
    """Calls back at a moment, or every so often; in memory. One alarm a name: the last one set counts."""

    def __init__(self) -> None:
        # Without this, APScheduler silently drops an alarm that is one second late.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._looks: dict[str, asyncio.TimerHandle] = {}

    def start(self) -> None:
        """Begin, on the running loop. Alarms may be set before."""
        self._scheduler.start()

    def stop(self) -> None:
        """Forget every alarm."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for look in self._looks.values():
            look.cancel()
        self._looks.clear()

    def set(self, name: str, at: datetime, callback: Callable[[], None]) -> None:
        """Call `callback` at `at` (aware), or at once when that has passed."""
        trigger = DateTrigger(run_date=at, timezone=UTC)
        self._scheduler.add_job(_on_the_loop(callback), trigger, id=name, replace_existing=True)  # pyright: ignore[reportUnknownMemberType]

    def every(self, name: str, period: timedelta, callback: Callable[[], None]) -> None:
        """Call `callback` once a `period`, the first time in one; on the running loop.

        By the loop's own clock: an hour that the wall clock was put back would be an hour without a look.
        """

        def look() -> None:
            self.every(name, period, callback)
            callback()

        if name in self._looks:
            self._looks[name].cancel()
        self._looks[name] = asyncio.get_running_loop().call_later(period.total_seconds(), look)


def _on_the_loop(callback: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """APScheduler calls a plain function in a thread, and a coroutine function on the loop."""

    async def ring() -> None:
        callback()

    return ring
