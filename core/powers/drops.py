"""Powers of those who know, or state, when venues release their tables."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from core.domain.almanac import Claim, DropKnowledge
from core.domain.venue import VenueRef


@runtime_checkable
class KnowsDrops(Protocol):
    """The power of platforms whose venues' drops are found out rather than told."""

    async def drop_knowledge(self, ref: VenueRef) -> DropKnowledge | None:
        """The best that is known, and its standing; None when nothing is. Raises `VenueGone`, `PlatformDown`."""
        ...


@runtime_checkable
class StatesDrops(Protocol):
    """The power of platforms that say something of their venues' drops themselves, whether or not it holds."""

    async def drop_claims(self, ref: VenueRef) -> Sequence[Claim]:
        """What is stated there, the likelier first. Raises `VenueGone`, `PlatformDown`."""
        ...
