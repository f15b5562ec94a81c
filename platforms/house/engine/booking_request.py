"""What somebody asks of the inventory: which slot, in whose name; and how it says no."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.drop import instant_of
from core.domain.slot import Cause
from core.errors import PlatformDown
from platforms.house.engine.rules import PLATFORM, HouseVenue


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose reservation it is: a guest of a caller. The same number at two callers is two guests."""

    caller: str
    guest_id: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The house platform's own word for a slot, `casa-luna/2026-12-24T19:30/4/bar`.

    That is venue, venue-local time, party size, and seating (may be empty).
    """

    venue_id: str
    local: datetime
    party_size: int
    seating: str

    def __str__(self) -> str:
        return f"{self.venue_id}/{self.local:%Y-%m-%dT%H:%M}/{self.party_size}/{self.seating}"

    def starts_at(self, venue: HouseVenue) -> datetime:
        """The instant meant (UTC)."""
        return instant_of(self.local.date(), self.local.time(), venue.tz)

    @classmethod
    def read(cls, token: str) -> "Token":
        """Raises `PlatformDown` for a word that was never ours."""
        try:
            venue_id, local, size, seating = token.split("/", 3)
            at = datetime.strptime(local, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - venue-local by meaning
            return cls(venue_id=venue_id, local=at, party_size=int(size), seating=seating)
        except ValueError:
            raise PlatformDown(PLATFORM, f"{token!r} is no slot of the house platform") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """A wish for one table: `token` is the slot's, `key` the plan's id."""

    token: str
    owner: Owner
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTable:
    """There is no table: why."""

    cause: Cause
