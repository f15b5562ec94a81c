"""Order within a chat, company between chats."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class PerChatQueue:
    """Runs works of one lane one after the other and those of different lanes side by side.

    At most `side_by_side` run at once; `crowded` and `room` hold back whoever brings more than
    `most_waiting`.
    A work that raises is logged and costs its lane nothing else.
    """

    def __init__(self, *, side_by_side: int = 64, most_waiting: int = 512) -> None:
        self._side_by_side = asyncio.Semaphore(side_by_side)
        self._most_waiting = most_waiting
        self._waiting = 0
        self._lanes: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def crowded(self) -> bool:
        return self._waiting >= self._most_waiting

    async def room(self) -> None:
        """Wait until there is room for more."""
        await self._room.wait()

    def put(self, lane: str, work: Work) -> None:
        self._waiting += 1
        if self.crowded:
            self._room.clear()
        if (queue := self._lanes.get(lane)) is not None:
            queue.append(work)
            return
        self._lanes[lane] = deque([work])
        task = asyncio.create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, *, within: float) -> None:
        """Let what was put finish for `within` seconds, then cancel what has not."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        queue = self._lanes[lane]
        try:
            while queue:
                work = queue.popleft()
                async with self._side_by_side:
                    await self._do(work)
                self._one_less()
        finally:
            del self._lanes[lane]
            for _ in queue:
                self._one_less()

    async def _do(self, work: Work) -> None:
        try:
            await work()
        except Exception:  # noqa: BLE001 - one update's mishap must not silence the chat
            _log.exception("an update could not be handled")

    def _one_less(self) -> None:
        self._waiting -= 1
        if not self.crowded:
            self._room.set()
