"""How many days ahead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.drops.words.numbers import COUNT, count

MOST = 366

_UNIT = r"(?P<unit>(?:calendar[ ]|full[ ]|consecutive[ ])?(?:days?|nights?|d)|weeks?|wks?|w|fortnights?)"
_LEAD = re.compile(rf"(?<![\w:.])(?P<count>{COUNT})[ -]?{_UNIT}\b(?!')", re.IGNORECASE)
_NOT_DAYS = re.compile(r"\b(?:business|working|week)[ -]?days?\b", re.IGNORECASE)
_AFTER = re.compile(
    r"^[^.]{0,40}?\b(?:in[ ]advance|ahead|advance|out|prior|before|beforehand|earlier|to[ ]the[ ]day|from|away|rolling"
    r"|window|basis|later|at[ ]a[ ]time|into[ ]the[ ]future|calendar|lead)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:up[ ]to|rolling|within|next|every|for|exactly|only|open|opens|released?|book|bookable|available"
    r"|window(?:[ ]is|:))[ ](?:the[ ]|our[ ]|a[ ])?$",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    r"\bsame[ -]day\b|\b(?:on[ ])?(?:the[ ])?(?:morning|day)[ -]of\b(?![ ](?:the|each|every)[ ]month)"
    r"|\bfor[ ]that[ ](?:same[ ])?(?:day|evening|night)\b",
    re.IGNORECASE,
)
_REACH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """So many days ahead, and where that stands in its sentence."""

    days: int
    start: int
    end: int


def lead_said(sentence: str) -> Lead | None:
    """The first number of days or weeks of which it is said that they lie ahead; None for business days."""
    if _NOT_DAYS.search(sentence):
        return None
    for lead in _leads(sentence):
        before = sentence[max(0, lead.start - _REACH) : lead.start]
        if _AFTER.search(sentence[lead.end : lead.end + 60]) or _BEFORE.search(before):
            return lead
    same = _SAME_DAY.search(sentence)
    return Lead(days=0, start=same.start(), end=same.end()) if same else None


def lead_told(words: str) -> Lead | None:
    """The days in the words of somebody who says nothing else."""
    if _NOT_DAYS.search(words):
        return None
    return next(_leads(words), None) or lead_said(words)


def _leads(sentence: str) -> Iterator[Lead]:
    for match in _LEAD.finditer(sentence):
        unit = match["unit"].lower()
        length = 14 if unit.startswith("fortnight") else 7 if unit.startswith("w") else 1
        many = count(match["count"])
        if many is not None and 1 <= many * length <= MOST:
            yield Lead(days=many * length, start=match.start(), end=match.end())
