"""One time of day, as people write it."""

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from bot.parsing.line import ENDS
from bot.parsing.numbers import number

DAY = 24 * 60
"""Minutes in a day, which is how times are counted while they are read."""


class PartOfDay(StrEnum):
    """What else was said of the time: it decides between 9 and 21."""

    UNSAID = "unsaid"
    MORNING = "morning"
    MIDDAY = "midday"
    EVENING = "evening"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime:
    """A time as said: `minutes` since midnight, where the hour may still be one of two (`open`).

    `marked` says that it can only be a time: `8pm`, `19:30`, `half past 7`, but not `8`; `ampm` and `full`
    that it came with am or pm, and with minutes. `end` is where it ends in the line.
    """

    minutes: int
    open: bool
    marked: bool
    ampm: bool
    full: bool
    end: int

    def readings(self) -> tuple[int, ...]:
        """What it may mean, in minutes; the end of a range may be 24:00."""
        return (self.minutes, self.minutes + DAY // 2) if self.open else (self.minutes,)

    def reading(self, part: PartOfDay) -> int:
        """What a guest means: 1 to 9 are after noon and 10 to 12 before it, if nothing else is said."""
        if not self.open:
            return self.minutes
        hour = self.minutes // 60
        match part:
            case PartOfDay.MORNING:
                later = hour < 5
            case PartOfDay.MIDDAY:
                later = hour < 10
            case PartOfDay.EVENING:
                later = True
            case PartOfDay.UNSAID:
                later = hour < 10
        return self.minutes + (DAY // 2 if later else 0)


def at_minute(minutes: int) -> time:
    """The time, where 24:00 is the next midnight."""
    return time(minutes // 60 % 24, minutes % 60)


_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOUR = rf"(?:[01]?\d|2[0-4]|{_HOURS})"
_FEW = "five|ten|quarter|twenty[ -]five|twenty|half"
_FRACTIONS = {"quarter": 15, "half": 30}
_AMPM = r"(?P<ap>[ap])(?:[ ]?m\b\.?|\.[ ]?m\b\.?|(?<=\d[ap])(?![\w.]))"
_WHOLE_HOUR = rf"(?P<h>{_HOUR})(?!\w)(?:[ ]?{_AMPM})?"
_SPOKEN_MINUTES = r"(?P<m>fifteen|thirty|forty[ -]five|15|30|45)"

_CLOCKS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<noon>noon|midday|mid-day|12[ ]noon){ENDS}",
        rf"(?P<midnight>midnight|12[ ]midnight){ENDS}",
        rf"(?P<h>\d{{1,2}})[ ]?[:.h][ ]?(?P<m>[0-5]\d)(?:[ ]?{_AMPM}|h|[ ]?hrs?\b|[ ]o'?clock)?(?![\w:])",
        rf"(?P<h>\d{{1,2}})(?P<m>[0-5]\d)[ ]?{_AMPM}(?!\w)",
        r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?:h|[ ]?hrs?)\b",
        r"(?P<h>1[0-9]|2[0-3])(?P<m>00|15|30|45)(?![\w:/]|[.]\d)",
        rf"(?P<h>{_HOURS}|\d{{1,2}})[ -]{_SPOKEN_MINUTES}(?:[ ]?{_AMPM}|\b)(?![:.]\d|[ ]?-[ ]?\d)",
        rf"(?P<h>{_HOUR})[ ]?{_AMPM}(?!\w)",
        rf"(?P<h>{_HOUR})[ ]?o'?[ ]?clock(?:[ ]?{_AMPM})?",
        r"(?P<h>[01]?\d|2[0-4])[ ]?(?:h|hrs)(?!\w)",
        rf"(?:a[ ])?(?P<past>{_FEW}|5|10|20|25)[ ](?:minutes[ ])?(?:past|after)[ ]{_WHOLE_HOUR}",
        rf"(?:a[ ])?(?P<to>(?!half){_FEW})[ ](?:minutes[ ])?(?:to|til|till|before)[ ]{_WHOLE_HOUR}",
        rf"half[ -](?P<half>{_HOUR})(?!\w)(?:[ ]?{_AMPM})?",
    )
)
_BARE = re.compile(
    rf"(?P<h>{_HOUR})(?=[ ]?-?ish\b|(?![\w:]|[.]\d|[ ]?%|[ ](?:people|persons?|adults?|kids|of us)\b))",
    re.IGNORECASE,
)


def clock_at(line: str, start: int, *, bare: bool) -> ClockTime | None:
    """The time written at `start`; with `bare`, also a number that only its surroundings make a time."""
    for form in _CLOCKS:
        if (match := form.match(line, start)) and (clock := _clock(match, marked=True)):
            return clock
    match = _BARE.match(line, start) if bare else None
    return _clock(match, marked=False) if match else None


def _clock(match: re.Match[str], *, marked: bool) -> ClockTime | None:
    said = match.groupdict()
    if "noon" in said or "midnight" in said:
        minutes = DAY // 2 if "noon" in said else 0
        return ClockTime(minutes=minutes, open=False, marked=True, ampm=False, full=True, end=match.end())
    words = said.get("h") or said.get("half") or ""
    hour = 0 if words.strip("0") == "" else number(words)
    if hour is None:
        return None
    minute = _minute(said)
    ampm = (said.get("ap") or "").lower()
    if hour > 24 or (ampm and not 1 <= hour <= 12) or (hour == 24 and minute):
        return None
    # 08:30 and 13:30 are the 24-hour clock; 8:30 is what people say, and 10:30 may be either.
    settled = bool(ampm) or hour > 12 or words.startswith("0")
    if ampm:
        hour = hour % 12 + (12 if ampm == "p" else 0)
    minutes = hour * 60 + minute
    return ClockTime(
        minutes=minutes if 0 <= minutes <= DAY else minutes % DAY,
        open=not settled,
        marked=marked,
        ampm=bool(ampm),
        full="m" in said,
        end=match.end(),
    )


def _minute(said: dict[str, str | None]) -> int:
    """The minutes after the hour said; before it, less than zero."""
    if said.get("half"):
        return 30
    if words := said.get("past"):
        return _FRACTIONS.get(words.lower()) or number(words) or 0
    if words := said.get("to"):
        return -(_FRACTIONS.get(words.lower()) or number(words) or 0)
    return int(words) if (words := said.get("m") or "0").isdecimal() else number(words) or 0
