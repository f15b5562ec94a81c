"""A rule in the words of a guest who is asked for one: `14 days 9:00`, `first of the month 10am`."""

import re
from dataclasses import dataclass

from core.domain.drop import Rule
from core.drops.words.cues import weekly_at
from core.drops.words.hours import Hour, hour_told
from core.drops.words.leads import MOST, Lead, lead_told
from core.drops.words.months import month_said, odd_month_at
from core.drops.words.reading import RuleReading, rule
from core.drops.words.sentences import sentences

_NUMBER = re.compile(r"(?<![\w:.])(\d{1,3})(?:[ ]?(?:,|@|\bat\b))?[ ]$", re.IGNORECASE)
_ENDS = re.compile(
    r"(?:[\s,;:@~-]|\b(?:at|on|the|is|are|releases?|released|drops?|dropping|opens?|tables?|about|around|exactly|up|to|every|each"
    r"|rolling|by|from|between|daily|always|in|book|books|reservations?|come|comes|out|they|it))+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRule:
    """What was understood: the whole `rule`, or which half of it. `before` are the words in front of it, `rest`
    the others. `irregular`: tables come out in a way that no rule of ours can say, such as by the week.
    """

    rule: Rule | None
    has_days: bool
    has_hour: bool
    irregular: bool
    before: str
    rest: str


def told(words: str, zone: str, *, lead_time: int | None = None) -> ToldRule:
    """Read a guest's words; times are in `zone` unless they say otherwise, and a 5:00 is in the morning.

    `lead_time` is taken for the days where none are said. Never raises.
    """
    line = " ".join(sentences(words))
    hour = hour_told(line, zone)
    lead = lead_told(line) or _bare(line, hour)
    month = None if lead is not None else month_said(line, people=True)
    days = lead_time if lead is None else lead.days
    odd = weekly_at(line)
    if odd is None and month is None and lead is None:
        odd = odd_month_at(line)
    if odd is not None:
        days, month = None, None
    whole = (
        None
        if hour is None
        else rule(RuleReading(words=line, days=days if month is None else None, month=month), hour)
    )
    begins = [part.start for part in (hour, month, lead) if part is not None]
    begins += [] if odd is None else [odd]
    before = _ENDS.sub("", line[: min(begins, default=len(line))]).strip()
    return ToldRule(
        rule=whole,
        has_days=lead is not None or month is not None,
        has_hour=hour is not None,
        irregular=odd is not None,
        before=before,
        rest=line[len(before) :].strip(" ,;:"),
    )


def _bare(line: str, hour: Hour | None) -> Lead | None:
    """The number right before an hour, as days: `14 9:00`."""
    number = None if hour is None else _NUMBER.search(line, 0, hour.start)
    if number is None or not 1 <= int(number[1]) <= MOST:
        return None
    return Lead(days=int(number[1]), start=number.start(), end=number.end())
