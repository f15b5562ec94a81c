"""When a venue releases its tables."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule:
    """Tables for a day are released `days_ahead` days before it, at a local time in a zone.

    A day missing its local time (clocks go forward) drops at the first instant after the gap; one that
    has it twice (clocks go back) drops at the first of the two. `window` is how much later than that they may
    come out, where a venue is irregular.
    """

    days_ahead: int
    at: time
    zone: str
    window: timedelta = timedelta(0)
    kind: Literal["daily"] = "daily"

    def drop_of(self, day: date) -> datetime:
        """The instant (UTC) at which tables for `day` are released."""
        return instant_of(day - timedelta(days=self.days_ahead), self.at, ZoneInfo(self.zone))

    def released(self, day: date, now: datetime) -> bool:
        """Whether tables for `day` are out at `now`."""
        return now >= self.drop_of(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRule:
    """A whole month is released at once: on `day_of_month` of the month `months_ahead` before it, at a local time.

    A month without that day releases on its last one. `window` as with `DropRule`.
    """

    months_ahead: int
    day_of_month: int
    at: time
    zone: str
    window: timedelta = timedelta(0)
    kind: Literal["month"] = "month"

    def drop_of(self, day: date) -> datetime:
        """The instant (UTC) at which tables for `day`, and for its whole month, are released."""
        months = day.year * 12 + day.month - 1 - self.months_ahead
        first = date(months // 12, months % 12 + 1, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return instant_of(first.replace(day=min(self.day_of_month, last.day)), self.at, ZoneInfo(self.zone))

    def released(self, day: date, now: datetime) -> bool:
        """Whether tables for `day` are out at `now`."""
        return now >= self.drop_of(day)


Rule = DropRule | MonthRule


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) a wall clock in `zone` first shows `at` or later on `day`."""
    wall = datetime.combine(day, at.replace(fold=0))
    late = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall_clock(late, zone) == wall:
        return late
    # fold=0 reads the clock as it was before the gap and fold=1 as it is after: the gap lies between the two.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if _wall_clock(middle, zone) < wall else (early, middle)
    return late.replace(microsecond=0)


def _wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
