"""Days, times and places in time, as people say them."""

from collections.abc import Sequence
from datetime import date, datetime, time

from core.domain.drop import DropRule, MonthRule, Rule


def day(on: date, *, today: date | None = None) -> str:
    """`Thu 24 Dec`; with the year where it is another one than today's."""
    words = f"{on:%a} {on.day} {on:%b}"
    return words if today is None or today.year == on.year else f"{words} {on.year}"


def clock(at: time) -> str:
    """`19:30`."""
    return f"{at:%H:%M}"


def day_and_time(at: datetime) -> str:
    """`Thu 24 Dec at 19:30`, in the zone that `at` is in."""
    return f"{day(at.date())} at {clock(at.time())}"


def city(zone: str) -> str:
    """What people call a zone: `New York time`."""
    return zone.rpartition("/")[2].replace("_", " ") + " time"


def rule(drop: Rule) -> str:
    """`14 days ahead at 09:00 New York time`."""
    match drop:
        case DropRule(days_ahead=days):
            ahead = f"{days} day{'' if days == 1 else 's'} ahead"
        case MonthRule(months_ahead=months, day_of_month=day_of_month):
            whole = "the next month" if months == 1 else f"the month {months} months on"
            ahead = f"on day {day_of_month} of each month for {whole}"
    return f"{ahead} at {clock(drop.at)} {city(drop.zone)}"


def in_order(times: Sequence[time], *, most: int = 8) -> str:
    """`19:30, then 19:00, then 20:00`; a long list says how many more."""
    shown = ", then ".join(clock(at) for at in times[:most])
    return shown if len(times) <= most else f"{shown} and {len(times) - most} more"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def guests(count: int) -> str:
    """`1 guest`, `4 guests`."""
    return f"{count} guest{'' if count == 1 else 's'}"
