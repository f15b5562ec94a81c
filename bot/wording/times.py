"""Days, times and places in time, as people say them."""

from collections.abc import Sequence
from datetime import date, datetime, time

from core.domain.drop import DropRule, MonthRule, Rule

_MOST = 8


def day(on: date) -> str:
    """`Thu 24 Dec`."""
    return f"{on:%a} {on.day} {on:%b}"


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
    """`14 days ahead at 09:00 New York time`; with a window `between 09:00 and 09:30`."""
    match drop:
        case DropRule(days_ahead=0):
            ahead = "on the same day"
        case DropRule(days_ahead=days):
            ahead = f"{days} day{'' if days == 1 else 's'} ahead"
        case MonthRule():
            ahead = f"on the {ordinal(drop.day_of_month)} of each month for {_month(drop.months_ahead)}"
    if not drop.window:
        return f"{ahead} at {clock(drop.at)} {city(drop.zone)}"
    ends = (datetime.combine(date.min, drop.at) + drop.window).time()
    return f"{ahead} between {clock(drop.at)} and {clock(ends)} {city(drop.zone)}"


def ordinal(day_of_month: int) -> str:
    """`1st`, `22nd`; the 31st is the last day of any month."""
    if day_of_month == 31:
        return "last day"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day_of_month % 10 if day_of_month // 10 != 1 else 0, "th")
    return f"{day_of_month}{ending}"


def _month(months_ahead: int) -> str:
    match months_ahead:
        case 0:
            return "that month"
        case 1:
            return "the next month"
        case _:
            return f"the month {months_ahead} months on"


def in_order(times: Sequence[time]) -> str:
    """`19:30, then 19:00, then 20:00`; a long list says how many more."""
    shown = ", then ".join(clock(at) for at in times[:_MOST])
    return shown if len(times) <= _MOST else f"{shown} and {len(times) - _MOST} more"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def guests(count: int) -> str:
    """`1 guest`, `4 guests`."""
    return f"{count} guest{'' if count == 1 else 's'}"
