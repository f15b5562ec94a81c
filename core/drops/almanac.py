"""The almanac: what is known of venues' drops, from what was said and what was seen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.clock import Clock
from core.domain.almanac import Claim, DropKnowledge, Sighting
from core.domain.fact import DropSeen
from core.domain.standing import MOST, ranked
from core.domain.venue import VenueRef
from core.persistence import almanac, facts
from core.persistence.database import Database

REMEMBERED = timedelta(days=365)
"""What was seen longer ago says nothing of a venue as it is now."""


def saw(tx: Connection, sighting: Sighting, *, now: datetime) -> None:
    """Write down when a venue's tables for a day were first seen.

    Of one day the tightest interval is kept: empty at the latest of the empty looks, seen at the first of the
    others. Two that do not overlap are two drops, and the earlier one was it.
    """
    if sighting.empty_at is not None and sighting.empty_at >= sighting.seen_at:
        sighting = replace(sighting, empty_at=None)
    if not almanac.add_sighting(tx, sighting):
        before = almanac.sighting(tx, sighting.venue, sighting.on)
        if before is None or (closer := _closer(before, sighting)) == before:
            return
        almanac.set_sighting(tx, closer)
    ref = sighting.venue
    facts.record(tx, DropSeen(platform=ref.platform, venue_id=ref.id, on=sighting.on), now=now)


def told(tx: Connection, ref: VenueRef, claim: Claim, guest_id: int, *, now: datetime) -> None:
    """Keep what a guest says of a venue's drop, instead of what they said before."""
    almanac.put_claim(tx, ref, claim, guest_id, now=now)


def forget(tx: Connection, ref: VenueRef, guest_id: int) -> bool:
    """Forget what a guest said of a venue's drop; False when that was nothing."""
    return almanac.drop_claim(tx, ref, guest_id)


def forget_what_was_seen(tx: Connection, ref: VenueRef) -> None:
    """Begin anew: the venue is known to release its tables otherwise from now on."""
    almanac.forget_sightings(tx, ref)


def claim_of(tx: Connection, ref: VenueRef, guest_id: int) -> Claim | None:
    """What a guest said of a venue's drop."""
    return next((told.claim for told in almanac.claims_of(tx, ref) if told.guest_id == guest_id), None)


def said(tx: Connection, ref: VenueRef, *, but: int | None = None) -> Sequence[Claim]:
    """What guests say of a venue's drop, `but` one of them."""
    return [each.claim for each in almanac.claims_of(tx, ref) if each.guest_id != but]


def seen(tx: Connection, ref: VenueRef, *, now: datetime) -> Sequence[Sighting]:
    """What was seen of a venue's drops, the newest first."""
    return almanac.sightings_of(tx, ref, since=now - REMEMBERED, most=MOST)


def known(
    tx: Connection, ref: VenueRef, zone: str, claims: Sequence[Claim], *, now: datetime
) -> Sequence[DropKnowledge]:
    """All that is known of a venue's drop, the most trustworthy first; `claims` are what its platform states."""
    return ranked([*said(tx, ref), *claims], seen(tx, ref, now=now), zone)


class Almanac:
    """What platforms look things up in. Nothing is kept here: the same rows are judged once and remembered."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def best(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> DropKnowledge | None:
        """The best rule there is and its standing; `claims` are what the platform itself states. `zone` is IANA."""
        ranking = await self.known(ref, zone, claims)
        return ranking[0] if ranking else None

    async def known(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> Sequence[DropKnowledge]:
        """All that is known, the most trustworthy first."""
        now = self._clock.now()
        return await self._database.read(lambda tx: known(tx, ref, zone, claims, now=now))


def _closer(one: Sighting, other: Sighting) -> Sighting:
    empty_at = max((each.empty_at for each in (one, other) if each.empty_at is not None), default=None)
    first = min(one, other, key=lambda each: each.seen_at)
    return first if empty_at is not None and empty_at >= first.seen_at else replace(first, empty_at=empty_at)
