"""Days in words, as the library reads them."""

import re
from datetime import date, datetime, time

from dateparser.date import DateDataParser

_YEAR = re.compile(r"\b\d{4}\b")
_PLAIN = re.compile(r"(?=.*[a-z])[a-z0-9 ,.'/-]{2,40}", re.IGNORECASE)


def written_date(words: str, today: date, *, whole: bool = True) -> date | None:
    """The day of `24 dec`, `December 24th 2026`, `in three weeks`; None where there is none.

    Without a year it is the next such day, today included. `whole` asks for a day, not for a month or a year.
    """
    if not _PLAIN.fullmatch(words):
        return None
    # The library keeps one set of tables for each base: midnight, so that there is one a day.
    parser = DateDataParser(
        languages=["en"],
        settings={
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": datetime.combine(today, time()),
            "REQUIRE_PARTS": ["day"] if whole else [],
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    try:
        read = parser.get_date_data(words)
    except (ValueError, OverflowError):
        return None
    if not read.date_obj or (whole and read.period not in {"day", "week"}):
        return None
    day = read.date_obj.date()
    # The library takes today's own date for next year's.
    if not _YEAR.search(words) and (day.month, day.day) == (today.month, today.day):
        return today
    return day


def warm(now: datetime) -> None:
    """Load what the first parse needs (about 90 ms), so that no guest waits for it."""
    written_date("24 dec", now.date())
