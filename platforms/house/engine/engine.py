"""The inventory: what can be had, and having it.

Plain functions in the caller's transaction; `now` is the server's, never the guest's.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import Connection

from core.domain.drop import DropRule
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Cause, Day, DayState, Slot
from core.domain.venue import Venue
from core.errors import CancelRefused
from core.powers.booking import Hold
from platforms.house.engine import occupancy, reservations, venues
from platforms.house.engine.availability import Openings, open_at_all, openings, seatings, shut
from platforms.house.engine.booking_request import BookingRequest, NoTable, Owner, Token
from platforms.house.engine.name_match import best
from platforms.house.engine.reservations import RowState, Written
from platforms.house.engine.rules import HouseVenue
from platforms.house.engine.ticks import ticks_of_days


def find_venues(tx: Connection, words: str, *, limit: int) -> list[Venue]:
    """Venues whose name answers to `words`, best first; empty words list them by name."""
    found = best(words, venues.names(tx), limit=limit)
    return [venues.load(tx, venue_id).as_venue() for venue_id in found]


def venue(tx: Connection, venue_id: str) -> Venue:
    """Raises `VenueGone`."""
    return venues.load(tx, venue_id).as_venue()


def days(
    tx: Connection, venue_id: str, *, party_size: int, first: date, last: date, now: datetime
) -> list[Day]:
    """The calendar from `first` to `last`, both included. Raises `VenueGone`."""
    rules = venues.load(tx, venue_id)
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    could = [on for on in wanted if shut(rules, on, party_size, now) is None]
    if could:
        ticks = ticks_of_days(could[0], could[-1], rules.tz, margin=rules.longest_turn())
        busy = occupancy.busy(tx, rules, ticks, now=now)
    else:
        busy = occupancy.NOTHING
    return [_day(on, open_at_all(rules, on, party_size, busy, now), rules.drop) for on in wanted]


def slots(tx: Connection, venue_id: str, *, on: date, party_size: int, now: datetime) -> Availability:
    """What can be booked now. Raises `VenueGone`."""
    rules = venues.load(tx, venue_id)
    found = _openings(tx, rules, on, party_size, now)
    return Availability(
        slots=tuple(
            Slot(
                venue=rules.ref,
                token=str(
                    Token(
                        venue_id=rules.id,
                        local=opening.local,
                        party_size=party_size,
                        seating=opening.seating,
                    )
                ),
                starts_at=opening.starts_at,
                party_size=party_size,
                seating=opening.seating,
                terms=rules.terms(opening.starts_at),
            )
            for opening in found.openings
        ),
        cause=found.cause,
    )


def times(tx: Connection, venue_id: str, *, on: date) -> list[time]:
    """When the venue seats people that day, released or not, taken or not. Raises `VenueGone`."""
    rules = venues.load(tx, venue_id)
    try:
        return [at.astimezone(rules.tz).time() for at, _ in seatings(rules, on)]
    except OverflowError:  # the evening of the last day that can be written is not over in every zone
        return []


def hold(tx: Connection, booking: BookingRequest, *, now: datetime) -> Hold | NoTable:
    """Keep a table for minutes; the same key again renews, or moves, the hold. Raises `VenueGone`."""
    written = _secure(tx, booking, RowState.HELD, now)
    if isinstance(written, NoTable):
        return written
    if written.state is RowState.BOOKED or written.expires_at is None:
        return NoTable(cause=Cause.FULL)
    slot = Slot(
        venue=written.reservation.venue,
        token=booking.token,
        starts_at=written.reservation.starts_at,
        party_size=written.reservation.party_size,
        seating=written.reservation.seating,
        terms=written.reservation.terms,
    )
    return Hold(id=written.reservation.id, slot=slot, expires_at=written.expires_at)


def release(tx: Connection, hold_id: str, *, caller: str, now: datetime) -> None:
    """Let a hold go; what is not held (any more) is left as it is."""
    written = reservations.lock(tx, hold_id, caller=caller)
    if written is not None and written.state is RowState.HELD:
        reservations.end(tx, hold_id, RowState.RELEASED, now=now)
        occupancy.give_back(tx, hold_id)


def book(tx: Connection, booking: BookingRequest, *, now: datetime) -> Reservation | NoTable:
    """Book, from the key's hold where there is one. A key that has a table gets the same again.

    Raises `VenueGone`.
    """
    written = _secure(tx, booking, RowState.BOOKED, now)
    return written if isinstance(written, NoTable) else written.reservation


def cancel(tx: Connection, reservation_id: str, *, owner: Owner, now: datetime) -> None:
    """Give the table back; twice is fine. Raises `CancelRefused`."""
    written = reservations.lock(tx, reservation_id, caller=owner.caller)
    if (
        written is None
        or written.guest_id != owner.guest_id
        or written.state in {RowState.HELD, RowState.RELEASED}
    ):
        raise CancelRefused("There is no such reservation in your name.")
    if written.state is RowState.CANCELLED:
        return
    if written.reservation.starts_at <= now:
        raise CancelRefused("Its time has come already.")
    reservations.end(tx, reservation_id, RowState.CANCELLED, now=now)
    occupancy.give_back(tx, reservation_id)


def reservations_of(tx: Connection, owner: Owner, *, now: datetime) -> Sequence[Reservation]:
    """The owner's live upcoming reservations, in order of time."""
    return reservations.upcoming(tx, owner, now=now)


