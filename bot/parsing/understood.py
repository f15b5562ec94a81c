"""What was understood of people's words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import assert_never

LAST = time(23, 59)
"""The end of a day, for ranges that have none."""


class UnclearReason(StrEnum):
    """Why an answer is asked for again."""

    IMPOSSIBLE = "impossible"
    PAST = "past"
    NOT_A_DAY = "not_a_day"
    NOT_A_TIME = "not_a_time"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Words that do not settle the answer.

    `candidates` are the days meant: several for AMBIGUOUS, the one that is over for PAST.
    """

    reason: UnclearReason
    candidates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Any time from `start` to `end`, both included; the earliest is wanted first."""

    start: time
    end: time

    def within(self, available: Sequence[time]) -> list[time]:
        return sorted(at for at in available if self.start <= at <= self.end)


@dataclass(frozen=True, slots=True)
class AroundTime:
    """`at`, or else what is nearest to it, up to `spread` away."""

    at: time
    spread: timedelta = timedelta(minutes=30)

    def within(self, available: Sequence[time]) -> list[time]:
        near = [
            at
            for at in available
            if abs(_minutes(at) - _minutes(self.at)) <= self.spread.total_seconds() / 60
        ]
        return sorted(near, key=lambda at: (abs(_minutes(at) - _minutes(self.at)), at))


TimesItem = time | TimeRange | AroundTime

ANY = TimeRange(time(0), LAST)


@dataclass(frozen=True, slots=True)
class TimesHeard:
    """Venue-local times in order of preference; never empty."""

    items: tuple[TimesItem, ...]

    def pick(self, available: Sequence[time]) -> tuple[time, ...]:
        """The available times that would do, each once, most wanted first."""
        return tuple(dict.fromkeys(at for item in self.items for at in _fitting(item, available)))


DayHeard = date | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The answers found in one line; what was not said is None (and "" for the venue).

    `seating` is spelled as the venue spells it, or as it was typed while the venue is not known. `rest` are
    the words without the venue's name, to be understood again once the venue and with it the zone is known.
    """

    venue: str = ""
    day: DayHeard | None = None
    party_size: int | None = None
    times: TimesHeard | None = None
    seating: str | None = None
    rest: str = field(default="", compare=False)

    def typed(self) -> str:
        """What a guest would type for it: `"Luna" 4 2026-12-24 19:00-21:00 bar seating`; no unclear days."""
        return " ".join(self._words())

    def _words(self) -> Iterator[str]:
        if self.venue:
            yield f'"{self.venue}"'
        if self.party_size is not None:
            yield str(self.party_size)
        if isinstance(self.day, date):
            yield self.day.isoformat()
        if self.times:
            yield ", ".join(_typed(item) for item in self.times.items)
        if self.seating:
            yield f"{self.seating} seating"


def _fitting(item: TimesItem, available: Sequence[time]) -> list[time]:
    match item:
        case time():
            return [item] if item in available else []
        case TimeRange() | AroundTime():
            return item.within(available)
        case _:
            assert_never(item)


def _typed(item: TimesItem) -> str:
    match item:
        case time():
            return f"at {item:%H:%M}"
        case TimeRange():
            return f"{item.start:%H:%M}-{item.end:%H:%M}"
        case AroundTime():
            return f"around {item.at:%H:%M}"
        case _:
            assert_never(item)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
