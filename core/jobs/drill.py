"""A drop that is tried before it comes: the real attempt, against look-alike rivals, on nobody's tables."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from core.clock import Clock
from core.domain.booking import Booked
from core.domain.mandate import Mandate, MandateScope
from core.domain.outcome import GaveUp, Outcome, Reason
from core.domain.plan import Wish
from core.jobs.attempt.attempt import Attempt
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.review.drop_record import DropRecord
from core.jobs.review.from_steps import retold
from core.jobs.review.hindsight import hindsight
from core.jobs.review.lessons import Lesson
from core.jobs.start_line import StartLine
from core.jobs.steps import Recorder
from core.powers.rehearsal import RehearsedDrop, Rehearses, Script
from core.runtime.quiet_window import QuietWindow

LATENESS = (timedelta(0), timedelta(milliseconds=120), timedelta(seconds=1))
"""How late the tables come, in turn: as they do at real drops."""

USUAL_RIVALS = {"A": 1, "C": 1, "E": 1, "F": 1}
"""Bots as they are in use; by letter, how many of each."""

_TOUGH = {"B": 1, "G": 1}

_LEAD = timedelta(seconds=4)
_PATIENCE = timedelta(seconds=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A drill as it is asked for: so many rounds against so many rivals of each letter; a seed makes them what
    they are.
    """

    rounds: int = 10
    rivals: Mapping[str, int] = field(default_factory=lambda: dict(USUAL_RIVALS))
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How one round went. `took` is from the tables being there to the booking's answer, where there was one.

    `takers` are the rivals, by letter, who got a wanted table, first come first.
    """

    late_by: timedelta
    won: bool
    took: timedelta | None
    takers: tuple[str, ...]
    learned: Lesson
    told: DropRecord


async def play(
    platform: Rehearses, wish: Wish, *, zone: str, course: Course, number: int, clock: Clock
) -> Round:
    """Play round `number` (from 0). Raises what the platform raises where it can't be rehearsed."""
    late_by = LATENESS[number % len(LATENESS)]
    script = Script(
        wish=wish,
        zone=zone,
        lead=_LEAD,
        late_by=late_by,
        rivals=course.rivals,
        seed=course.seed * 1000 + number,
    )
    async with platform.rehearsal(script) as played:
        scene = played.scene
        recorder = Recorder(clock, attempt=number)
        outcome = await _try(scene, recorder, clock)
        told = retold(recorder.steps, scene.drop_at)
        taken = await played.taken()
    won = isinstance(outcome, Booked)
    wanted = {f"{at:%H:%M}" for at in scene.wish.times}
    answered = next((each.answered for each in reversed(told.tries)), None)
    return Round(
        late_by=late_by,
        won=won,
        took=answered - late_by if won and answered is not None else None,
        takers=tuple(each.by for each in taken if each.by != "us" and each.time in wanted),
        learned=hindsight(told, scene.wish, None if won else _reason(outcome)),
        told=told,
    )


async def _try(scene: RehearsedDrop, recorder: Recorder, clock: Clock) -> Outcome:
    """As it is done at a real drop, but that nothing is written down."""
    start_line = StartLine(clock, QuietWindow())
    try:
        await scene.platform.venue(scene.wish.venue)  # as a preflight has done by then
        offset = await start_line.ready(scene.drop_at, scene.platform)
        if offset.uncertainty is not None:
            recorder.clock(offset)
        mandate = Mandate(
            booker=scene.booker,
            scope=MandateScope.of(scene.wish),
            until=scene.drop_at + _PATIENCE,
        )
        attempt = Attempt(
            wish=scene.wish,
            key="drill",
            platform=scene.platform,
            mandates=(mandate,),
            clock=clock,
            start_line=start_line,
            pacing=AT_DROP,
            gate=_OpenGate(),
            recorder=recorder,
            opened_at=scene.drop_at,
            until=scene.drop_at + _PATIENCE,
        )
        return await attempt.burst(offset=offset)
    finally:
        await start_line.aclose()


def _reason(outcome: Outcome) -> Reason:
    return outcome.reason if isinstance(outcome, GaveUp) else Reason.NEVER_ANSWERED


class _OpenGate:
    """A gate that is always open: what is booked in a drill is nobody's table."""

    async def fire(self, account_id: int | None) -> None:
        pass

    async def stand_down(self) -> None:
        pass

    @contextmanager
    def call(self) -> Generator[None]:
        yield

    def check(self) -> None:
        pass


def rivals_of(level: int) -> Mapping[str, int]:
    """The usual ones, twice as many with each level; from the first on also bots that never pause."""
    return {letter: count * 2**level for letter, count in (USUAL_RIVALS | (_TOUGH if level else {})).items()}


def middle(spans: Iterable[timedelta]) -> timedelta | None:
    """The median; None of none."""
    ordered = sorted(spans)
    return ordered[len(ordered) // 2] if ordered else None
