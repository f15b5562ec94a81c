"""What the core asks of a platform. What only some platforms can do is in `core.powers`."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.domain.booking import BookAnswer, Booker
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.terms import Ceiling
from core.domain.venue import Venue, VenueRef

_NO_LIMIT = Ceiling()


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

    async def book(self, slot: Slot, *, booker: Booker, key: str, ceiling: Ceiling = _NO_LIMIT) -> BookAnswer:
        """Book. `key` is the plan's id: where the platform keeps it, the same key never gets a second table.

        Terms above the `ceiling` are not agreed to: `NeedsGuest` with them. Raises `PlatformDown` only when it is
        certain that nothing was booked; anything less is `Unknown`.
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
