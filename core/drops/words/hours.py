"""At what o'clock tables come out, and within how long."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta

from core.drops.words.clocks import StatedHour, clocks
from core.drops.words.cues import Cue, cues
from core.drops.words.zones import zone_at

_DAY = 24 * 60
_NOON = 12 * 60
_ABOUT = timedelta(minutes=15)
_WIDEST = 90
"""Minutes: tables that come out "between" two times further apart have no hour."""

_EARLIEST = 7 * 60
"""A bare 7 to 12 is in the morning, or noon: that is when venues release. A bare 5 may be either, so it is neither."""

_ROUGHLY = re.compile(r"(?:\b(?:around|about|approximately|approx|roughly|circa)[ ]|~[ ]?)$", re.IGNORECASE)
_RANGE = re.compile(r"[ ]?(?:-|\b(?:to|and|until|till|through|or)\b)[ ]?", re.IGNORECASE)
_SEATED = re.compile(
    r"\b(?:for|served?|seatings?|tables|parties|before|until)[ ](?:the[ ]|an?[ ]|our[ ])?$", re.IGNORECASE
)
_FOR_A_MEAL = re.compile(r"[ ,]{0,2}for[ ](?:the[ ])?(?:lunch|dinner|brunch|breakfast|bar)\b", re.IGNORECASE)
_LOCAL = re.compile(r"[ ,]{0,2}\(?(?:local|restaurant)[ ]time\b\)?", re.IGNORECASE)
_REACH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """A wall-clock time in a zone, how much later it may be, and where it stands in its sentence."""

    at: time
    zone: str
    window: timedelta
    start: int
    end: int


def hour_said(sentence: str, zone: str) -> Hour | None:
    """The hour at which a sentence lets tables come out; None where none is said, or several that differ."""
    return _the_one([hour for hour in hours(sentence, zone) if _of_release(sentence, hour)], zone)


def hour_told(words: str, zone: str) -> Hour | None:
    """The hour in the words of somebody who says nothing else."""
    return _the_one(list(hours(words, zone, literal=True)), zone)


def hours(sentence: str, zone: str, *, literal: bool = False) -> Iterator[Hour]:
    """Every time, and range of times, that may be one. `literal`: a 5:00 is in the morning."""
    found = deque(clocks(sentence))
    while found:
        first = found.popleft()
        before = sentence[max(0, first.start - _REACH) : first.start]
        window, end = _ABOUT if _ROUGHLY.search(before) else timedelta(0), first.end
        link = _RANGE.match(sentence, end) if found else None
        if link is not None and link.end() == found[0].start:
            last = found.popleft()
            minutes, length = _range(first, last)
            if length > _WIDEST:
                continue
            window, end = timedelta(minutes=length), last.end
        else:
            minutes = first.minutes
        if first.open and minutes < _EARLIEST and not literal:
            continue
        named = zone if _LOCAL.match(sentence, end) else zone_at(sentence, end, zone)
        at = time(minutes // 60, minutes % 60)
        yield Hour(at=at, zone=named, window=window, start=first.start, end=end)


def _range(first: StatedHour, last: StatedHour) -> tuple[int, int]:
    """Where a range begins, and how long it is in minutes: `10-10:30am` is in the morning, both of it."""
    starts = (first.minutes, (first.minutes + _NOON) % _DAY) if first.open else (first.minutes,)
    ends = (last.minutes, (last.minutes + _NOON) % _DAY) if last.open else (last.minutes,)
    return min(
        ((start, (end - start) % _DAY) for start in starts for end in ends),
        key=lambda found: (found[1], found[0] < _EARLIEST, found[0]),
    )


def _the_one(found: list[Hour], zone: str) -> Hour | None:
    """One moment is often told for two coasts ("9am ET / 6am PT"): the venue's own clock goes before others."""
    own = [hour for hour in found if hour.zone == zone] or found
    return own[0] if len({(hour.at, hour.window) for hour in own}) == 1 else None


def _of_release(sentence: str, hour: Hour) -> bool:
    """Whether the nearest words before the hour, or else after it, speak of tables coming out."""
    if _SEATED.search(sentence[max(0, hour.start - _REACH) : hour.start]):
        return False
    if _FOR_A_MEAL.match(sentence, hour.end):
        return True
    found = sorted(cues(sentence), key=lambda cue: cue[0])
    before = [cue for end, cue in found if end <= hour.start]
    after = [cue for end, cue in found if end > hour.end]
    nearest = before[-1:] or after[:1]
    return bool(nearest) and nearest[0] is Cue.RELEASE
