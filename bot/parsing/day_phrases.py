"""The ways to say one day, and what each means."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.parsing.line import ENDS, pattern
from bot.parsing.named_days import NAMED, named_day
from bot.parsing.numbers import COUNT, ORDINAL, number
from bot.parsing.numeric_dates import day_of_month, month_first, numeric_date
from bot.parsing.understood import DayHeard, Unclear, UnclearReason
from bot.parsing.weekdays import RELATED_WEEKDAY, SPANS, WEEKDAY, span, weekday, weekday_of
from bot.parsing.written_dates import written_date


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when it is said."""

    today: date
    zone: ZoneInfo


Match = re.Match[str]
Reader = Callable[[Match, Here], DayHeard | None]

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_YEAR = r"(?:(?:,?[ ]|[/-])(?P<year>20\d\d)(?!\d|[:.]\d|[ ]?[ap]\.?m))?"
_BEFORE = rf"(?:{WEEKDAY}\.?,?[ ])?(?:the[ ])?(?<![:./-])"
_AFTER = rf"(?:,?[ ]\(?{WEEKDAY}\b\)?)?"
_NOT_A_CLOCK = r"(?![:.]?\d|[ ]?[ap]\.?m\b|[ ]?o'?clock)"
_MEALS = r"(?:lunch(?:time)?|dinner|supper|brunch|breakfast|night|evening|morning|afternoon)"
_TIME_FOLLOWS = (
    rf"(?=[ ](?:{_MEALS}|any(?:time)?|around|about|after|before|between|from|noon|half|quarter)\b)"
)
_DISTANCE = rf"(?:an?|{COUNT}|(?:a[ ])?couple[ ]of)[ ](?:days?|weeks?|fortnights?|months?)"
_LATELY = timedelta(days=60)
_SOON = {"yesterday": -1, "today": 0, "tonight": 0, "this": 0}


def _tomorrow_or_so(match: Match, here: Here) -> DayHeard:
    words = match[0].lower()
    distance = (
        2
        if words.startswith(("day after", "the day after", "overmorrow"))
        else _SOON.get(words.split()[0], 1)
    )
    return here.today + timedelta(days=distance)


def _numeric(match: Match, here: Here) -> DayHeard:
    return _on_its_weekday(match, numeric_date(match["numbers"], here.today, here.zone), here)


def _day_month(match: Match, here: Here) -> DayHeard | None:
    """`24 dec`. Of `4 dec 24` one number is the party: the one that can be; else the zone says which."""
    later = _NUMBER_AFTER.match(match.string, match.end())
    if later and not match["year"] and match["day"].isdecimal() and int(match["day"]) <= 20:  # noqa: SIM102
        if int(later[1]) > 20 or month_first(here.zone):
            return None
    return _month_day(match, here)


def _month_day(match: Match, here: Here) -> DayHeard:
    words = f"{number(match['day'])} {match['month'].rstrip('.')[:3]} {match['year'] or ''}".strip()
    day = written_date(words, here.today)
    return _on_its_weekday(match, day or Unclear(reason=UnclearReason.IMPOSSIBLE), here)


def _weekday(match: Match, here: Here) -> DayHeard | None:
    return weekday(match[0], here.today)


def _distance(match: Match, here: Here) -> DayHeard | None:
    words = match[0].lower().replace("a couple of", "2").replace("couple of", "2").removesuffix(" time")
    return written_date(words.replace("from today", "from now"), here.today, whole=False)


def _of_month(match: Match, here: Here) -> DayHeard:
    return _on_its_weekday(match, day_of_month(number(match["day"]) or 0, here.today), here)


def _on_its_weekday(match: Match, day: DayHeard, here: Here) -> DayHeard:
    """`day`, unless another weekday was said with it: then both are possible."""
    said = weekday_of(match[0])
    if said is None or isinstance(day, Unclear) or day.weekday() == said:
        return day
    try:
        before = day.replace(year=day.year - 1)
    except ValueError:
        before = day
    if before.weekday() == said and timedelta() < here.today - before < _LATELY:
        return before
    coming = here.today + timedelta(days=(said - here.today.weekday()) % 7)
    return Unclear(reason=UnclearReason.AMBIGUOUS, candidates=tuple(sorted({day, coming})))


