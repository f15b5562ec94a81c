"""When a venue releases tables next, and for which day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.drop import DropRule, MonthRule, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDrop:
    """At `at` (UTC) tables come out for the day `first`; by a month's rule for all days of the month it begins."""

    at: datetime
    first: date


def next_drop(rule: Rule, now: datetime) -> NextDrop:
    """The first drop after `now`."""
    today = now.astimezone(ZoneInfo(rule.zone)).date()
    match rule:
        case DropRule():
            nearest = today + timedelta(days=rule.days_ahead)
            days = [nearest + timedelta(days=later) for later in range(-1, 3)]
        case MonthRule():
            months = today.year * 12 + today.month - 1 + rule.months_ahead
            days = [date(month // 12, month % 12 + 1, 1) for month in range(months - 1, months + 3)]
    drops = [NextDrop(at=rule.drop_of(day), first=day) for day in days]
    return next(drop for drop in drops if drop.at > now)
