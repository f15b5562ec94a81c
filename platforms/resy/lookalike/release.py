"""When a venue's days go on sale."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MOST_LATE_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysAhead:
    """A day goes on sale `days` days before it at the local hour `at`, or at a random moment `within` after."""

    days: int
    at: time = time(0)
    within: timedelta = timedelta()

    def opens_on(self, day: date) -> date:
        """The local day on which tables of `day` go on sale."""
        return day - timedelta(days=self.days)

    def furthest(self, today: date) -> Iterator[date]:
        """Days that may be the last one on sale, furthest first."""
        for back in range(_MOST_LATE_DAYS + 1):
            yield today + timedelta(days=self.days + 1 - back)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMonth:
    """On the `on_day`-th of a month, at the local hour `at`, all days of the month `months` later go on sale."""

    on_day: int = 1
    at: time = time(10)
    months: int = 1
    within: timedelta = timedelta()

    def opens_on(self, day: date) -> date:
        """The local day on which tables of `day` go on sale."""
        return _first_of_month(day, -self.months).replace(day=self.on_day)

    def furthest(self, today: date) -> Iterator[date]:
        """Ends of months that may be the last day on sale, furthest first."""
        for more in (1, 0, -1):
            yield _first_of_month(today, self.months + more + 1) - timedelta(days=1)


Release = DaysAhead | WholeMonth

USUAL = DaysAhead(days=29)
"""The commonest lead time; a new day at midnight."""


def release_of(rule: Release, day: date, zone: str) -> datetime:
    """The instant (UTC) at which tables of `day` should go on sale, before any `within`."""
    return first_showing(rule.opens_on(day), rule.at, zone)


@lru_cache(maxsize=4096)
def first_showing(day: date, at: time, zone: str) -> datetime:
    """The first instant (UTC) at which a clock of `zone` shows `at`, or, where that is skipped, later."""
    place = ZoneInfo(zone)
    wanted = datetime.combine(day, at.replace(fold=0))
    instant = wanted.replace(tzinfo=place).astimezone(UTC)
    if local(instant, place) == wanted:
        return instant
    while local(instant - timedelta(minutes=1), place) > wanted:
        instant -= timedelta(minutes=1)
    return instant


def local(instant: datetime, place: ZoneInfo) -> datetime:
    """What a wall clock there shows, naive."""
    return instant.astimezone(place).replace(tzinfo=None, fold=0)


def _first_of_month(day: date, later: int) -> date:
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
