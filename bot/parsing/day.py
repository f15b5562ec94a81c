"""Which day was said.

The library reads dates with month names and distances ("24 dec", "in three weeks"); around it stand the
phrases it lacks, or takes otherwise than guests mean them: weekdays, weekends, feasts, bare numbers.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.parsing.day_phrases import KINDS, Here, Match
from bot.parsing.line import take, tidy
from bot.parsing.numeric_dates import day_of_month
from bot.parsing.understood import DayHeard, Unclear, UnclearReason
from bot.parsing.written_dates import written_date

_SHORT_YEAR = re.compile(r"^(.*\d.*[a-z]|.*[a-z].*\d)[ ,]+'?(\d\d)$", re.IGNORECASE)
_OR = re.compile(r"[ ]?(?:,[ ]?)?(?:or|and|/)[ ]?(?:on[ ])?", re.IGNORECASE)
_OR_BEFORE = re.compile(_OR.pattern + "$", re.IGNORECASE)


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
    return _one_of([day], today) if day else Unclear(reason=UnclearReason.NOT_A_DAY)


def find_day(line: str, *, now: datetime, zone: ZoneInfo) -> tuple[DayHeard, str] | None:
    """The surest day said in a tidy line, and the line without it; `fri or sat` is one unclear day."""
    here = Here(now.astimezone(zone).date(), zone)
    first = next(_days(line, here, lambda _: True), None)
    if not first:
        return None
    (start, end), days = first[0].span(), [first[1]]
    while (link := _OR.match(line, end)) and (further := _day_at(line, link.end(), here)):
        end = further[0].end()
        days.append(further[1])
    while (link := _OR_BEFORE.search(line[:start])) and (earlier := _day_before(line[: link.start()], here)):
        start = earlier[0].start()
        days.append(earlier[1])
    return _one_of(days, here.today), take(line, start, end)


def _day_at(line: str, start: int, here: Here) -> tuple[Match, DayHeard] | None:
    return next(_days(line, here, lambda match: match.start() == start), None)


def _day_before(line: str, here: Here) -> tuple[Match, DayHeard] | None:
    """The day with which the line ends."""
    return next(_days(line, here, lambda match: match.end() == len(line)), None)


def _days(line: str, here: Here, where: Callable[[Match], bool]) -> Iterator[tuple[Match, DayHeard]]:
    for kind, reader in KINDS:
        for match in kind.finditer(line):
            if where(match) and (day := reader(match, here)):
                yield match, day


def _one_of(days: Sequence[DayHeard], today: date) -> DayHeard:
    """The only day that is not over, or why there is none."""
    coming = sorted({day for day in days if isinstance(day, date) and day >= today})
    if len(coming) > 1:
        return Unclear(reason=UnclearReason.AMBIGUOUS, candidates=tuple(coming))
    if coming:
        return coming[0]
    day = days[0]
    return Unclear(reason=UnclearReason.PAST, candidates=(day,)) if isinstance(day, date) else day
