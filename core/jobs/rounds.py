"""Watches of one list go together: one look serves everybody who waits for the same."""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

from core.clock import Clock
from core.jobs.recently import Recently

T = TypeVar("T")

_TOGETHER = timedelta(seconds=10)


class Rounds:
    """When the next look at each list is, and what the last one showed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen = Recently(clock, good_for=_TOGETHER)
        self._next: dict[Hashable, datetime] = {}

    async def look(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """The list, ten seconds old at most."""
        return await self._seen.ask(key, question)

    def next_after(self, key: Hashable, alone_at: datetime) -> datetime:
        """When to look again: with whoever looks before `alone_at` anyway, or then, and others come along."""
        soon = self._clock.now() + _TOGETHER
        self._next = {each: at for each, at in self._next.items() if at > soon}
        return self._next.setdefault(key, alone_at)
