"""A rule in the words of a guest who is asked for one: `14 days 9:00`, `first of the month 10am`."""

import re
from dataclasses import dataclass

from core.domain.drop import Rule
from core.drop_text.cues import is_weekly
from core.drop_text.hours import hour_told
from core.drop_text.leads import Lead, lead_told
from core.drop_text.months import month_said
from core.drop_text.reading import Said, rule
from core.drop_text.sentences import sentences

_NUMBER = re.compile(r"(?<![\w:.])(\d{1,3})(?![\w:.]|[ ]?(?:am|pm|o'?clock)\b|[ ]?-)", re.IGNORECASE)
_ENDS = re.compile(
    r"(?:[\s,;:@~-]|\b(?:at|on|the|is|are|releases?|released|drops?|dropping|opens?|tables?|about|around|exactly|up|to|every|each"
    r"|rolling|by|from|between|daily|always|in|book|books|reservations?|come|comes|out|they|it))+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was understood: the whole `rule`, or which half of it; `before` are the words in front of it."""

    rule: Rule | None
    has_days: bool
    has_hour: bool
    before: str


def told(words: str, zone: str, *, lead_time: int | None = None) -> Told:
    """Read a guest's words; times are in `zone` unless they say otherwise, and a 5:00 is in the morning.

    `lead_time` is taken for the days where none are said. Never raises.
    """
    line = " ".join(sentences(words))
    hour, month = hour_told(line, zone), month_said(line, people=True)
    lead = (
        None
        if month is not None
        else lead_told(line) or _bare(line, hour_at=None if hour is None else hour.start)
    )
    weekly = lead is None and month is None and is_weekly(line)
    days = lead.days if lead is not None else None if month is not None or weekly else lead_time
    parts = [part.start for part in (hour, month, lead) if part is not None]
    whole = None if hour is None else rule(Said(words=line, days=days, month=month), hour)
    return Told(
        rule=whole,
        has_days=lead is not None or month is not None,
        has_hour=hour is not None,
        before=_ENDS.sub("", line[: min(parts, default=len(line))]).strip(),
    )


def _bare(line: str, *, hour_at: int | None) -> Lead | None:
    """The number before an hour, as days: `14 9:00`."""
    if hour_at is None:
        return None
    found = [match for match in _NUMBER.finditer(line, 0, hour_at) if 1 <= int(match[1]) <= 366]
    return Lead(days=int(found[-1][1]), start=found[-1].start(), end=found[-1].end()) if found else None
