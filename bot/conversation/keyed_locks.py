"""One at a time for each key: utterances of one dialogue wait for each other, dialogues do not."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

_OVERTAKEN_AT_MOST = 3


class _Waiter:
    """Somebody's turn that is to come, and by how many it was overtaken."""

    __slots__ = ("first", "overtaken", "turn")

    def __init__(self, *, first: bool) -> None:
        self.first = first
        self.overtaken = 0
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class KeyedLocks:
    """Locks by key that exist only while somebody wants them."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[_Waiter]] = {}

    @asynccontextmanager
    async def of(self, key: str, *, first: bool = False) -> AsyncGenerator[None]:
        """Wait for the turn; first come, first served.

        Who is to be `first` goes before those who are not, and after those whom a few overtook already.
        """
        await self._turn(key, first=first)
        try:
            yield
        finally:
            self._next(key)

    async def _turn(self, key: str, *, first: bool) -> None:
        if (queue := self._waiting.get(key)) is None:
            self._waiting[key] = []
            return
        waiter = _Waiter(first=first)
        queue.insert(_place(queue) if first else len(queue), waiter)
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.cancelled():
                if waiter in queue:  # else it was passed over just now
                    queue.remove(waiter)
            else:  # its turn had just come
                self._next(key)
            raise

    def _next(self, key: str) -> None:
        queue = self._waiting[key]
        while queue:
            waiter = queue.pop(0)
            if not waiter.turn.done():
                waiter.turn.set_result(None)
                return
        del self._waiting[key]


def _place(queue: list[_Waiter]) -> int:
    """Behind the last one that is not to be overtaken; those who are, are counted as overtaken once more."""
    at = len(queue)
    while at and not queue[at - 1].first and queue[at - 1].overtaken < _OVERTAKEN_AT_MOST:
        at -= 1
        queue[at].overtaken += 1
    return at
