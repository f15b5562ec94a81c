"""What the platform asks of those who keep what was said and seen of drops."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.almanac import Claim, DropKnowledge
from core.domain.venue import VenueRef


class DropAlmanac(Protocol):
    """The almanac, as far as a platform uses it."""

    async def best(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> DropKnowledge | None:
        """The best rule there is; `claims` are what the platform itself states."""
        ...
