"""A drop cut into stretches of time: those in which something was at stake, and the quiet between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from core.jobs.review.drop_record import DropRecord

_MS = timedelta(milliseconds=1)
_ZERO = timedelta(0)
_SHORTEST = 60 * _MS
_MARGIN = 20 * _MS
_FAR = 1000 * _MS
_MOST_BUSY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From `start` to `end`; `busy` where tables were listed and asked for."""

    start: timedelta
    end: timedelta
    busy: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def stretches(told: DropRecord) -> list[Stretch]:
    """The whole story without a gap, at least one stretch, none without length."""
    moments = [_ZERO, *told.failures]
    for look in told.looks:
        moments += [look.began, look.answered]
    for each in told.tries:
        moments += [each.sent, each.answered or each.sent]
    start, end = min(moments), max(*moments, min(moments) + _SHORTEST)
    margin = min((end - start) / 25, _MARGIN)
    return list(_cut(_together(_busy(told)), start - margin, end + margin))


def _busy(told: DropRecord) -> list[tuple[timedelta, timedelta]]:
    """From the asking for each list that had tables on it to the answer about one of them."""
    found = list[tuple[timedelta, timedelta]]()
    for each in told.tries:
        lists = [look for look in told.looks if look.listed and look.answered <= each.sent]
        found.append((lists[-1].began if lists else each.sent, each.answered or each.sent))
    if not found:
        found = [(look.began, look.answered) for look in told.looks if look.listed][:1]
    return sorted(found)


def _together(found: list[tuple[timedelta, timedelta]]) -> list[tuple[timedelta, timedelta]]:
    """What lies near each other is one, and there are no more than can be drawn."""
    while len(found) > 1:
        gaps = [two[0] - one[1] for one, two in pairwise(found)]
        near = min(range(len(gaps)), key=gaps.__getitem__)
        length = sum((last - first for first, last in found), _ZERO)
        if len(found) <= _MOST_BUSY and gaps[near] > max(_FAR, 2 * length):
            break
        found[near : near + 2] = [(found[near][0], max(found[near][1], found[near + 1][1]))]
    return found


def _cut(busy: list[tuple[timedelta, timedelta]], start: timedelta, end: timedelta) -> Iterator[Stretch]:
    """A quiet stretch that is short beside a busy one is part of it."""
    at = start
    for index, (first, last) in enumerate(busy):
        length = max(last - first, _SHORTEST)
        opens, closes = max(first - length / 8, at), last + length / 8
        if opens - at <= 2 * length:
            opens = at
        else:
            yield Stretch(start=at, end=opens, busy=False)
        if index + 1 == len(busy) and end - closes <= 2 * length:
            closes = end
        yield Stretch(start=opens, end=closes, busy=True)
        at = closes
    if at < end:
        yield Stretch(start=at, end=end, busy=False)
