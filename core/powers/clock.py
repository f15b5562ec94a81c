"""The power of telling the platform's time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """One question about the time: sent and answered by our clock, and the platform's answer in whole seconds.

    The platform's clock showed a time in [`shown`, `shown` + 1 s) at some moment between the two.
    """

    sent_at: datetime
    answered_at: datetime
    shown: datetime


@runtime_checkable
class TellsTime(Protocol):
    """The power of platforms whose clock can be read, cheaply and without using up a request that books."""

    async def read_clock(self) -> ClockReading | None:
        """Ask once, over a warm connection; None when the answer did not say. Raises `PlatformDown`."""
        ...
