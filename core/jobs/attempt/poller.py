"""Looks at a list when it is time to, however many looks before are still unanswered."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.slot import Availability
from core.errors import PlatformDown, VenueGone
from core.jobs.attempt.backoff import Backoff
from core.jobs.attempt.pacing import Looks
from core.jobs.traffic import UnderWay

_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one look came to; looks are numbered from 1 in the order in which they were sent."""

    number: int
    sent_at: datetime
    answered_at: datetime
    said: Availability | PlatformDown | VenueGone


class Poller:
    """Looks under way and looks to come, `budget` in all, none of them sent at `until` or later."""

    def __init__(
        self,
        look: Callable[[], Awaitable[Availability]],
        *,
        clock: Clock,
        backoff: Backoff,
        shared: UnderWay,
        until: datetime,
        budget: int,
    ) -> None:
        self.sent = 0
        self._shared = shared
        self._look = look
        self._clock = clock
        self._backoff = backoff
        self._until = until
        self._budget = budget
        self._looks: Looks | None = None
        self._zero_at = until
        self._planned = deque[datetime]()
        self._under_way: dict[asyncio.Task[Polled], tuple[int, datetime]] = {}

    def follow(self, looks: Looks, *, zero_at: datetime) -> None:
        """Spend what is left of the budget like this from now on; `zero_at` is what the looks count from."""
        self._looks, self._zero_at = looks, zero_at
        self._planned = deque(self._plan(self._budget - self.sent))

    @property
    def due_at(self) -> datetime | None:
        """When the next look is to be sent; None: there is none to come."""
        if not self._planned or self._backoff.over:
            return None
        at, not_before = self._planned[0], self._backoff.not_before
        at = at if not_before is None else max(at, not_before)
        return at if at < self._until else None

    @property
    def idle(self) -> bool:
        """Whether every look has been answered."""
        return not self._under_way

    @property
    def under_way(self) -> Sequence[tuple[int, datetime]]:
        """The looks that have not been answered: their numbers, and when they were sent."""
        return sorted(self._under_way.values())

    @property
    def over(self) -> bool:
        """Whether nothing more is to be heard."""
        return self.due_at is None and (self.idle or self._clock.now() >= self._until)

    def send(self) -> None:
        """Look now. When moments to look were missed, what is left of the budget is spread anew.

        Where many looks are under way, one that would overlap with another of the same plan is left out instead.
        """
        now = self._clock.now()
        if not self.idle and self._shared.looks >= self._shared.dense:
            while self._planned and self._planned[0] <= now:
                self._planned.popleft()
            return
        if self._planned:
            self._planned.popleft()
        if self._planned and self._planned[0] <= now:
            self._planned = deque(self._plan(self._budget - self.sent)[1:])
        self.sent += 1
        self._under_way[asyncio.create_task(self._ask(self.sent, now))] = (self.sent, now)

    async def wait(self) -> None:
        """Until a look has been answered, or the next one is due, or it is all over."""
        left = (self.due_at or self._until) - self._clock.now()
        timer = asyncio.create_task(self._clock.sleep(max(left, _ZERO)))
        try:
            await asyncio.wait({timer, *self._under_way}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()

    def landed(self) -> Sequence[Polled]:
        """The answers since it was last asked, in the order in which they came."""
        done = [task for task in self._under_way if task.done()]
        for task in done:
            del self._under_way[task]
        return sorted((task.result() for task in done), key=lambda one: (one.answered_at, one.number))

    async def aclose(self) -> None:
        """No look is under way any more."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()

    def _plan(self, count: int) -> Sequence[datetime]:
        if self._looks is None:
            return ()
        since, until = self._clock.now() - self._zero_at, self._until - self._zero_at
        return [self._zero_at + at for at in self._looks.plan(count, since=since, until=until)]

    async def _ask(self, number: int, sent_at: datetime) -> Polled:
        said: Availability | PlatformDown | VenueGone
        self._shared.looks += 1
        try:
            said = await self._look()
        except (PlatformDown, VenueGone) as refused:
            said = refused
        finally:
            self._shared.looks -= 1
        return Polled(number=number, sent_at=sent_at, answered_at=self._clock.now(), said=said)
