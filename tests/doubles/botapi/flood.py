"""How often a bot may write: about one message a second and chat, and twenty a minute and group."""

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from tests.doubles.botapi.refusal import Refusal


class Flood:
    """Off until switched on. `burst` messages may come at once before the second counts."""

    def __init__(self, *, burst: int = 3, per_group_minute: int = 20, per_second: int = 30) -> None:
        self.on = False
        self._burst = burst
        self._per_group_minute = per_group_minute
        self._per_second = per_second
        self._written: dict[int, deque[datetime]] = defaultdict(deque)
        self._all: deque[datetime] = deque()
        self.refused = 0

    def write(self, chat_id: int, now: datetime) -> None:
        """Count a message or an edit. Raises `Refusal` with `retry_after` when it is one too many."""
        if not self.on:
            return
        mine = self._written[chat_id]
        _forget(mine, now - timedelta(minutes=1))
        _forget(self._all, now - timedelta(seconds=1))
        waits = [0.0]
        if len(self._all) >= self._per_second:
            waits.append(1.0)
        if chat_id < 0 and len(mine) >= self._per_group_minute:
            waits.append((mine[-self._per_group_minute] + timedelta(minutes=1) - now).total_seconds())
        if len(mine) >= self._burst and mine[-self._burst] > now - timedelta(seconds=self._burst):
            waits.append((mine[-self._burst] + timedelta(seconds=self._burst) - now).total_seconds())
        if (wait := max(waits)) > 0:
            self.refused += 1
            seconds = max(1, math.ceil(wait))
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        mine.append(now)
        self._all.append(now)


def _forget(times: deque[datetime], before: datetime) -> None:
    while times and times[0] <= before:
        times.popleft()
