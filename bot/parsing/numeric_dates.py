"""Days written in numbers only."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from bot.parsing.understood import Unclear, UnclearReason

_NUMBERS = re.compile(r"\d+")

_US_PLACES = (
    "Adak Anchorage Boise Chicago Denver Detroit Juneau Los_Angeles Menominee Metlakatla New_York Nome "
    "Phoenix Puerto_Rico Shiprock Sitka St_Thomas Yakutat"
)
_MONTH_FIRST = frozenset(f"America/{place}" for place in _US_PLACES.split()) | {
    "Pacific/Honolulu",
    "Pacific/Guam",
}
_MONTH_FIRST_REGIONS = ("US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/")


def month_first(zone: ZoneInfo) -> bool:
    """Whether people in `zone` write 3/4 for the 4th of March: only in the United States."""
    return zone.key in _MONTH_FIRST or zone.key.startswith(_MONTH_FIRST_REGIONS)


def numeric_date(words: str, today: date, zone: ZoneInfo) -> date | Unclear:
    """`2026-12-24`, `24.12.2026`, `24/12`, `12/24`: the zone decides only where both orders are days.

    Without a year it is the next such day, today included. With dots the day is always first.
    """
    numbers = [int(digits) for digits in _NUMBERS.findall(words)]
    first, second, third = (*numbers, 0, 0, 0)[:3]
    if first > 999:
        orders = [(first, second, third)]
    else:
        year = third + 2000 if 0 < third < 100 else third
        orders = [(year, second, first), (year, first, second)]
        if month_first(zone) and "." not in words:
            orders.reverse()
    for order in orders:
        if day := the_day(*order, today=today):
            return day
    return Unclear(reason=UnclearReason.IMPOSSIBLE)


def the_day(year: int, month: int, day: int, *, today: date) -> date | None:
    """That day; with year 0 the next one in the calendar, today included. None where there is none."""
    for candidate in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def day_of_month(day: int, today: date) -> date | Unclear:
    """The next day with that number, today included; a month too short for it is passed over."""
    for later in range(12):
        months = today.month - 1 + later
        found = the_day(today.year + months // 12, months % 12 + 1, day, today=today)
        if found and found >= today:
            return found
    return Unclear(reason=UnclearReason.IMPOSSIBLE)
