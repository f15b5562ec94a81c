"""What an attempt did, step by step, and what is drawn from that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.clock import Clock
from core.domain.bracket import ClockOffset
from core.domain.slot import Slot
from core.domain.step import Step, StepKind

_US = timedelta(microseconds=1)


class Recorder:
    """The steps of a running attempt, in memory until its outcome is written."""

    def __init__(self, clock: Clock, attempt: int) -> None:
        self._clock = clock
        self._attempt = attempt
        self._steps: list[Step] = []

    def add(self, kind: StepKind, **detail: str | int) -> None:
        self._steps.append(Step(at=self._clock.now(), attempt=self._attempt, kind=kind, detail=detail))

    def slot(self, kind: StepKind, slot: Slot) -> None:
        """A step about one slot."""
        self.add(kind, **naming(slot))

    def clock(self, offset: ClockOffset) -> None:
        """How far the platform's clock was found to be from ours."""
        self.add(
            StepKind.CLOCK,
            offset_us=offset.offset // _US,
            uncertainty_us=(offset.uncertainty or timedelta(0)) // _US,
            round_trip_us=offset.round_trip // _US,
        )

    @property
    def steps(self) -> Sequence[Step]:
        """What has not been written yet."""
        return tuple(self._steps)

    def written(self, steps: Sequence[Step]) -> None:
        """The first of the steps, `steps`, are in the database."""
        del self._steps[: len(steps)]


def naming(slot: Slot) -> dict[str, str]:
    """A slot in a step's detail."""
    return {"token": slot.token, "time": f"{slot.starts_at:%H:%M}", "seating": slot.seating}


class Fate(StrEnum):
    """What became of a slot that was tried."""

    BOOKED = "booked"
    TAKEN = "taken"
    UNANSWERED = "unanswered"
    NEEDS_GUEST = "needs_guest"
    REFUSED = "refused"
    CONFLICT = "conflict"


_FATES = {
    StepKind.SLOT_TRIED: Fate.UNANSWERED,
    StepKind.SLOT_LOST: Fate.TAKEN,
    StepKind.PLATFORM_DOWN: Fate.REFUSED,
    StepKind.NEEDS_GUEST: Fate.NEEDS_GUEST,
    StepKind.UNKNOWN: Fate.UNANSWERED,
    StepKind.CONFLICT: Fate.CONFLICT,
    StepKind.BOOKED: Fate.BOOKED,
}


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
        token, fate = str(step.detail.get("token", "")), _FATES.get(step.kind)
        if step.kind is StepKind.SLOTS_SEEN:
            seen.update(dict.fromkeys(str(step.detail["wanted"]).split()))
        if not token or fate is None:
            continue
        before, tried = fates.get(token), step.kind is StepKind.SLOT_TRIED
        fates[token] = SlotFate(
            token=token,
            time=str(step.detail["time"]),
            seating=str(step.detail["seating"]),
            fate=fate,
            tried_at=step.at if tried or before is None else before.tried_at,
            tries=tried + (before.tries if before else 0),
        )
    late = next((step.detail["late_us"] for step in steps if step.kind is StepKind.FIRST_REQUEST), None)
    return Timeline(
        late=None if late is None else timedelta(microseconds=int(late)),
        looks=sum(step.kind is StepKind.SLOTS_SEEN for step in steps),
        seen=tuple(seen),
        fates=tuple(fates.values()),
        steps=steps,
    )


def still_lost(steps: Iterable[Step]) -> frozenset[str]:
    """Tokens of slots that were lost and have not been off the list since: not to be tried again."""
    lost: set[str] = set()
    for step in steps:
        match step.kind:
            case StepKind.SLOT_LOST:
                lost.add(str(step.detail["token"]))
            case StepKind.SLOT_GONE:
                lost.discard(str(step.detail["token"]))
            case _:
                pass
    return frozenset(lost)


def looks_spent(steps: Iterable[Step]) -> int:
    """How often the list was asked for in bursts: those looks are numbered."""
    return sum("nr" in step.detail for step in steps)


def worth_keeping(steps: Sequence[Step]) -> bool:
    """Whether more happened than a look at a list: a watch looks thousands of times, and that is no story."""
    return any(step.kind not in {StepKind.WOKEN, StepKind.SLOTS_SEEN} for step in steps)


def as_json(steps: Iterable[Step]) -> list[dict[str, object]]:
    """The steps for a machine: ISO 8601 times in UTC, newest last."""
    return [
        {"at": step.at.isoformat(), "attempt": step.attempt, "kind": step.kind.value, **step.detail}
        for step in steps
    ]
