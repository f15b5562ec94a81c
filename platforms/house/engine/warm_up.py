"""A booking that is made and undone, so that the first real one finds every statement compiled."""

from datetime import datetime

from sqlalchemy import Connection

from platforms.house.engine import occupancy, reservations, venues
from platforms.house.engine.booking_request import BookingRequest, Owner, Token
from platforms.house.engine.reservations import RowState

_LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001 - venue-local by meaning
_NOBODY = Owner(caller="rehearsal", guest_id=0)


def rehearse(tx: Connection, *, now: datetime) -> None:
    """Go through the motions for a table in 1970; where there is no venue, there is nothing to do."""
    known = venues.names(tx)
    if not known:
        return
    rules = venues.load(tx, known[0][0])
    token = Token(venue_id=rules.id, local=_LONG_AGO, party_size=rules.party_min, seating="")
    booking = BookingRequest(token=str(token), owner=_NOBODY, key="rehearsal")
    with tx.begin_nested() as savepoint:
        reservations.lock_live(tx, _NOBODY.caller, booking.key)
        reservation_id = reservations.begin(tx, booking, rules, token, now=now)
        tables = [table.id for table in rules.tables[:1]]
        occupancy.busy(tx, rules, range(1), now=now)
        if reservation_id is not None:
            occupancy.claim(tx, reservation_id, tables, range(1), expires_at=None, now=now)
            reservations.settle(
                tx,
                reservation_id,
                booking,
                rules,
                token,
                state=RowState.BOOKED,
                table_id=tables[0],
                expires_at=None,
                now=now,
            )
        savepoint.rollback()
