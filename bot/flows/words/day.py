"""Which day was said.

The library reads dates with month names and distances ("24 dec", "in three weeks"); around it stand the
phrases it lacks, or takes otherwise than guests mean them: weekdays, weekends, feasts, bare numbers.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.flows.words.day_phrases import KINDS, Here
from bot.flows.words.heard import DayHeard, Reason, Unclear
from bot.flows.words.line import take, tidy
from bot.flows.words.numeric_dates import day_of_month
from bot.flows.words.written_dates import written_date

_SHORT_YEAR = re.compile(r"^(.*\d.*[a-z]|.*[a-z].*\d)[ ,]+'?(\d\d)$", re.IGNORECASE)
_OR = re.compile(r"[ ]?(?:,[ ]?)?(?:or|and|/)[ ]?(?:on[ ])?", re.IGNORECASE)


def hear_day(text: str, *, now: datetime, zone: ZoneInfo) -> DayHeard:
    """The day an answer names, on the calendar of `zone` at `now`: today or later, else `Unclear`."""
    # Where nothing but a day is asked for, the 26 of "4 dec 26" can only be the year.
    line = _SHORT_YEAR.sub(r"\1 20\2", tidy(text))
    if found := find_day(line, now=now, zone=zone):
        return found[0]
    today = now.astimezone(zone).date()
    if (digits := line.strip(" .!")).isdecimal():
        return day_of_month(int(digits[:9]), today)
    day = written_date(line, today)
    return _one_of([day], today) if day else Unclear(reason=Reason.NOT_A_DAY)


def find_day(line: str, *, now: datetime, zone: ZoneInfo) -> tuple[DayHeard, str] | None:
    """The first day said in a tidy line, and the line without it; `fri or sat` is one unclear day."""
    here = Here(now.astimezone(zone).date(), zone)
    for kind, reader in KINDS:
        match = kind.search(line)
        day = match and reader(match, here)
        if match and day:
            start, end = match.span()
            days = [day]
            while further := _further(line, end, here):
                end = further[1]
                days.append(further[0])
            return _one_of(days, here.today), take(line, start, end)
    return None


def _further(line: str, end: int, here: Here) -> tuple[DayHeard, int] | None:
    """Another day, said right after the first with an "or"."""
    link = _OR.match(line, end)
    if not link:
        return None
    for kind, reader in KINDS:
        match = kind.match(line, link.end())
        day = match and reader(match, here)
        if match and day:
            return day, match.end()
    return None


def _one_of(days: Sequence[DayHeard], today: date) -> DayHeard:
    """The only day that is not over, or why there is none."""
    coming = sorted({day for day in days if isinstance(day, date) and day >= today})
    if len(coming) > 1:
        return Unclear(reason=Reason.AMBIGUOUS, candidates=tuple(coming))
    if coming:
        return coming[0]
    day = days[0]
    return Unclear(reason=Reason.PAST, candidates=(day,)) if isinstance(day, date) else day
