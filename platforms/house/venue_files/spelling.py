"""How a host writes times, weekdays, seats and money; else a `ValueError` with a sentence."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, cast
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from core.domain.terms import Money

_DAY_MINUTES = 24 * 60
_WEEKDAYS = {
    spelling: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    for spelling in (name, name[:3])
}


def _wall_time(given: object) -> object:
    """`"17:30"`; unquoted, YAML 1.1 reads it as a number to the base of 60."""
    if isinstance(given, int) and not isinstance(given, bool):
        seconds = given * 60 if given < _DAY_MINUTES else given
        return (
            time(seconds // 3600, seconds // 60 % 60, seconds % 60) if seconds < _DAY_MINUTES * 60 else given
        )
    if isinstance(given, str) and re.fullmatch(r"\d?\d:\d\d(:\d\d)?", given):
        return given.zfill(5) if given.count(":") == 1 else given.zfill(8)
    raise ValueError('expected a time such as "17:30"')


def _on_a_quarter(at: time) -> time:
    if at.minute % 15 or at.second:
        raise ValueError(f"{at:%H:%M} is not on a quarter of an hour")
    return at


def _quarters(minutes: int) -> int:
    if minutes <= 0 or minutes % 15:
        raise ValueError(f"{minutes} minutes is not a multiple of 15")
    return minutes


def _weekdays(given: object) -> object:
    """`tue-sun`, `fri, sat`, `daily`, or a list of such."""
    days: set[int] = set()
    for word in _words(given):
        first, _, last = word.lower().partition("-")
        if first == "daily":
            days.update(range(7))
        elif first in _WEEKDAYS and (not last or last in _WEEKDAYS):
            begin = _WEEKDAYS[first]
            span = (_WEEKDAYS[last or first] - begin) % 7
            days.update((begin + n) % 7 for n in range(span + 1))
        else:
            raise ValueError(f"“{word}” is no weekday; write for example tue-sun, or fri, sat, or daily")
    return frozenset(days)


def _seats(given: object) -> object:
    """`4`, or `2-4`."""
    match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", str(given))
    if match is None:
        raise ValueError(f"“{given}” is no number of seats; write for example 4, or 2-4")
    least, most = int(match[1]), int(match[2] or match[1])
    if not 1 <= least <= most:
        raise ValueError(f"“{given}” seats nobody")
    return (least if match[2] else 1, most)


def _money(given: object) -> object:
    """`25 USD`."""
    amount, _, currency = str(given).strip().partition(" ")
    try:
        number = Decimal(amount)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number <= 0 or not re.fullmatch(r"[A-Z]{3}", currency.strip()):
        raise ValueError(f"“{given}” is no amount; write for example 25 USD")
    return Money(amount=number, currency=currency.strip())


def _zone(given: str) -> str:
    if given not in available_timezones():
        raise ValueError(f"“{given}” is no time zone; write for example America/New_York")
    return given


def _closed(given: object) -> object:
    """`2026-12-24`, or `12-25` for every year."""
    days = _words(given)
    for text in days:
        try:
            date.fromisoformat(text if len(text) > 5 else f"2024-{text}")
        except ValueError:
            raise ValueError(
                f"“{text}” is no day; write for example 2026-12-24, or 12-25 for every year"
            ) from None
    return frozenset(days)


def _words(given: object) -> list[str]:
    """The parts of a list, or of words with commas between them."""
    parts = cast("list[object]", given) if isinstance(given, list) else str(given).split(",")
    return [str(part).strip() for part in parts]


WallTime = Annotated[time, BeforeValidator(_wall_time)]
Quarter = Annotated[WallTime, AfterValidator(_on_a_quarter)]
Minutes = Annotated[int, AfterValidator(_quarters)]
Zone = Annotated[str, AfterValidator(_zone)]
Weekdays = Annotated[frozenset[int], BeforeValidator(_weekdays)]
Seats = Annotated[tuple[int, int], BeforeValidator(_seats)]
Amount = Annotated[Money, BeforeValidator(_money)]
ClosedDays = Annotated[frozenset[str], BeforeValidator(_closed)]
