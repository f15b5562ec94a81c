"""Understanding what people type for a table."""

from bot.parsing.clock_times import hear_times
from bot.parsing.day import hear_day
from bot.parsing.party import hear_party
from bot.parsing.understand import understand
from bot.parsing.understood import (
    ANY,
    AroundTime,
    DayHeard,
    TimeRange,
    TimesHeard,
    TimesItem,
    Unclear,
    UnclearReason,
    Understood,
)
from bot.parsing.written_dates import warm

__all__ = [
    "ANY",
    "AroundTime",
    "DayHeard",
    "TimeRange",
    "TimesHeard",
    "TimesItem",
    "Unclear",
    "UnclearReason",
    "Understood",
    "hear_day",
    "hear_party",
    "hear_times",
    "understand",
    "warm",
]