_NUMBER_AFTER = re.compile(r"[ ](\d{1,2})(?![\w]|[:.]\d|[ ]?[ap]\.?m\b|[ ]?-[ ]?\d)", re.IGNORECASE)

KINDS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (pattern(rf"{_BEFORE}(?P<numbers>\d{{4}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}){_AFTER}"), _numeric),
    (pattern(rf"{_BEFORE}(?P<numbers>\d{{1,2}}([/.-])\d{{1,2}}\2(?:\d{{4}}|\d\d)){_AFTER}"), _numeric),
    (pattern(rf"{_BEFORE}(?P<numbers>\d{{1,2}}/\d{{1,2}}){_NOT_A_CLOCK}(?!/){_AFTER}"), _numeric),
    (
        pattern(
            rf"{_BEFORE}(?P<numbers>(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])){_NOT_A_CLOCK}(?!\.\d)\.?{_AFTER}"
        ),
        _numeric,
    ),
    (
        # Two numbers with a dash are hours where they can be: 19-21, 7-9, but not 24-12.
        pattern(rf"{_BEFORE}(?P<numbers>(?:1[3-9]|2\d|3[01])-(?:0?[1-9]|1[0-2])){_NOT_A_CLOCK}(?!-){_AFTER}"),
        _numeric,
    ),
    (
        pattern(rf"{_BEFORE}(?P<numbers>(?:0?[1-9]|1[0-2])-(?:2[4-9]|3[01])){_NOT_A_CLOCK}(?!-){_AFTER}"),
        _numeric,
    ),
    (
        pattern(rf"{_BEFORE}(?P<day>{ORDINAL}|\d{{1,2}}\.?)(?:[ ]of)?[ /-]?{_MONTH}{_YEAR}{_AFTER}"),
        _day_month,
    ),
    (
        pattern(
            rf"{_BEFORE}{_MONTH}[ /-]?(?:the[ ])?(?P<day>{ORDINAL}|\d{{1,2}}){_NOT_A_CLOCK}{_YEAR}{_AFTER}"
        ),
        _month_day,
    ),
    (
        pattern(rf"(?:in[ ]{_DISTANCE}(?:[ ]time)?|{_DISTANCE}[ ]from[ ](?:now|today)|{_DISTANCE}[ ]ago)"),
        _distance,
    ),
    (pattern(r"(?:the[ ])?day[ ]after[ ]tomorrow|overmorrow"), _tomorrow_or_so),
    (pattern(rf"(?P<name>{NAMED})"), lambda match, here: named_day(match["name"], here.today)),
    (pattern(RELATED_WEEKDAY), _weekday),
    (pattern(SPANS), lambda match, here: span(match[0], here.today)),
    (pattern(rf"(?:{WEEKDAY}\.?,?[ ])?(?:the[ ])(?P<day>{ORDINAL}|2[1-9]|3[01])"), _of_month),
    (pattern(rf"{WEEKDAY}\.?,?[ ](?P<day>{ORDINAL}|(?:2[1-9]|3[01])){_NOT_A_CLOCK}"), _of_month),
    (pattern(rf"(?P<day>{ORDINAL}){ENDS}"), _of_month),
    (pattern(rf"{WEEKDAY}(?:{ENDS}|{_TIME_FOLLOWS})"), _weekday),
    (pattern(r"today|tonight|this(?=[ ](?:evening|afternoon|morning|lunchtime)\b)"), _tomorrow_or_so),
    (pattern(r"tomm?orr?ow|tmrw?|tmw|tomoz|2mor+ow?|yesterday"), _tomorrow_or_so),
    (pattern(WEEKDAY), _weekday),
)
"""In the order in which they are looked for: the more certain before the less."""
