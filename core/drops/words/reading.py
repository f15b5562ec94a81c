"""What one sentence says of a drop, which may be half a rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.domain.drop import DropRule, MonthRule, Rule
from core.drops.words.cues import about_release, weekly_at
from core.drops.words.hours import Hour, hour_said
from core.drops.words.leads import lead_said
from core.drops.words.months import MonthSaid, month_said
from core.drops.words.sentences import sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReading:
    """The days or the month, the hour, or all of it, with the sentence that said so."""

    words: str
    days: int | None = None
    month: MonthSaid | None = None
    hour: Hour | None = None

    @property
    def when(self) -> bool:
        """Whether it says on which day."""
        return self.days is not None or self.month is not None


def read(text: str, zone: str) -> Iterator[RuleReading]:
    """What the sentences say that speak of tables coming out; never raises."""
    before = False
    for sentence in sentences(text):
        part = about_release(sentence, before=before)
        before = bool(part)
        if not part:
            continue
        lead, month = lead_said(part), month_said(part)
        if (lead is not None and month is not None) or weekly_at(part) is not None:
            continue
        said = RuleReading(
            words=sentence, days=None if lead is None else lead.days, month=month, hour=hour_said(part, zone)
        )
        if said.when or said.hour is not None:
            yield said


def rule(said: RuleReading, hour: Hour) -> Rule | None:
    """The whole rule; None where the days are missing."""
    if said.month is not None:
        return MonthRule(
            months_ahead=said.month.months_ahead,
            day_of_month=said.month.day_of_month,
            at=hour.at,
            zone=hour.zone,
            window=hour.window,
        )
    if said.days is not None:
        return DropRule(days_ahead=said.days, at=hour.at, zone=hour.zone, window=hour.window)
    return None
