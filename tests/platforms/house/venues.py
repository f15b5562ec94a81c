"""Venues and requests in a line."""

from datetime import UTC, date, datetime, time, timedelta

from core.domain.drop import DropRule
from platforms.house.engine.booking_request import BookingRequest, Owner, Token
from platforms.house.engine.rules import HouseVenue, Shift, Table, TurnTime

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ON = date(2026, 12, 24)
EVERY_DAY = frozenset(range(7))


def a_venue(
    *tables: Table,
    shifts: tuple[Shift, ...] = (),
    turns: tuple[TurnTime, ...] = (TurnTime(up_to=20, lasts=timedelta(hours=2)),),
    zone: str = "America/New_York",
    party_max: int = 8,
    horizon_days: int = 60,
    drop: DropRule | None = None,
    closed: frozenset[str] = frozenset(),
    hold_for: timedelta = timedelta(minutes=5),
) -> HouseVenue:
    return HouseVenue(
        id="luna",
        name="Casa Luna",
        zone=zone,
        party_min=1,
        party_max=party_max,
        horizon_days=horizon_days,
        drop=drop,
        shifts=shifts or (a_shift(),),
        tables=tables or (a_table("T1", id=1),),
        turns=turns,
        closed=closed,
        hold_for=hold_for,
    )


def a_shift(first: time = time(18), last: time = time(22), *, every: int = 30, weekdays=EVERY_DAY) -> Shift:
    return Shift(name="dinner", weekdays=weekdays, first=first, last=last, every=timedelta(minutes=every))


def a_table(name: str, seats: tuple[int, int] = (1, 4), *, seating: str = "", id: int = 0) -> Table:  # noqa: A002
    return Table(id=id, name=name, seating=seating, seats_min=seats[0], seats_max=seats[1])


def a_request(
    key: str, at: time = time(19), *, on: date = ON, size: int = 2, seating: str = "", guest_id: int = 1
) -> BookingRequest:
    token = Token(venue_id="luna", local=datetime.combine(on, at), party_size=size, seating=seating)
    return BookingRequest(token=str(token), owner=Owner(caller="", guest_id=guest_id, name="Ann"), key=key)
