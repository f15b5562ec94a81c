"""When a venue releases its tables."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule:
    """Tables for a day are released `days_ahead` days before it, at a local time in a zone.

    A day missing its local time (clocks go forward) drops at the first instant after the gap; one that
    has it twice (clocks go back) drops at the first of the two.
    """

    days_ahead: int
    at: time
    zone: str

    def drop_of(self, day: date) -> datetime:
        """The instant (UTC) at which tables for `day` are released."""
        return instant_of(day - timedelta(days=self.days_ahead), self.at, ZoneInfo(self.zone))

    def released(self, day: date, now: datetime) -> bool:
        """Whether tables for `day` are out at `now`."""
        return now >= self.drop_of(day)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) a wall clock in `zone` first shows `at` or later on `day`."""
    local = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    # In a gap, fold=0 reads the clock as it was before: the true first instant after the gap is where the
    # offset changes, which lies between the two readings.
    late, early = instant, local.replace(fold=1).astimezone(UTC)
    before = zone.utcoffset(early.astimezone(zone).replace(tzinfo=None))
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
