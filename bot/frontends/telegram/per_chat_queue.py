"""A queue for each chat: what happens in one keeps its order, and no chat waits for another."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class PerChatQueue:
    """Runs works of one chat one after the other and those of different chats side by side.

    At most `concurrency` run at once; `full` and `wait_for_room` hold back whoever brings more than `capacity`.
    A work that raises is logged and costs its chat nothing else.
    """

    def __init__(self, *, concurrency: int = 64, capacity: int = 512) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._capacity = capacity
        self._waiting = 0
        self._chats: dict[str, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def full(self) -> bool:
        return self._waiting >= self._capacity

    async def wait_for_room(self) -> None:
        """Wait until there is room for more."""
        await self._has_room.wait()

    def put(self, chat_id: str, work: Work) -> None:
        self._waiting += 1
        if self.full:
            self._has_room.clear()
        if (queue := self._chats.get(chat_id)) is not None:
            queue.append(work)
            return
        self._chats[chat_id] = deque([work])
        task = asyncio.create_task(self._run(chat_id))
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

    async def _run(self, chat_id: str) -> None:
        queue = self._chats[chat_id]
        try:
            while queue:
                work = queue.popleft()
                async with self._slots:
                    await self._do(work)
                self._one_less()
        finally:
            del self._chats[chat_id]
            for _ in queue:
                self._one_less()

    async def _do(self, work: Work) -> None:
        try:
            await work()
        except Exception:  # one update's mishap must not silence the chat
            log.exception("an update could not be handled")

    def _one_less(self) -> None:
        self._waiting -= 1
        if not self.full:
            self._has_room.set()
