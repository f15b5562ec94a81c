"""Powers around one booking: holding a slot, preparing the call, knowing the times of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol, runtime_checkable

from core.domain.booking import Booker, SlotTaken
from core.domain.slot import Slot
from core.domain.venue import VenueRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A slot kept for us until `expires_at` (UTC)."""

    id: str
    slot: Slot
    expires_at: datetime


@runtime_checkable
class Holds(Protocol):
    """The power of platforms that can keep a slot for minutes before it is booked."""

    async def hold(self, slot: Slot, *, booker: Booker, key: str) -> Hold | SlotTaken:
        """Keep the slot; the same key again renews the hold."""
        ...

    async def release(self, hold: Hold) -> None:
        """Let go; an expired hold is no error."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """The power of platforms whose booking takes a step before the call that books."""

    async def prepare(self, slot: Slot, *, booker: Booker) -> None:
        """Take that step now, so that a `book` of the same slot within seconds is one call; failing is no error."""
        ...


@runtime_checkable
class Timetables(Protocol):
    """The power of platforms that know at which times a venue seats people on a day, released or not."""

    async def times(self, ref: VenueRef, *, on: date, party_size: int) -> Sequence[time]:
        """Venue-local times in order."""
        ...
