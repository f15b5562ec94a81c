"""Answers that several jobs want within minutes of each other: asked for once."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar, cast

from core.clock import Clock

T = TypeVar("T")

_GOOD_FOR = timedelta(minutes=2)


class Recently:
    """What a platform said a moment ago, by what it was asked. Its refusals and silences are not kept."""

    def __init__(self, clock: Clock, *, good_for: timedelta = _GOOD_FOR) -> None:
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
