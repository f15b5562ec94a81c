"""What the core asks of a platform. What only some platforms can do is in `core.powers`."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.domain.booking import BookAnswer, Booker
from core.domain.mandate import Mandate
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.venue import Venue, VenueRef


class Permit(Protocol):
    """What a platform awaits as its last step before the request that books, each time that it sends one."""

    async def __call__(self) -> None:
        """Return when the call may be made. Raises `LeaseLost` when it may not (any more): then nothing was sent."""
        ...


async def at_will() -> None:
    """The permit of one who books for themselves, there and then."""


class Platform(Protocol):
    """Where tables come from. Refusals are answers; breakage is `PlatformDown`, a dead venue `VenueGone`."""

    @property
    def name(self) -> str:
        """The platform's name in a `VenueRef`."""
        ...

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        """Venues whose name answers to `words`, best first; empty words list them all, where they are not too many."""
        ...

    async def venue(self, ref: VenueRef) -> Venue:
        """The venue as it is now. Raises `VenueGone`."""
        ...

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        """One `Day` for each venue-local day from `first` to `last`, both included."""
        ...

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        """What can be booked now, in order of time."""
        ...

    async def book(self, slot: Slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        """Book in the name of the mandate's booker. `key` is the plan's id: where the platform keeps it, the same key
        never gets a second table. The `permit` is awaited last, right before the request that books.

        Terms above the mandate's ceiling are not agreed to: `NeedsGuest` with them. Raises `PlatformDown` only when
        it is certain that nothing was booked, and what the `permit` raises; anything less is `Unknown`.
        """
        ...

    async def cancel(self, reservation: Reservation, *, booker: Booker) -> None:
        """Give the table back; cancelling twice is fine. Raises `CancelRefused`, `SignInNeeded`."""
        ...

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        """The booker's live upcoming reservations on this platform. Raises `SignInNeeded`."""
        ...

    async def warm(self, *, calls: int = 1) -> None:
        """Open what the next calls will need (connections, TLS), cheaply; failing is no error.

        `calls` is how many will be made at the same moment.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
