"""What was said of venues' drops, and what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.almanac import Claim, Sighting
from core.domain.guest import GuestState
from core.domain.venue import VenueRef
from core.persistence.tables import drop_claims, guests, sightings

_SHUT_OUT = (GuestState.BLOCKED.value, GuestState.DECLINED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClaim:
    """A claim that is kept, and the guest who made it."""

    claim: Claim
    guest_id: int


def put_claim(tx: Connection, ref: VenueRef, claim: Claim, guest_id: int, *, now: datetime) -> None:
    """Keep what a guest claims of a venue, instead of what they claimed before."""
    drop_claim(tx, ref, guest_id)
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = insert(drop_claims).values(
        platform=ref.platform,
        venue_id=ref.id,
        source=claim.source.value,
        guest_id=guest_id,
        claim=claim,
        told_at=now,
    )
    tx.execute(
        row.on_conflict_do_update(
            index_elements=list(drop_claims.primary_key.columns),
            set_={"claim": row.excluded.claim, "told_at": row.excluded.told_at},
        )
    )


def drop_claim(tx: Connection, ref: VenueRef, guest_id: int) -> bool:
    """Forget what a guest claimed of a venue; False when that was nothing."""
    theirs = (
        (drop_claims.c.platform == ref.platform)
        & (drop_claims.c.venue_id == ref.id)
        & (drop_claims.c.guest_id == guest_id)
    )
    return tx.execute(delete(drop_claims).where(theirs)).rowcount > 0


def claims_of(tx: Connection, ref: VenueRef) -> Sequence[KeptClaim]:
    """What guests claim of a venue, the newest claim first; the word of one who was shut out does not count."""
    shut_out = select(guests.c.id).where(guests.c.state.in_(_SHUT_OUT))
    query = (
        select(drop_claims.c.claim, drop_claims.c.guest_id)
        .where(drop_claims.c.guest_id.not_in(shut_out))
        .where(drop_claims.c.platform == ref.platform, drop_claims.c.venue_id == ref.id)
        .order_by(drop_claims.c.told_at.desc(), drop_claims.c.guest_id)
    )
    return [KeptClaim(claim=row.claim, guest_id=row.guest_id) for row in tx.execute(query).all()]


def reassign(tx: Connection, before: int, after: int) -> None:
    """Give one guest's claims to another, when two turn out to be the same human."""
    theirs = drop_claims.c.guest_id == before
    for row in tx.execute(select(drop_claims).where(theirs)).all():
        ref = VenueRef(platform=row.platform, id=row.venue_id)
        if not any(told.guest_id == after for told in claims_of(tx, ref)):
            put_claim(tx, ref, row.claim, after, now=row.told_at)
    tx.execute(delete(drop_claims).where(theirs))


def sighting(tx: Connection, ref: VenueRef, on: date) -> Sighting | None:
    """What was seen of a venue's drop for one day."""
    row = tx.execute(select(sightings).where(_of(ref), sightings.c.on_day == on)).one_or_none()
    return None if row is None else _sighting(row)


def add_sighting(tx: Connection, one: Sighting) -> bool:
    """Keep the first sighting of a venue and day; False when there is one."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = insert(sightings).values(
        platform=one.venue.platform,
        venue_id=one.venue.id,
        on_day=one.on,
        empty_at=one.empty_at,
        seen_at=one.seen_at,
    )
    unique = [sightings.c.platform, sightings.c.venue_id, sightings.c.on_day]
    return tx.execute(row.on_conflict_do_nothing(index_elements=unique)).rowcount > 0


def set_sighting(tx: Connection, one: Sighting) -> None:
    """Know more closely what is known of that venue and day."""
    tx.execute(
        update(sightings)
        .where(_of(one.venue), sightings.c.on_day == one.on)
        .values(empty_at=one.empty_at, seen_at=one.seen_at)
    )


def sightings_of(tx: Connection, ref: VenueRef, *, since: datetime, most: int) -> Sequence[Sighting]:
    """What was seen of a venue's drops since then, the newest first."""
    query = (
        select(sightings)
        .where(_of(ref), sightings.c.seen_at >= since)
        .order_by(sightings.c.seen_at.desc(), sightings.c.on_day.desc())
        .limit(most)
    )
    return [_sighting(row) for row in tx.execute(query).all()]


def forget_sightings(tx: Connection, ref: VenueRef) -> None:
    """Forget all that was seen of a venue: it does otherwise now."""
    tx.execute(delete(sightings).where(_of(ref)))


def _of(ref: VenueRef) -> ColumnElement[bool]:
    return (sightings.c.platform == ref.platform) & (sightings.c.venue_id == ref.id)


def _sighting(row: Row[tuple[object, ...]]) -> Sighting:
    return Sighting(
        venue=VenueRef(platform=row.platform, id=row.venue_id),
        on=row.on_day,
        empty_at=row.empty_at,
        seen_at=row.seen_at,
    )
