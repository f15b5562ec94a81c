"""Questions that several ask at the same moment, put once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from core.clock import Clock

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Who asks within `within` of somebody else gets that one's answer; None: as long as it is not there yet."""

    def __init__(self, clock: Clock, *, within: timedelta | None = None) -> None:
        self._clock = clock
        self._within = within
        self._asked: dict[Hashable, tuple[datetime, asyncio.Task[T]]] = {}

    async def ask(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """The answer to one question about `key`. Whoever is called off leaves it to the others."""
        now, asked = self._clock.now(), self._asked.get(key)
        if asked is not None and (self._within is None or now - asked[0] <= self._within):
            return await asyncio.shield(asked[1])
        task = asyncio.ensure_future(_asking(question))
        self._asked[key] = (now, task)
        task.add_done_callback(lambda done: self._answered(key, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        tasks = [task for _, task in self._asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _answered(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if (asked := self._asked.get(key)) is not None and asked[1] is task:
            del self._asked[key]
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits any more


async def _asking(question: Callable[[], Awaitable[T]]) -> T:
    return await question()
