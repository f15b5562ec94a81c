"""How far a drill is, and what it has shown: all that its card is drawn from."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.jobs.drill import Round
from core.jobs.review.weak_point import WeakPoint, point_of


class Ended(StrEnum):
    """How a drill came to its end."""

    PLAYED = "played"
    GAVE_WAY = "gave_way"
    """A real drop came near."""
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One round, in whole milliseconds; `takers` are the rivals who got a wanted table."""

    late_ms: int
    won: bool
    took_ms: int | None
    takers: tuple[str, ...]
    point: str = WeakPoint.NONE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillDraft:
    """`plan_id` is chosen first; `total` rounds are begun, of which `played` are over; `ended` is an `Ended`."""

    plan_id: str | None = None
    level: int = 0
    total: int = 0
    played: tuple[Played, ...] = ()
    ended: str = ""


def played(of: Round) -> Played:
    """A round as it is kept."""
    ms = timedelta(milliseconds=1)
    return Played(
        late_ms=of.late_by // ms,
        won=of.won,
        took_ms=None if of.took is None else of.took // ms,
        takers=of.takers,
        point=(WeakPoint.NONE if of.won else point_of(of.learned)).value,
    )
