"""A queue for each person in each chat: what one does there keeps its order, and nobody waits for all of another's."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.conversation.lanes import Lane

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    number: int
    work: Work = field(repr=False)
    first: bool


class FairQueue:
    """Runs works of one lane one after the other and those of different lanes side by side.

    At most `concurrency` run at once. Who has fewest of them running gets the next place; of those who have as many,
    one whose next work is to be `first` (a tap, a way out), and then who has waited longest. `full` and
    `wait_for_room` hold back whoever brings more than `capacity`. A work that raises is logged and costs its lane
    nothing else.
    """

    def __init__(self, *, concurrency: int = 64, capacity: int = 512) -> None:
        self._concurrency = concurrency
        self._capacity = capacity
        self._brought = 0
        self._waiting = 0
        self._lanes: dict[Lane, deque[_Waiting]] = {}
        self._running: dict[Lane, asyncio.Task[None]] = {}
        self._places: Counter[str] = Counter()
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def full(self) -> bool:
        return self._waiting >= self._capacity

    async def wait_for_room(self) -> None:
        """Wait until there is room for more."""
        await self._has_room.wait()

    def put(self, lane: Lane, work: Work, *, first: bool = False) -> None:
        self._brought += 1
        self._waiting += 1
        if self.full:
            self._has_room.clear()
        self._lanes.setdefault(lane, deque()).append(_Waiting(number=self._brought, work=work, first=first))
        self._start()

    async def drain(self, *, within: float) -> None:
        """Let what was put finish for `within` seconds, then cancel what has not."""
        until = asyncio.get_running_loop().time() + within
        while self._running and (left := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._running.values(), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        self._waiting -= sum(map(len, self._lanes.values()))
        self._lanes.clear()
        late = list(self._running.values())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _start(self) -> None:
        """Give places to those whose turn it is, while there are any."""
        while len(self._running) < self._concurrency:
            ready = [lane for lane in self._lanes if lane not in self._running]
            if not ready:
                return
            lane = min(ready, key=self._rank)
            waiting = self._lanes[lane].popleft()
            if not self._lanes[lane]:
                del self._lanes[lane]
            self._places[lane.person] += 1
            self._running[lane] = task = asyncio.create_task(_done(waiting.work))
            task.add_done_callback(partial(self._end, lane))

    def _rank(self, lane: Lane) -> tuple[int, bool, int]:
        head = self._lanes[lane][0]
        return self._places[lane.person], not head.first, head.number

    def _end(self, lane: Lane, _: asyncio.Task[None]) -> None:
        del self._running[lane]
        self._places[lane.person] -= 1
        if not self._places[lane.person]:
            del self._places[lane.person]
        self._waiting -= 1
        if not self.full:
            self._has_room.set()
        self._start()


async def _done(work: Work) -> None:
    try:
        await work()
    except Exception:  # one update's mishap must not silence the person
        log.exception("an update could not be handled")
