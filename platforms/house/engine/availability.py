"""What a venue has to give on a day: one computed object, used by search, calendar, hold and book alike."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.domain.drop import instant_of
from core.domain.slot import Cause
from platforms.house.engine.rules import HouseVenue, Shift
from platforms.house.engine.ticks import ticks_of


@dataclass(frozen=True, slots=True)
class BusyTicks:
    """Which ticks of which tables are taken: one bit a tick, counted from tick `base`."""

    base: int
    bits: Mapping[int, int] = field(default_factory=dict[int, int])

    @classmethod
    def of(cls, base: int, taken: Iterable[tuple[int, range]]) -> "BusyTicks":
        """From stretches of ticks by table id, all at or after `base`."""
        bits: dict[int, int] = {}
        for table_id, ticks in taken:
            bits[table_id] = bits.get(table_id, 0) | _mask(ticks) << (ticks.start - base)
        return cls(base, bits)

    def free(self, table_id: int, ticks: range) -> bool:
        """Whether nobody has the table at any of the ticks."""
        return not self.bits.get(table_id, 0) >> (ticks.start - self.base) & _mask(ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A time in a seating that still has a fitting table.

    `starts_at` is aware in the venue's zone; `tables` are the free fitting ones' ids with their seats,
    smallest first; `ticks` is what one of them would be claimed for.
    """

    starts_at: datetime
    seating: str
    ticks: range
    tables: tuple[tuple[int, int], ...]

    @property
    def local(self) -> datetime:
        """What the venue's wall clock shows, naive. No two openings of a seating show the same."""
        return self.starts_at.replace(tzinfo=None, fold=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """A day for a party size: openings in order of time and of seatings, or the cause of there being none."""

    openings: tuple[Opening, ...] = ()
    cause: Cause | None = None

    def at(self, local: datetime, seating: str) -> Opening | None:
        """The opening at that venue-local time (naive) in that seating."""
        return next((one for one in self.openings if (one.local, one.seating) == (local, seating)), None)


def openings(venue: HouseVenue, on: date, party_size: int, busy: BusyTicks, now: datetime) -> Openings:
    """The openings of a venue-local day at `now`; `busy` covers its ticks and the longest turn after them."""
    if (cause := shut(venue, on, party_size, now)) is not None:
        return Openings(cause=cause)
    upcoming = _upcoming(venue, on, now)
    if isinstance(upcoming, Cause):
        return Openings(cause=upcoming)
    found = tuple(one for at, shift in upcoming for one in _at(venue, at, shift, party_size, busy))
    return Openings(openings=found, cause=None if found else Cause.FULL)


def open_at_all(venue: HouseVenue, on: date, party_size: int, busy: BusyTicks, now: datetime) -> Cause | None:
    """The cause of `openings` being empty, found without computing them all: for calendars."""
    if (cause := shut(venue, on, party_size, now)) is not None:
        return cause
    upcoming = _upcoming(venue, on, now)
    if isinstance(upcoming, Cause):
        return upcoming
    is_open = any(True for at, shift in upcoming for _ in _at(venue, at, shift, party_size, busy))
    return None if is_open else Cause.FULL


def shut(venue: HouseVenue, on: date, party_size: int, now: datetime) -> Cause | None:
    """Why nothing can be booked on the day, whatever tables are free; None: it can."""
    today = now.astimezone(venue.tz).date()
    if party_size < venue.party_min:
        return Cause.PARTY_TOO_SMALL
    if party_size > venue.party_max:
        return Cause.PARTY_TOO_LARGE
    if on < today:
        return Cause.PAST
    if on > today + timedelta(days=venue.horizon_days):
        return Cause.BEYOND_HORIZON
    if not venue.shifts_on(on):
        return Cause.CLOSED
    if venue.drop is not None and not venue.drop.released(on, now):
        return Cause.NOT_RELEASED
    return None


def _upcoming(venue: HouseVenue, on: date, now: datetime) -> list[tuple[datetime, Shift]] | Cause:
    whole_day = seatings(venue, on)
    if not whole_day:
        return Cause.CLOSED  # the clock skips the only times that there are
    return [(at, shift) for at, shift in whole_day if at > now] or Cause.PAST


def seatings(venue: HouseVenue, on: date) -> list[tuple[datetime, Shift]]:
    """The instants (UTC) of a day's seatings; a time that the clock skips on that day is none."""
    found: dict[datetime, Shift] = {}
    for shift in venue.shifts_on(on):
        for at in shift.starts():
            instant = instant_of(on, at, venue.tz)
            if instant.astimezone(venue.tz).time() == at:
                found.setdefault(instant, shift)
    return sorted(found.items(), key=lambda pair: pair[0])


def _at(venue: HouseVenue, at: datetime, shift: Shift, party_size: int, busy: BusyTicks) -> Iterator[Opening]:
    ticks = ticks_of(at, venue.turn(party_size, shift))
    free: dict[str, list[tuple[int, int]]] = {table.seating: [] for table in venue.tables}
    for table in venue.tables:
        if table.seats(party_size) and busy.free(table.id, ticks):
            free[table.seating].append((table.id, table.seats_max))
    for seating, tables in free.items():
        if not tables:
            continue
        tables.sort(key=lambda table: table[1])
        yield Opening(
            starts_at=at.astimezone(venue.tz),
            seating=seating,
            ticks=ticks,
            tables=tuple(tables),
        )


def _mask(ticks: range) -> int:
    return (1 << len(ticks)) - 1