def _secure(tx: Connection, booking: BookingRequest, state: RowState, now: datetime) -> Written | NoTable:
    """A table for the key, in this state; what the key already has comes first."""
    token = Token.read(booking.token)
    rules = venues.load(tx, token.venue_id)
    before = reservations.lock_live(tx, booking.owner.caller, booking.key)
    if before is not None and before.state is RowState.BOOKED:
        return before
    mine = before.reservation.id if before is not None else None
    found = _openings(tx, rules, token.local.date(), token.party_size, now, but=mine)
    opening = found.at(token.local, token.seating)
    if opening is None:
        return NoTable(cause=found.cause or Cause.FULL)
    reservation_id = mine or reservations.begin(tx, booking, rules, token, now=now)
    if reservation_id is None:  # the same key was written by another transaction this moment
        return _secure(tx, booking, state, now)
    expires_at = now + rules.hold_for if state is RowState.HELD else None
    tables = _spread(opening.tables, first=before.table_id if before is not None else None)
    table_id = occupancy.claim(tx, reservation_id, tables, opening.ticks, expires_at=expires_at, now=now)
    if table_id is None:
        if before is None:
            reservations.forget(tx, reservation_id)
        return NoTable(cause=Cause.FULL)
    return reservations.settle(
        tx,
        reservation_id,
        booking,
        rules,
        token,
        state=state,
        table_id=table_id,
        expires_at=expires_at,
        now=now,
    )


def _openings(
    tx: Connection, rules: HouseVenue, on: date, party_size: int, now: datetime, *, but: str | None = None
) -> Openings:
    if (cause := shut(rules, on, party_size, now)) is not None:
        return Openings(cause=cause)
    ticks = ticks_of_days(on, on, rules.tz, margin=rules.longest_turn())
    return openings(rules, on, party_size, occupancy.busy(tx, rules, ticks, now=now, but=but), now)


def _day(on: date, cause: Cause | None, drop: DropRule | None) -> Day:
    match cause:
        case None:
            return Day(on=on, state=DayState.OPEN)
        case Cause.FULL:
            return Day(on=on, state=DayState.FULL)
        case Cause.NOT_RELEASED:
            drop_at = drop.drop_of(on) if drop is not None else None
            return Day(on=on, state=DayState.NOT_RELEASED, drop_at=drop_at)
        case _:
            return Day(on=on, state=DayState.CLOSED)


def _spread(tables: Sequence[tuple[int, int]], *, first: int | None = None) -> list[int]:
    """Ids of `tables` (ids with their seats, smallest first): `first` before all, then smaller before larger.

    Equals are shuffled, for guests who all take the first free table would all collide on it.
    """
    order: list[int] = []
    for _, equals in groupby(tables, key=lambda table: table[1]):
        ids = [table_id for table_id, _ in equals]
        random.shuffle(ids)
        order.extend(ids)
    order.sort(key=lambda table_id: table_id != first)
    return order
