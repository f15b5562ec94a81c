"""Powers over a platform's own pages: opening one, and reading the address of one."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable

from core.domain.venue import Venue, VenueRef


@runtime_checkable
class DeepLinks(Protocol):
    """The power of platforms whose own page can be opened at a venue, day and party."""

    def link(self, venue: Venue, *, on: date, party_size: int) -> str:
        """A link for a person's browser."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a pasted link to a platform's page says; what it does not say is None."""

    ref: VenueRef
    on: date | None = None
    party_size: int | None = None


@runtime_checkable
class ReadsLinks(Protocol):
    """The power of platforms whose pages' addresses people paste."""

    async def read_link(self, url: str) -> Linked | None:
        """What the link means; None for one that is not this platform's. Raises `VenueGone`, `PlatformDown`."""
        ...
