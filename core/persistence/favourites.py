"""Venues that a guest likes to go to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from core.domain.venue import Venue, VenueRef
from core.errors import TooManyFavourites
from core.persistence.tables import favourites

MOST = 100
"""A list that is shown whole, and looked through at each search."""


def add(tx: Connection, guest_id: int, venue: Venue, *, now: datetime) -> None:
    """Keep a favourite; twice is once. Raises `TooManyFavourites`."""
    remove(tx, guest_id, venue.ref)
    mine = select(func.count()).select_from(favourites).where(favourites.c.guest_id == guest_id)
    if tx.execute(mine).scalar_one() >= MOST:
        raise TooManyFavourites(MOST)
    tx.execute(
        insert(favourites).values(
            guest_id=guest_id, platform=venue.ref.platform, venue_id=venue.ref.id, venue=venue, added_at=now
        )
    )


def remove(tx: Connection, guest_id: int, ref: VenueRef) -> None:
    tx.execute(delete(favourites).where(_of(guest_id, ref)))


def of(tx: Connection, guest_id: int) -> Sequence[Venue]:
    """A guest's favourites, the oldest first."""
    mine = select(favourites.c.venue).where(favourites.c.guest_id == guest_id)
    return tx.execute(mine.order_by(favourites.c.added_at).limit(MOST)).scalars().all()


def reassign(tx: Connection, before: int, after: int) -> None:
    """Give one guest's favourites to another, when two turn out to be the same human: as many as there is room for."""
    kept = {venue.ref for venue in of(tx, after)}
    brought = [venue.ref for venue in of(tx, before) if venue.ref not in kept]
    for ref in brought[: MOST - len(kept)]:
        theirs = _of(before, ref)
        tx.execute(update(favourites).where(theirs).values(guest_id=after))
    tx.execute(delete(favourites).where(favourites.c.guest_id == before))


def _of(guest_id: int, ref: VenueRef) -> ColumnElement[bool]:
    return and_(
        favourites.c.guest_id == guest_id,
        favourites.c.platform == ref.platform,
        favourites.c.venue_id == ref.id,
    )
