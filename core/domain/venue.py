"""A restaurant as a bookable place."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.domain.drop import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueRef:
    """Where a venue is found again: the platform's name and the platform's own id."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """What a guest may know of a venue before choosing a day.

    `zone` is an IANA key; `horizon_days` is how many days ahead the venue takes reservations at all
    (None: not known); `drop` is None when tables are open for the whole horizon, or when nobody knows.
    `id` in `ref` is what the platform calls it for good; `locality` is its town, where names alone may mislead.
    """

    ref: VenueRef
    name: str
    zone: str
    address: str = ""
    locality: str = ""
    url: str | None = None
    seatings: tuple[str, ...] = ()
    party_min: int = 1
    party_max: int = 20
    horizon_days: int | None = None
    drop: Rule | None = None

    @property
    def tz(self) -> ZoneInfo:
        """The venue's zone; every local time in Fourtop is read in one of these."""
        return ZoneInfo(self.zone)
