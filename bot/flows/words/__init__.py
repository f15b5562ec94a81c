"""Understanding what people type for a table."""

from bot.flows.words.clock_times import hear_times
from bot.flows.words.day import hear_day
from bot.flows.words.heard import (
    ANY,
    Around,
    DayHeard,
    Reason,
    TimeRange,
    TimesHeard,
    TimesItem,
    Unclear,
    Understood,
)
from bot.flows.words.party import hear_party
from bot.flows.words.understand import understand
from bot.flows.words.written_dates import warm

__all__ = [
    "ANY",
    "Around",
    "DayHeard",
    "Reason",
    "TimeRange",
    "TimesHeard",
    "TimesItem",
    "Unclear",
    "Understood",
    "hear_day",
    "hear_party",
    "hear_times",
    "understand",
    "warm",
]
