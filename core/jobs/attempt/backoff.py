"""How long to leave a platform alone that breaks, and when to leave it alone for good."""

from datetime import datetime, timedelta

from core.errors import PlatformDown

_BACKOFF = timedelta(milliseconds=50)
_LONGEST_BACKOFF = timedelta(seconds=10)
_MOST_IN_A_ROW = 10


class Backoff:
    """Counts breakages in a row: each doubles the pause, and the tenth is the last.

    What the platform itself asked for is kept to, whatever it answers meanwhile.
    """

    def __init__(self) -> None:
        self._in_a_row = 0
        self._backoff_until: datetime | None = None
        self._asked_until: datetime | None = None

    def answered(self) -> None:
        """It works again."""
        self._in_a_row, self._backoff_until = 0, None

    def broke(self, down: PlatformDown, now: datetime) -> None:
        """It broke; being asked to come back later is no breakage."""
        if down.retry_after is not None:
            self._asked_until = _later(self._asked_until, now + down.retry_after)
            return
        pause = min(_BACKOFF * 2**self._in_a_row, _LONGEST_BACKOFF)
        self._in_a_row += 1
        self._backoff_until = _later(self._backoff_until, now + pause)

    @property
    def over(self) -> bool:
        return self._in_a_row >= _MOST_IN_A_ROW

    @property
    def not_before(self) -> datetime | None:
        """When it may be asked again; None: any time."""
        if self._asked_until is None or self._backoff_until is None:
            return self._asked_until or self._backoff_until
        return max(self._asked_until, self._backoff_until)


def _later(before: datetime | None, after: datetime) -> datetime:
    return after if before is None else max(before, after)
