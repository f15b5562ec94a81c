"""One wish for a time, as people write it: `8pm or 9`, `7-9pm`, `around 8`, `after 7`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsing.clock import DAY, ClockTime, PartOfDay, at_minute, clock_at
from bot.parsing.understood import ANY, LAST, AroundTime, TimeRange, TimesItem

_LEAD = re.compile(
    r"(?P<between>between|from)[ ]"
    r"|(?P<around>(?:at[ ])?(?:(?:around|about|approximately|approx\.?|roughly|circa|ca\.?|near)[ ]|~[ ]?))"
    r"|(?:any[ ]?time[ ])?(?:"
    r"(?P<after>(?:after|since|past|not before|not?[ ]earlier than|earliest)[ ]|>[ ]?)"
    r"|(?P<before>before[ ]|<[ ]?)"
    r"|(?P<until>(?:until|till?|by|up to|not after|not?[ ]later than|latest)[ ]))"
    r"|(?P<at>at[ ]|@[ ]?)"
    r"|(?P<for>for[ ])",
    re.IGNORECASE,
)
_TO = re.compile(r"[ ]?(?:-|(?:to|until|till?|through)\b)[ ]?", re.IGNORECASE)
_AND = re.compile(r"[ ]?(?:-|(?:and|to|until|till?)\b|&)[ ]?", re.IGNORECASE)
_BUT_BEFORE = re.compile(
    r",?[ ](?:and[ ]|but[ ])?(?:(?P<before>before)|until|till?|by|up to|no later than|not after|to)[ ]",
    re.IGNORECASE,
)
_OR = re.compile(
    r"[ ]?(?:,[ ]?)?(?:(?:or|then)\b|/|(?P<and>and\b))[ ]?(?:at[ ]|else[ ]|even[ ])?", re.IGNORECASE
)
_ISH = re.compile(r"[ ]?-?ish\b", re.IGNORECASE)
_LATER = re.compile(
    r"[ ]?(?:onwards?|(?:and|or)[ ](?:later|after)|at[ ]the[ ]earliest|\+)(?!\w)", re.IGNORECASE
)
_EARLIER = re.compile(
    r"[ ]?(?:(?:and|or)[ ](?:earlier|before)|at[ ]the[ ]latest|latest)(?!\w)", re.IGNORECASE
)
_SMALL_HOURS = 5 * 60
_LINKS = {"between": _AND, "after": _BUT_BEFORE}

Found = tuple[tuple[TimesItem, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class HourReading:
    """How the times of a line are to be taken.

    `bare` takes every number for a time; a range with one end gets its other from `bounds`.
    """

    part: PartOfDay = PartOfDay.UNSAID
    bare: bool = False
    bounds: TimeRange = ANY


def item_at(line: str, start: int, how: HourReading) -> Found | None:
    """The wish written at `start`, as one or (`7 or 8pm`) several items, and where it ends."""
    lead = _LEAD.match(line, start)
    kind = str(lead.lastgroup) if lead else ""
    first = clock_at(line, lead.end() if lead else start, bare=True)
    if not first:
        return None
    sure = how.bare or first.marked or kind not in {"", "for"}
    return (
        (_range_at(line, first, how, kind=kind) if kind not in {"before", "until"} else None)
        or _open_range_at(line, first, how, kind=kind, sure=sure)
        or _choice_at(line, first, how, around=kind == "around", sure=sure)
    )


def _range_at(line: str, first: ClockTime, how: HourReading, *, kind: str) -> Found | None:
    """`7-9pm`, `from 7 to 9`, `after 7 but before 9`."""
    link = _LINKS.get(kind, _TO).match(line, first.end)
    second = clock_at(line, link.end(), bare=True) if link else None
    if not link or not second:
        return None
    # A dash between spaces may also part a time from a party: "luna - 8pm - 2".
    enough = link[0] == "-" or (first.marked and second.marked)
    enough = enough or ("-" not in link[0] and (first.marked or second.marked))
    if not (enough or how.bare or kind in _LINKS):
        return None
    return (_range(first, second, how, open_end=bool(link.groupdict().get("before"))),), second.end


def _open_range_at(line: str, first: ClockTime, how: HourReading, *, kind: str, sure: bool) -> Found | None:
    """`after 8`, `before 9`, `8 or later`, `8 at the latest`."""
    if kind in {"before", "until"}:
        return (_until(first, how, open_end=kind == "before"),), first.end
    if kind in {"after", "between"}:
        return (_since(first, how),), first.end
    if (later := _LATER.match(line, first.end)) and (sure or "+" not in later[0]):
        return (_since(first, how),), later.end()
    if earlier := _EARLIER.match(line, first.end):
        return (_until(first, how, open_end=False),), earlier.end()
    return None


def _choice_at(line: str, first: ClockTime, how: HourReading, *, around: bool, sure: bool) -> Found | None:
    """`8`, `8pm`, `8ish`, `7 or 8pm`: numbers alone count where something near them makes them times."""
    clocks, ends = [first], first.end
    if ish := _ISH.match(line, ends):
        around, sure, ends = True, True, ish.end()
    while link := _OR.match(line, ends):
        further = clock_at(line, link.end(), bare=True)
        if not further or (link["and"] and not further.marked) or _range_at(line, further, how, kind=""):
            break
        clocks.append(further)
        ends = further.end
        if ish := _ISH.match(line, ends):
            around, sure, ends = True, True, ish.end()
    if not (sure or any(clock.marked for clock in clocks)):
        return None
    times = [at_minute(minutes) for minutes in _near_each_other(clocks, how.part)]
    return tuple(AroundTime(at) if around else at for at in times), ends


def _near_each_other(clocks: Sequence[ClockTime], part: PartOfDay) -> list[int]:
    """Hours that are said together belong together: the 9 of `9 or 10am` is in the morning."""
    anchor = next((clock.minutes for clock in clocks if not clock.open), clocks[0].reading(part))
    return [
        min(clock.readings(), key=lambda minutes: abs(minutes - anchor))
        if len(clocks) > 1 and clock.open and (clock.minutes < 10 * 60 or not clock.full)
        else clock.reading(part)
        for clock in clocks
    ]


def _range(first: ClockTime, second: ClockTime, how: HourReading, *, open_end: bool = False) -> TimeRange:
    start, end = first.reading(how.part), second.minutes
    if second.open:
        if not any(reading >= start for reading in second.readings()):
            start = first.minutes
        end = min((reading for reading in second.readings() if reading >= start), default=second.minutes)
    elif first.open and (second.ampm or first.minutes < 10 * 60):
        # 7-9pm starts in the evening and 11-2pm in the morning: the last reading before the end.
        start = max((reading for reading in first.readings() if reading < (end or DAY)), default=start)
    if end < start:
        start, end = (start, DAY) if end <= _SMALL_HOURS else (end, start)
    return _between(start, end - open_end)


def _since(first: ClockTime, how: HourReading) -> TimeRange:
    found = _between(first.reading(how.part), DAY)
    return TimeRange(found.start, how.bounds.end) if found.start <= how.bounds.end else found


def _until(last: ClockTime, how: HourReading, *, open_end: bool) -> TimeRange:
    found = _between(0, (last.reading(how.part) or DAY) - open_end)
    return TimeRange(how.bounds.start, found.end) if found.end >= how.bounds.start else found


def _between(start: int, end: int) -> TimeRange:
    start, end = max(0, min(start, DAY - 1)), max(0, end)
    return TimeRange(at_minute(start), max(at_minute(start), LAST if end >= DAY else at_minute(end)))
