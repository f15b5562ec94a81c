"""What the fake platform was asked, and what it can be told to get wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.slot import Slot
from core.domain.venue import VenueRef


class Fault(StrEnum):
    """What can go wrong with one call: `platform.fail("book", Fault.LOST_AFTER)`."""

    DOWN = "down"
    """`PlatformDown`; nothing was done."""
    GONE = "gone"
    """`VenueGone`."""
    LOST_AFTER = "lost_after"
    """`book` only: the table is ours, and the answer is lost."""
    LOST_BEFORE = "lost_before"
    """`book` only: the answer is lost, and nothing was booked."""
    TAKEN = "taken"
    NEEDS_GUEST = "needs_guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the platform saw it: `at` when it left us, `slot` and `key` where it had them."""

    name: str
    at: datetime
    venue: VenueRef | None = None
    slot: Slot | None = None
    key: str | None = None
