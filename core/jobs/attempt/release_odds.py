"""Where in time tables are likely to appear, and where looks for them are spent best.

With looks `n(t)` to the second, tables that appear at `t` wait `1 / 2n(t)` to be seen. Of all ways to spend so many
looks, the wait to be expected from chances `f` is shortest for `n` in proportion to the square root of `f`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, pairwise
from math import exp, sqrt
from typing import assert_never

_ZERO = timedelta(0)
_STEPS = tuple(0.004 * 1.25**n for n in range(64))
"""Distances in seconds, from four milliseconds to almost two hours: how finely the chances are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Even:
    """Anywhere between `since` and `until`."""

    share: float
    since: timedelta = _ZERO
    until: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Falling:
    """From `since` on, and the later the less likely: `scale` later, by a factor of e."""

    share: float
    since: timedelta = _ZERO
    scale: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Before `middle` or after it, `spread` away less likely by a factor of e."""

    share: float
    middle: timedelta
    spread: timedelta


Chance = Even | Falling | Around
"""One way in which tables may appear; the shares need not sum up to one."""


class ReleaseOdds:
    """The chances together, drawn once and asked often."""

    def __init__(self, parts: Iterable[Chance]) -> None:
        parts = tuple(parts)
        self._at = _grid(parts)
        spent = (
            (after - before) * (sqrt(_density(parts, before)) + sqrt(_density(parts, after))) / 2
            for before, after in pairwise(self._at)
        )
        self._spent = tuple(accumulate(spent, initial=0.0))

    def looks(
        self, count: int, *, since: timedelta, until: timedelta, closest: timedelta = _ZERO
    ) -> Sequence[timedelta]:
        """When to look `count` times from `since` on, that included, and before `until`.

        Two looks are at least `closest` apart, for which the last ones may have to fall away.
        """
        if count <= 0 or since >= until:
            return ()
        begin, end = self._spent_by(since.total_seconds()), self._spent_by(until.total_seconds())
        each = (end - begin) / (count - 0.5)
        placed = [since]
        for number in range(1, count):
            at = max(timedelta(seconds=self._when(begin + each * number)), placed[-1] + closest)
            if at >= until:
                break
            placed.append(at)
        return tuple(placed)

    def _spent_by(self, at: float) -> float:
        index = min(max(bisect_right(self._at, at), 1), len(self._at) - 1)
        before, after = self._at[index - 1], self._at[index]
        part = min(max((at - before) / (after - before), 0.0), 1.0)
        return self._spent[index - 1] + part * (self._spent[index] - self._spent[index - 1])

    def _when(self, spent: float) -> float:
        index = min(max(bisect_left(self._spent, spent), 1), len(self._spent) - 1)
        before, after = self._spent[index - 1], self._spent[index]
        part = (spent - before) / (after - before) if after > before else 1.0
        return self._at[index - 1] + part * (self._at[index] - self._at[index - 1])


def _grid(parts: Sequence[Chance]) -> Sequence[float]:
    """Moments in order, denser where the chances change fast, with a pair around each jump."""
    moments = set[float]()
    for part in parts:
        match part:
            case Even():
                corners = (part.since, part.until)
            case Falling():
                corners = (part.since,)
            case Around():
                corners = (part.middle,)
            case _:
                assert_never(part)
        for corner in corners:
            at = corner.total_seconds()
            moments.update((at - 1e-6, at), (at - step for step in _STEPS), (at + step for step in _STEPS))
    return sorted(moments)


def _density(parts: Iterable[Chance], at: float) -> float:
    return sum(_chance(part, at) for part in parts)


def _chance(part: Chance, at: float) -> float:
    match part:
        case Even():
            since, until = part.since.total_seconds(), part.until.total_seconds()
            return part.share / (until - since) if since <= at < until else 0.0
        case Falling():
            late, scale = at - part.since.total_seconds(), part.scale.total_seconds()
            return part.share / scale * exp(-late / scale) if late >= 0 else 0.0
        case Around():
            away, spread = abs(at - part.middle.total_seconds()), part.spread.total_seconds()
            return part.share / (2 * spread) * exp(-away / spread)
        case _:
            assert_never(part)
