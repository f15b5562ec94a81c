"""The house platform's own word for a slot."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.drop import instant_of
from core.errors import PlatformDown
from platforms.house.engine.rules import PLATFORM, HouseVenue


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`casa-luna/2026-12-24T19:30/4/bar`: venue, venue-local time, party size, seating (may be empty)."""

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
