"""What the core asks of a platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol, runtime_checkable

from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.venue import Venue, VenueRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """In whose name a call is made; `account_id` names a connected account where the platform has accounts."""

    guest_id: int
    name: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The platform confirmed it."""

    reservation: Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTaken:
    """Somebody else was faster; the slot is not to be asked for again until it reappears."""


class GuestAction(StrEnum):
    """What only the guest can do."""

    SIGN_IN = "sign_in"
    ADD_CARD = "add_card"
    ACCEPT_TERMS = "accept_terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsGuest:
    """The platform will book once the guest has done something."""

    action: GuestAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The call was sent and its answer lost: the table may be ours. Never repeated, always looked up."""

    sent_at: datetime


BookAnswer = Booked | SlotTaken | NeedsGuest | Unknown


class Platform(Protocol):
    """Where tables come from. Refusals are answers; breakage is `PlatformDown`, a dead venue `VenueGone`."""

    @property
    def name(self) -> str:
        """The platform's name in a `VenueRef`."""
        ...

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        """Venues whose name answers to `words`, best first; empty words list them all."""
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

    async def book(self, slot: Slot, *, booker: Booker, key: str) -> BookAnswer:
        """Book. `key` is the plan's id: where the platform keeps it, the same key never gets a second table.

        Raises `PlatformDown` only when it is certain that nothing was booked; anything less is `Unknown`.
        """
        ...

    async def cancel(self, reservation: Reservation, *, booker: Booker) -> None:
        """Give the table back; cancelling twice is fine. Raises `CancelRefused`."""
        ...

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        """The booker's live upcoming reservations on this platform."""
        ...

    async def warm(self, *, calls: int = 1) -> None:
        """Open what the next calls will need (connections, TLS), cheaply; failing is no error.

        `calls` is how many will be made at the same moment.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


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
class Timetables(Protocol):
    """The power of platforms that know at which times a venue seats people on a day, released or not."""

    async def times(self, ref: VenueRef, *, on: date, party_size: int) -> Sequence[time]:
        """Venue-local times in order."""
        ...


@runtime_checkable
class DeepLinks(Protocol):
    """The power of platforms whose own page can be opened at a venue, day and party."""

    def link(self, venue: Venue, *, on: date, party_size: int) -> str:
        """A link for a person's browser."""
        ...
