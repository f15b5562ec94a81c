"""Reservations and holds as rows: at most one live row for each caller and request key."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.reservation import Reservation, ReservationState
from core.domain.venue import VenueRef
from platforms.house.engine.booking_request import BookingRequest, Owner, Token
from platforms.house.engine.rules import PLATFORM, HouseVenue
from platforms.house.engine.tables import LIVE, house_reservations, house_venues

_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread at a door
_r = house_reservations.c


class RowState(StrEnum):
    """Where a row stands; the first two are live."""

    HELD = "held"
    BOOKED = "booked"
    RELEASED = "released"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A row: the reservation as its guest sees it, and what only the inventory knows."""

    reservation: Reservation
    state: RowState
    guest_id: int
    table_id: int | None
    expires_at: datetime | None


def lock_live(tx: Connection, caller: str, key: str) -> Written | None:
    """The live row of a key, kept from changing until the transaction ends."""
    query = _query().where(_r.caller == caller, _r.request_key == key, LIVE)
    return _one(tx, query.with_for_update(of=house_reservations))


def lock(tx: Connection, reservation_id: str, *, caller: str) -> Written | None:
    """The row of an id, kept from changing until the transaction ends."""
    query = _query().where(_r.id == reservation_id, _r.caller == caller)
    return _one(tx, query.with_for_update(of=house_reservations))


def venue_of(tx: Connection, reservation_id: str, *, caller: str) -> str | None:
    """Where a reservation, or hold, of a caller is."""
    query = select(_r.venue_id).where(_r.id == reservation_id, _r.caller == caller)
    return tx.execute(query).scalar_one_or_none()


def upcoming(tx: Connection, owner: Owner, *, now: datetime) -> Sequence[Reservation]:
    """The owner's booked tables from now on."""
    query = _query().where(_r.caller == owner.caller, _r.guest_id == owner.guest_id)
    query = query.where(_r.state == RowState.BOOKED, _r.starts_at > now).order_by(_r.starts_at)
    return [_written(row).reservation for row in tx.execute(query)]


def begin(
    tx: Connection, booking: BookingRequest, venue: HouseVenue, token: Token, *, now: datetime
) -> str | None:
    """Write a row for a key that has none, and return its id; None if somebody else has just done so."""
    reservation_id = secrets.token_hex(8)
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = insert(house_reservations).values(
        id=reservation_id,
        caller=booking.owner.caller,
        request_key=booking.key,
        confirmation="".join(secrets.choice(_CODE) for _ in range(6)),
        expires_at=now,
        created_at=now,
        **_values(booking, venue, token, RowState.HELD, now),
    )
    statement = statement.on_conflict_do_nothing(
        index_elements=[_r.caller, _r.request_key], index_where=LIVE
    ).returning(_r.id)
    return tx.scalar(statement)


def settle(
    tx: Connection,
    reservation_id: str,
    booking: BookingRequest,
    venue: HouseVenue,
    token: Token,
    *,
    state: RowState,
    table_id: int,
    expires_at: datetime | None,
    now: datetime,
) -> Written:
    """Write down which table a row got, and return the row."""
    values = _values(booking, venue, token, state, now)
    tx.execute(
        update(house_reservations)
        .where(_r.id == reservation_id)
        .values(table_id=table_id, expires_at=expires_at, **values)
    )
    return _written(tx.execute(_query().where(_r.id == reservation_id)).one())


def end(tx: Connection, reservation_id: str, state: RowState, *, now: datetime) -> None:
    """Make a row one that is live no more."""
    tx.execute(
        update(house_reservations)
        .where(_r.id == reservation_id)
        .values(state=state, expires_at=None, changed_at=now)
    )


def forget(tx: Connection, reservation_id: str) -> None:
    """Take away a row for which no table was found."""
    tx.execute(delete(house_reservations).where(_r.id == reservation_id))


def _values(
    booking: BookingRequest, venue: HouseVenue, token: Token, state: RowState, now: datetime
) -> dict[str, object]:
    starts_at = token.starts_at(venue)
    return {
        "venue_id": venue.id,
        "guest_id": booking.owner.guest_id,
        "guest_name": booking.owner.name[:128],
        "party_size": token.party_size,
        "starts_at": starts_at,
        "seating": token.seating,
        "terms": venue.terms(starts_at),
        "state": state,
        "changed_at": now,
    }


def _query() -> Select[tuple[object, ...]]:
    return select(house_reservations, house_venues.c.zone).join(house_venues)


def _one(tx: Connection, query: Select[tuple[object, ...]]) -> Written | None:
    row = tx.execute(query).one_or_none()
    return None if row is None else _written(row)


def _written(row: Row[tuple[object, ...]]) -> Written:
    state = RowState(row.state)
    return Written(
        reservation=Reservation(
            venue=VenueRef(platform=PLATFORM, id=row.venue_id),
            id=row.id,
            confirmation=row.confirmation,
            starts_at=row.starts_at.astimezone(ZoneInfo(row.zone)),
            party_size=row.party_size,
            seating=row.seating,
            terms=row.terms,
            state=ReservationState.CANCELLED if state is RowState.CANCELLED else ReservationState.BOOKED,
            key=row.request_key,
        ),
        state=state,
        guest_id=row.guest_id,
        table_id=row.table_id,
        expires_at=row.expires_at,
    )
