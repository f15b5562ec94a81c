"""Venues that a guest likes to go to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from core.domain.venue import Venue, VenueRef
from core.persistence.tables import favourites


def add(tx: Connection, guest_id: int, venue: Venue, *, now: datetime) -> None:
    """Keep a favourite; twice is once."""
    remove(tx, guest_id, venue.ref)
    tx.execute(
        insert(favourites).values(
            guest_id=guest_id, platform=venue.ref.platform, venue_id=venue.ref.id, venue=venue, added_at=now
        )
    )


def remove(tx: Connection, guest_id: int, ref: VenueRef) -> None:
    tx.execute(
        delete(favourites).where(
            favourites.c.guest_id == guest_id,
            favourites.c.platform == ref.platform,
            favourites.c.venue_id == ref.id,
        )
    )


def of(tx: Connection, guest_id: int) -> Sequence[Venue]:
    """A guest's favourites, the oldest first."""
    query = (
        select(favourites.c.venue).where(favourites.c.guest_id == guest_id).order_by(favourites.c.added_at)
    )
    return tx.execute(query).scalars().all()


def reassign(tx: Connection, before: int, after: int) -> None:
    """Give one guest's favourites to another, when two turn out to be the same human."""
    kept = {venue.ref for venue in of(tx, after)}
    for venue in of(tx, before):
        if venue.ref in kept:
            remove(tx, before, venue.ref)
    tx.execute(update(favourites).where(favourites.c.guest_id == before).values(guest_id=after))
