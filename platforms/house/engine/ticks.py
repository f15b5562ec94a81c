"""Time in quarters of an hour since 1970, UTC: the grain in which a table is occupied.

Every zone in use is a whole number of quarters away from UTC, so a tick never straddles two seatings.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.drop import instant_of

TICK = timedelta(minutes=15)
_SECONDS = 900


def tick_of(at: datetime) -> int:
    """The tick in which the instant lies."""
    return int(at.timestamp()) // _SECONDS


def ticks_of(starts_at: datetime, lasts: timedelta) -> range:
    """The ticks of a party that sits down at `starts_at`, on a quarter, for `lasts`, whole quarters."""
    first = tick_of(starts_at)
    return range(first, first + lasts // TICK)


def ticks_of_days(first: date, last: date, zone: ZoneInfo, *, margin: timedelta) -> range:
    """The ticks of local days, both included, and of `margin` after them."""
    begin = instant_of(first, time(0), zone)
    end = instant_of(last + timedelta(days=1), time(0), zone)
    return range(tick_of(begin), tick_of(end + margin) + 1)
