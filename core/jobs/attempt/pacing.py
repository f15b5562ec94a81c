"""How often to look: pure values, so that the request budget can be read and tested."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from core.domain.almanac import DropKnowledge
from core.domain.drop import Rule
from core.jobs.attempt.release_odds import Around, Chance, Even, Falling, ReleaseOdds

_ZERO = timedelta(0)
_MS = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)

PUNCTUAL: tuple[Chance, ...] = (
    Even(share=0.85, until=250 * _MS),
    Falling(share=0.2, scale=800 * _MS),
    Even(share=0.003, since=50 * _SECOND, until=130 * _SECOND),
    Falling(share=0.0015, scale=40 * _SECOND),
    Even(share=0.002, until=3600 * _SECOND),
)
"""What is reported of drops in general: most on the dot, some a breath late, a few by a minute or two.

The shares also weigh what a second of waiting costs: the best tables are gone after one to five, so that of a drop
that is a minute late a second more is a smaller loss.
"""

_SOON: tuple[Chance, ...] = (
    Falling(share=0.5, scale=2 * _SECOND),
    Falling(share=0.3, scale=30 * _SECOND),
    Even(share=0.2, until=3600 * _SECOND),
)
"""For a table that is given back once all have been taken, or for one that ought to be there already."""

_TRUST = 2
"""So many sightings of a venue weigh as much as what is reported of drops in general."""

_SHARPEST = 25 * _MS
_EARLY = -50 * _MS
_EARLIEST = -2 * _SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """When to look, counted from an instant: `plan` places what is left of a budget."""

    chances: ReleaseOdds
    first: timedelta = _ZERO
    closest: timedelta

    def plan(self, count: int, *, since: timedelta, until: timedelta) -> Sequence[timedelta]:
        """`count` looks from `since` on or, if that is later, from the first moment at which one may be of use.

        The drop's own moment is among them unless it has passed.
        """
        since = max(since, self.first)
        placed = self.chances.looks(count, since=since, until=until, closest=self.closest)
        if since >= _ZERO or not placed:
            return placed
        nearest = min(placed, key=abs)
        apart = (_ZERO if at == nearest else at for at in placed if at == nearest or abs(at) >= self.closest)
        return tuple(apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How the looks of one attempt are spread.

    `budget` is how often it may ask for slots in all; booking calls are bounded by `calls`. Looks are at least
    `closest` apart.
    """

    expected: tuple[Chance, ...] = PUNCTUAL
    budget: int = 30
    calls: int = 10
    closest: timedelta = 30 * _MS

    def looks(self, known: DropKnowledge | None = None) -> Looks:
        """When to look, counted from the moment of the drop, by what is known of the venue."""
        return _looks(self, None if known is None else known.claim.rule, *_seen(known))

    @property
    def aftermath(self) -> Looks:
        """When to look, counted from the moment at which every table that would do was gone."""
        return Looks(chances=_drawn(_SOON), closest=10 * self.closest)


def _seen(known: DropKnowledge | None) -> tuple[timedelta, timedelta, float]:
    """Around when a venue's tables were first seen, how widely, and how much of its chance that is."""
    if known is None or known.offset is None:
        return _ZERO, _ZERO, 0.0
    offset = known.offset
    # A drop that was on time at the first look says nothing of by how much: it is right, and no offset.
    share = offset.count / max(known.right, offset.count)
    return offset.middle, max(offset.spread, _SHARPEST), share * offset.count / (offset.count + _TRUST)


@lru_cache(maxsize=64)  # all plans for one drop ask the same
def _looks(pacing: Pacing, rule: Rule | None, middle: timedelta, spread: timedelta, share: float) -> Looks:
    parts, first = pacing.expected, _ZERO
    if rule is not None and rule.window:
        parts = (*_scaled(parts, 0.1), Even(share=0.9, until=rule.window))
    if share:
        parts = (*_scaled(parts, 1 - share), Around(share=share, middle=middle, spread=spread))
        if middle - spread < _EARLY:
            first = max(middle - 2 * spread, _EARLIEST)
    return Looks(chances=ReleaseOdds(parts), first=first, closest=pacing.closest)


@lru_cache(maxsize=8)
def _drawn(parts: tuple[Chance, ...]) -> ReleaseOdds:
    return ReleaseOdds(parts)


def _scaled(parts: tuple[Chance, ...], by: float) -> tuple[Chance, ...]:
    return tuple(replace(part, share=part.share * by) for part in parts)


AT_DROP = Pacing()

AT_ONCE = Pacing(expected=_SOON, budget=12, closest=_SECOND / 2)
"""For tables that are open already: a few looks are enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """When to look again for a cancellation: politely, and more rarely while the day is far off.

    Each rung is (how near the day is, the pause); `spread` is by how much of itself a pause varies, so that
    watches do not look in step.
    """

    rungs: tuple[tuple[timedelta, timedelta], ...] = (
        (timedelta(days=2), timedelta(minutes=1)),
        (timedelta(days=14), timedelta(minutes=2)),
    )
    far: timedelta = timedelta(minutes=5)
    spread: float = 0.4

    def again_at(self, *, now: datetime, wanted_at: datetime, until: datetime, luck: float) -> datetime:
        """The next look, `until` at the latest; `luck` is between 0 and 1."""
        pause = next((pause for near, pause in self.rungs if wanted_at - now <= near), self.far)
        return min(now + pause * (1 + self.spread * (luck - 0.5)), until)


WATCHING = Watching()
