"""What will happen in the world, and when."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Happening = Callable[[datetime], None]
"""It gets the instant for which it was planned."""


class Timetable:
    """Happenings in the order of their instants; those of one instant in the order in which they were planned."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, Happening]] = []
        self._count = count()

    def at(self, instant: datetime, happening: Happening) -> None:
        heapq.heappush(self._due, (instant, next(self._count), happening))

    def run_until(self, now: datetime) -> None:
        """Let everything happen that is due, also what comes of it before `now`."""
        while self._due and self._due[0][0] <= now:
            instant, _, happening = heapq.heappop(self._due)
            happening(instant)
