"""What an attempt did, step by step, and what is drawn from that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.clock import Clock
from core.domain.bracket import ClockOffset
from core.domain.step import (
    ClockMeasured,
    Conflicted,
    FirstRequest,
    OfSlot,
    PlatformBroke,
    SlotBooked,
    SlotGone,
    SlotLost,
    SlotNeedsGuest,
    SlotsSeen,
    SlotTried,
    Step,
    Unanswered,
    Unheard,
    What,
    Woken,
    detail_of,
)

_US = timedelta(microseconds=1)


class Recorder:
    """The steps of a running attempt, in memory until its outcome is written."""

    def __init__(self, clock: Clock, attempt: int) -> None:
        self._clock = clock
        self._attempt = attempt
        self._steps: list[Step] = []

    def add(self, what: What) -> None:
        self._steps.append(Step(at=self._clock.now(), attempt=self._attempt, what=what))

    def clock(self, offset: ClockOffset) -> None:
        """How far the platform's clock was found to be from ours."""
        self.add(
            ClockMeasured(
                offset_us=offset.offset // _US,
                uncertainty_us=(offset.uncertainty or timedelta(0)) // _US,
                round_trip_us=offset.round_trip // _US,
            )
        )

    @property
    def steps(self) -> Sequence[Step]:
        """What has not been written yet."""
        return tuple(self._steps)

    def written(self, steps: Sequence[Step]) -> None:
        """The first of the steps, `steps`, are in the database."""
        del self._steps[: len(steps)]


class Fate(StrEnum):
    """What became of a slot that was tried."""

    BOOKED = "booked"
    TAKEN = "taken"
    UNANSWERED = "unanswered"
    NEEDS_GUEST = "needs_guest"
    REFUSED = "refused"
    CONFLICT = "conflict"


def fate_of(what: What) -> Fate | None:
    """What a step says of the booking call that it belongs to; None: nothing."""
    match what:
        case SlotTried() | Unanswered():
            return Fate.UNANSWERED
        case SlotLost():
            return Fate.TAKEN
        case PlatformBroke(token=str()):
            return Fate.REFUSED
        case SlotNeedsGuest():
            return Fate.NEEDS_GUEST
        case Conflicted():
            return Fate.CONFLICT
        case SlotBooked():
            return Fate.BOOKED
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFate:
    """A slot that was tried: its local time (`19:30`), seating, last fate, and how often it was tried."""

    token: str
    time: str
    seating: str
    fate: Fate
    tried_at: datetime
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The story of a job: how late its first request was, what it saw, what became of each slot it tried.

    `seen` are the wanted local times that were ever on offer; `late` is None for a job without a drop.
    """

    late: timedelta | None
    looks: int
    seen: tuple[str, ...]
    fates: tuple[SlotFate, ...]
    steps: tuple[Step, ...]


def timeline(steps: Iterable[Step]) -> Timeline:
    """Draw the story from the steps."""
    steps = tuple(steps)
    fates: dict[str, SlotFate] = {}
    seen: dict[str, None] = {}
    for step in steps:
        match step.what:
            case SlotsSeen(wanted=wanted):
                seen.update(dict.fromkeys(wanted.split()))
            case (
                OfSlot(token=token, time=time, seating=seating)
                | PlatformBroke(token=str(token), time=str(time), seating=str(seating))
            ):
                before, tried = fates.get(token), isinstance(step.what, SlotTried)
                fates[token] = SlotFate(
                    token=token,
                    time=time,
                    seating=seating,
                    fate=fate_of(step.what) or Fate.UNANSWERED,
                    tried_at=step.at if tried or before is None else before.tried_at,
                    tries=tried + (before.tries if before else 0),
                )
            case _:
                pass
    late = next((step.what.late_us for step in steps if isinstance(step.what, FirstRequest)), None)
    return Timeline(
        late=None if late is None else late * _US,
        looks=sum(isinstance(step.what, SlotsSeen) for step in steps),
        seen=tuple(seen),
        fates=tuple(fates.values()),
        steps=steps,
    )


def still_lost(steps: Iterable[Step]) -> frozenset[str]:
    """Tokens of slots that were lost and have not been off the list since: not to be tried again."""
    lost: set[str] = set()
    for step in steps:
        match step.what:
            case SlotLost(token=token):
                lost.add(token)
            case SlotGone(token=token):
                lost.discard(token)
            case _:
                pass
    return frozenset(lost)


def looks_spent(steps: Iterable[Step]) -> int:
    """How often the list was asked for in bursts: those looks are numbered."""
    return sum(_number(step.what) is not None for step in steps)


def last_number(steps: Iterable[Step]) -> int:
    """The highest number of a look; 0 where they have none."""
    return max((_number(step.what) or 0 for step in steps), default=0)


def _number(what: What) -> int | None:
    return what.nr if isinstance(what, SlotsSeen | PlatformBroke | Unheard) else None


def worth_keeping(steps: Sequence[Step]) -> bool:
    """Whether more happened than a look at a list: a watch looks thousands of times, and that is no story."""
    return any(not isinstance(step.what, Woken | SlotsSeen) for step in steps)


def as_json(steps: Iterable[Step]) -> list[dict[str, object]]:
    """The steps for a machine: ISO 8601 times in UTC, newest last."""
    return [
        {"at": step.at.isoformat(), "attempt": step.attempt, "kind": step.kind.value, **detail_of(step.what)}
        for step in steps
    ]
