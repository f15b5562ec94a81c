"""Whole months at once."""

import re
from dataclasses import dataclass

from core.drops.words.cues import WEEKDAY
from core.drops.words.numbers import COUNT, ORDINAL, count, ordinal

_DAY = rf"(?:the[ ])?(?P<day>{ORDINAL})(?:[ ](?:calendar[ ])?day)?"
_OF_MONTH = re.compile(
    rf"\b{_DAY}[ ](?:of[ ])?(?:the|each|every|any|that|a)?[ ]?(?P<which>previous|prior|preceding|calendar)?[ ]?month\b"
    rf"|\b{_DAY.replace('day>', 'day2>')}[ ]of[ ]month\b"
    rf"|\b{_DAY.replace('day>', 'day3>')}[ ]of[ ](?:each|every)\b",
    re.IGNORECASE,
)
_ON_DAY = re.compile(rf"\b(?:on[ ])?{_DAY}\b", re.IGNORECASE)
_MONTHLY = re.compile(r"\b(?:each|every|per)[ ]month\b|\bmonthly\b", re.IGNORECASE)
_NO_DAY = re.compile(
    rf"\b{ORDINAL}[ ](?:{WEEKDAY}|business|working|week\b|weekday|weekend|week\b)", re.IGNORECASE
)
_TARGETS = (
    (re.compile(r"\bmonth[ ]after[ ](?:the[ ])?(?:next|following)\b", re.IGNORECASE), 2),
    (
        re.compile(
            r"\b(?:following|next|upcoming|coming|subsequent|ensuing)[ ](?:calendar[ ])?month\b",
            re.IGNORECASE,
        ),
        1,
    ),
    (re.compile(r"\bmonth[ ](?:that[ ]follows|ahead|prior|before|in[ ]advance|out)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:that|the[ ]same|the[ ]current|this)[ ](?:calendar[ ])?month\b", re.IGNORECASE), 0),
)
_MONTHS = re.compile(
    rf"\b(?P<count>{COUNT})[ ](?:full[ ]|calendar[ ])?months?[ ](?:ahead|out|in[ ]advance|prior|before|later|from)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    rf"\b(?:following|next)[ ](?!a\b)(?P<count>{COUNT})[ ](?:calendar[ ])?months\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSaid:
    """On which day of a month which later month is let out, and where that stands in its sentence."""

    day_of_month: int
    months_ahead: int
    start: int
    end: int


def month_said(sentence: str, *, people: bool = False) -> MonthSaid | None:
    """The day of the month on which another one is let out; None for "the first Monday" and the like.

    `people`: somebody is asked just that, so that "the 1st" is one of each month.
    """
    if _NO_DAY.search(sentence) or _SEVERAL.search(sentence):
        return None
    of_month = _OF_MONTH.search(sentence)
    target = _target(sentence)
    match = of_month
    if match is None and (people or target or _MONTHLY.search(sentence)):
        match = _ON_DAY.search(sentence)
    if match is None:
        return None
    day = ordinal(next(value for name, value in match.groupdict().items() if name != "which" and value))
    if day is None:
        return None
    if of_month is not None and (of_month["which"] or "").lower() in {"previous", "prior", "preceding"}:
        target = 1
    months = 1 if target is None else target
    return MonthSaid(day_of_month=day, months_ahead=months, start=match.start(), end=match.end())


def odd_month_at(sentence: str) -> int | None:
    """Where a sentence speaks of months in a way that is no rule of ours: "the first Monday", "a month ahead"."""
    found = (_NO_DAY.search(sentence), _OF_MONTH.search(sentence), _MONTHS.search(sentence))
    return min((match.start() for match in found if match is not None), default=None)


def _target(sentence: str) -> int | None:
    if match := _MONTHS.search(sentence):
        many = count(match["count"])
        return many if many is not None and many <= 12 else None
    return next((months for pattern, months in _TARGETS if pattern.search(sentence)), None)
