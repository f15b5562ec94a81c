"""What the jobs of this process share of each platform, so that together they stay polite."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from core.clock import Clock

T = TypeVar("T")

_LOOKS_AT_ONCE = 4  # of watches and preflights, on one platform
_ANSWERS_LAST = timedelta(minutes=2)
_LOOKED_AT_TOGETHER = timedelta(seconds=10)


@dataclass(slots=True)
class UnderWay:
    """How many looks of all plans are under way at one platform: from `dense` on, none that could wait is added."""

    dense: int = 60
    looks: int = 0


class Recently:
    """What a platform said a moment ago, by what it was asked. Its refusals and silences are not kept."""

    def __init__(self, clock: Clock, *, good_for: timedelta = _ANSWERS_LAST) -> None:
        self._clock = clock
        self._good_for = good_for
        self._answers: dict[Hashable, tuple[datetime, object]] = {}
        self._asking: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def ask(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """The answer, no older than is good; whoever asks while another does waits for theirs."""
        async with self._asking[key]:
            self._forget()
            if key not in self._answers:
                self._answers[key] = (self._clock.now(), await question())
            return cast(T, self._answers[key][1])

    def _forget(self) -> None:
        oldest = self._clock.now() - self._good_for
        for key in [key for key, (at, _) in self._answers.items() if at < oldest]:
            del self._answers[key]
            if not self._asking[key].locked():
                del self._asking[key]


class Rounds:
    """Watches of one list go together: one look serves everybody who waits for the same."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen = Recently(clock, good_for=_LOOKED_AT_TOGETHER)
        self._next: dict[Hashable, datetime] = {}

    async def look(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """The list, ten seconds old at most."""
        return await self._seen.ask(key, question)

    def next_after(self, key: Hashable, alone_at: datetime) -> datetime:
        """When to look again: with whoever looks before `alone_at` anyway, or then, and others come along."""
        soon = self._clock.now() + _LOOKED_AT_TOGETHER
        self._next = {each: at for each, at in self._next.items() if at > soon}
        return self._next.setdefault(key, alone_at)


class Traffic:
    """One for a process: losing it costs a look too many, never a table.

    By platform, `turns` keep the looks that can wait few at a time, and `under_way` counts those that can't. What
    preflights need not ask twice is `recently`, the watches go in `rounds`, and `unreleased` says when the day that a
    plan watches was last seen not to be released.
    """

    def __init__(self, clock: Clock) -> None:
        self.turns: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(_LOOKS_AT_ONCE)
        )
        self.under_way: defaultdict[str, UnderWay] = defaultdict(UnderWay)
        self.recently = Recently(clock)
        self.rounds = Rounds(clock)
        self.unreleased: dict[str, datetime] = {}
