"""The fake platform, where drops are found out rather than told."""

from collections.abc import Sequence
from dataclasses import replace

from core.clock import Clock
from core.domain.almanac import Claim, DropKnowledge
from core.domain.venue import Venue, VenueRef
from core.drops.almanac import Almanac
from core.persistence.database import Database
from tests.fakes.platform import FakePlatform


class KnowingPlatform(FakePlatform):
    """`KnowsDrops` and `StatesDrops`: the venue that it tells has the best rule of the almanac.

    What `claims` says of a venue is what its own text would; the sheet keeps the truth for itself.
    """

    def __init__(self, clock: Clock, database: Database, *, name: str = "fake") -> None:
        super().__init__(clock, name=name)
        self.claims: dict[VenueRef, tuple[Claim, ...]] = {}
        self._almanac = Almanac(database, clock)

    async def drop_claims(self, ref: VenueRef) -> Sequence[Claim]:
        return self.claims.get(ref, ())

    async def drop_knowledge(self, ref: VenueRef) -> DropKnowledge | None:
        return await self._almanac.best(ref, self._sheet(ref).venue.zone, await self.drop_claims(ref))

    async def venue(self, ref: VenueRef) -> Venue:
        return await self._as_known(await super().venue(ref))

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        return [await self._as_known(venue) for venue in await super().find_venues(words, limit=limit)]

    async def _as_known(self, venue: Venue) -> Venue:
        best = await self.drop_knowledge(venue.ref)
        return replace(venue, drop=None if best is None else best.claim.rule)
