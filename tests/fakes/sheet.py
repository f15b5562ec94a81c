"""What the fake platform has on paper: venues with their tables, and who claimed which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from core.domain.reservation import Reservation, ReservationState
from core.domain.slot import Cause, Day, DayState
from core.domain.terms import Money, Terms
from core.domain.venue import Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A time in a seating of a venue: where tables are counted."""

    venue_id: str
    starts_at: datetime
    seating: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the platform knows of a venue beyond what it tells."""

    venue: Venue
    times: tuple[time, ...]
    tables: Mapping[str, int]
    closed: frozenset[date]
    late_by: timedelta
    free_until_before: timedelta | None
    asks: Terms | None = None

    def terms(self, starts_at: datetime) -> Terms:
        if self.asks is not None:
            return self.asks
        if self.free_until_before is None:
            return Terms()
        return Terms(
            free_until=starts_at - self.free_until_before,
            late_fee=Money(amount=Decimal(25), currency="USD"),
        )

    def shut(self, on: date, size: int, now: datetime) -> Cause | None:
        """Why nothing can be booked on the day, whatever tables are free."""
        venue = self.venue
        today = now.astimezone(venue.tz).date()
        if size < venue.party_min:
            return Cause.PARTY_TOO_SMALL
        if size > venue.party_max:
            return Cause.PARTY_TOO_LARGE
        if on < today:
            return Cause.PAST
        if on in self.closed:
            return Cause.CLOSED
        if venue.horizon_days is not None and on > today + timedelta(days=venue.horizon_days):
            return Cause.BEYOND_HORIZON
        if venue.drop is not None and now < venue.drop.drop_of(on) + self.late_by:
            return Cause.NOT_RELEASED
        return None

    def day(self, on: date, cause: Cause | None) -> Day:
        match cause:
            case None:
                return Day(on=on, state=DayState.OPEN)
            case Cause.NOT_RELEASED:
                drop = self.venue.drop
                return Day(on=on, state=DayState.NOT_RELEASED, drop_at=drop.drop_of(on) if drop else None)
            case Cause.FULL:
                return Day(on=on, state=DayState.FULL)
            case _:
                return Day(on=on, state=DayState.CLOSED)


@dataclass(slots=True, kw_only=True)
class Claim:
    spot: Spot
    reservation: Reservation
    guest_id: int
    key: str
    held_until: datetime | None

    @property
    def live(self) -> bool:
        return self.reservation.state is ReservationState.BOOKED
