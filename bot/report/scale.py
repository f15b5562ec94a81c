"""Where a moment lies on paper: plain near the action, squeezed where nothing happens."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.report.stretches import Stretch, stretches
from core.jobs.review.drop_record import DropRecord

_MS = timedelta(milliseconds=1)
_FINEST = 50 * _MS  # a squeezed stretch is drawn plainly below it
_QUIET_SHARE = 0.26
_QUIET_IN_ALL = 0.45
_APART = 40
_STEPS = tuple(factor * 10**power for power in range(7) for factor in (1, 2, 5))
_ROUND = (0, 100, 1_000, 10_000, 60_000, 600_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A stretch of time, drawn from `left` to `right`; `squeezed` by a logarithm."""

    start: timedelta
    end: timedelta
    left: float
    right: float
    squeezed: bool

    def x(self, at: timedelta) -> float:
        return self.left + (self.right - self.left) * min(1.0, max(0.0, self._share(at)))

    def _share(self, at: timedelta) -> float:
        if not self.squeezed:
            return (at - self.start) / (self.end - self.start)
        return _log(at - self.start) / _log(self.end - self.start)

    def ticks(self, most: int) -> Iterator[tuple[timedelta, timedelta]]:
        """Round moments, no more than fit, each with how fine they have to be told."""
        if self.squeezed:
            yield from ((at * _MS, max(at, 100) * _MS) for at in _ROUND if self._holds(at * _MS))
            return
        span = (self.end - self.start) / _MS
        step = next((step for step in _STEPS if span / step <= most), _STEPS[-1])
        for number in range(math.ceil(self.start / _MS / step), math.floor(self.end / _MS / step) + 1):
            yield number * step * _MS, step * _MS

    def _holds(self, at: timedelta) -> bool:
        return self.start <= at <= self.end


def _log(span: timedelta) -> float:
    return math.log1p(max(span, timedelta(0)) / _FINEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The panels from left to right."""

    panels: tuple[Panel, ...]

    def x(self, at: timedelta) -> float:
        return next((panel for panel in self.panels if at <= panel.end), self.panels[-1]).x(at)

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where the pace of the axis changes."""
        return tuple((one.right + two.left) / 2 for one, two in pairwise(self.panels))


def scale_of(told: DropRecord, *, left: float, right: float, words: float) -> Scale:
    """Panels that show every moment of the story between `left` and `right`.

    Where the action comes last, `words` of that are left free for what is written behind it.
    """
    parts = stretches(told)
    right -= words if told.tries and parts[-1].busy else 0
    room = right - left - _APART * (len(parts) - 1)
    panels, x = list[Panel](), left
    for part, share in zip(parts, _shares(parts), strict=True):
        squeezed = not part.busy and part.length > 20 * _FINEST
        panels.append(
            Panel(start=part.start, end=part.end, left=x, right=x + room * share, squeezed=squeezed)
        )
        x = panels[-1].right + _APART
    return Scale(panels=tuple(panels))


def _shares(parts: list[Stretch]) -> list[float]:
    """Of the width, for each stretch: quiet ones get a little, the others by the root of their length."""
    quiet = sum(not part.busy for part in parts)
    if quiet == len(parts):
        return [1 / quiet] * quiet
    each = min(_QUIET_SHARE, _QUIET_IN_ALL / max(1, quiet))
    roots = [math.sqrt(part.length / _MS) if part.busy else 0.0 for part in parts]
    return [
        (1 - each * quiet) * root / sum(roots) if part.busy else each
        for part, root in zip(parts, roots, strict=True)
    ]
