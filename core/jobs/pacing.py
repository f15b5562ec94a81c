"""How often to look: pure values, so that the request budget can be read and tested."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Until `ends_after` the opening, looks start `gap` apart."""

    ends_after: timedelta
    gap: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """When to look again after tables were due: densely at first, then the rest of the budget spread out.

    `budget` is how many requests one attempt may make in all, booking calls included.
    """

    phases: tuple[Phase, ...] = (
        Phase(ends_after=3 * _SECOND, gap=_SECOND / 4),
        Phase(ends_after=10 * _SECOND, gap=_SECOND),
        Phase(ends_after=60 * _SECOND, gap=10 * _SECOND),
    )
    budget: int = 30

    def next_look(
        self, *, opened_at: datetime, looked_at: datetime, now: datetime, until: datetime, spent: int
    ) -> datetime | None:
        """When the look after the one that began at `looked_at` begins; None when it was the last."""
        left = self.budget - spent
        if left <= 0:
            return None
        elapsed = looked_at - opened_at
        gap = next((phase.gap for phase in self.phases if elapsed < phase.ends_after), None)
        if gap is None:
            gap = max((until - looked_at) / (left + 1), self.phases[-1].gap)
        again_at = max(looked_at + gap, now)
        return again_at if again_at < until else None


AT_DROP = Pacing()

AT_ONCE = Pacing(
    phases=(Phase(ends_after=3 * _SECOND, gap=_SECOND), Phase(ends_after=30 * _SECOND, gap=5 * _SECOND)),
    budget=12,
)
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
