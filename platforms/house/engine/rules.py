"""A venue as its host wrote it: tables, shifts, turn times and when tables are released."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.drop import DropRule
from core.domain.terms import Money, Terms
from core.domain.venue import Venue, VenueRef

PLATFORM = "house"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, or one place of a venue that counts parties; `id` is 0 until it is saved."""

    id: int = 0
    name: str
    seating: str = ""
    seats_min: int
    seats_max: int

    def seats(self, party_size: int) -> bool:
        return self.seats_min <= party_size <= self.seats_max


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Lunch or dinner: seatings from `first` to `last` (both included, venue-local); Monday is weekday 0."""

    name: str
    weekdays: frozenset[int]
    first: time
    last: time
    every: timedelta

    def starts(self) -> list[time]:
        """The wall-clock times of its seatings."""
        first, last = _minutes(self.first), _minutes(self.last)
        step = self.every // timedelta(minutes=1)
        return [time(minute // 60, minute % 60) for minute in range(first, last + 1, step)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTime:
    """How long a party of at most `up_to` keeps its table."""

    up_to: int
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """Free until so long before the table's time, and what it costs a person after that."""

    free_until_before: timedelta
    late_fee: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseVenue:
    """The rules of one venue.

    `turns` are in order of size and the last covers `party_max`; empty means that a party keeps its place for
    one interval of the shift (a venue that counts parties a slot). `closed` holds days as `2026-12-24`, or
    `12-25` for every year.
    """

    id: str
    name: str
    zone: str
    address: str = ""
    url: str | None = None
    party_min: int
    party_max: int
    horizon_days: int
    drop: DropRule | None = None
    shifts: tuple[Shift, ...]
    tables: tuple[Table, ...]
    turns: tuple[TurnTime, ...] = ()
    closed: frozenset[str] = frozenset()
    cancelling: Cancelling | None = None
    hold_for: timedelta = timedelta(minutes=5)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def ref(self) -> VenueRef:
        return VenueRef(platform=PLATFORM, id=self.id)

    def turn(self, party_size: int, shift: Shift) -> timedelta:
        """How long a party keeps its table."""
        return next((turn.lasts for turn in self.turns if party_size <= turn.up_to), shift.every)

    def longest_turn(self) -> timedelta:
        return max([turn.lasts for turn in self.turns] + [shift.every for shift in self.shifts])

    def shifts_on(self, on: date) -> list[Shift]:
        """The shifts of a day; none when the venue is closed."""
        if self.closed and not self.closed.isdisjoint((f"{on:%Y-%m-%d}", f"{on:%m-%d}")):
            return []
        return [shift for shift in self.shifts if on.weekday() in shift.weekdays]

    def terms(self, starts_at: datetime) -> Terms:
        """What cancelling a table at `starts_at` (UTC) costs."""
        if self.cancelling is None:
            return Terms()
        return Terms(
            free_until=starts_at - self.cancelling.free_until_before, late_fee=self.cancelling.late_fee
        )

    def as_venue(self) -> Venue:
        """What a guest is told."""
        return Venue(
            ref=self.ref,
            name=self.name,
            zone=self.zone,
            address=self.address,
            url=self.url,
            seatings=tuple(dict.fromkeys(table.seating for table in self.tables if table.seating)),
            party_min=self.party_min,
            party_max=self.party_max,
            horizon_days=self.horizon_days,
            drop=self.drop,
        )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
