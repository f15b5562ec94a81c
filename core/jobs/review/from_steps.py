"""Tells a drop from the steps of its job. Steps of an older Fourtop, which kept less, are understood too."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.step import Step, StepKind
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.review.drop_record import ClockNote, DropRecord, Look, Obstacle, Try
from core.jobs.steps import Fate

_ZERO = timedelta(0)
_US = timedelta(microseconds=1)

_ANSWERS = {
    StepKind.SLOT_LOST: Fate.TAKEN,
    StepKind.PLATFORM_DOWN: Fate.REFUSED,
    StepKind.NEEDS_GUEST: Fate.NEEDS_GUEST,
    StepKind.UNKNOWN: Fate.UNANSWERED,
    StepKind.CONFLICT: Fate.CONFLICT,
    StepKind.BOOKED: Fate.BOOKED,
}


def retold(steps: Iterable[Step], drop_at: datetime) -> DropRecord:
    """The drop at `drop_at`, by the platform's clock where that has been read."""
    steps = tuple(steps)
    clock = _clock(steps)
    zero = drop_at - (_ZERO if clock is None else clock.offset)
    first = next((step for step in steps if step.kind is StepKind.FIRST_REQUEST), None)
    looked_up = [step for step in steps if step.kind is StepKind.LOOKED_UP]
    return DropRecord(
        drop_at=drop_at,
        late=None if first is None else int(first.detail["late_us"]) * _US,
        clock=clock,
        looks=_looks(steps, zero),
        tries=_tries(steps, zero),
        failures=tuple(
            _moment(step, "answered_us", zero)
            for step in steps
            if step.kind is StepKind.PLATFORM_DOWN and not step.detail.get("token")
        ),
        found=bool(looked_up[-1].detail.get("found")) if looked_up else None,
        obstacle=_obstacle(steps),
        handed_over=any(step.kind is StepKind.HANDED_OVER for step in steps),
        booked=next((_word(step, "time") for step in steps if step.kind is StepKind.BOOKED), None),
        numbered=max((int(step.detail.get("nr", 0)) for step in steps), default=0),
        budget=AT_DROP.budget if first is None else int(first.detail.get("budget", AT_DROP.budget)),
    )


def _clock(steps: Sequence[Step]) -> ClockNote | None:
    """The last reading: the nearest to the drop."""
    for step in reversed(steps):
        if step.kind is StepKind.CLOCK:
            trip = step.detail.get("round_trip_us")
            return ClockNote(
                offset=int(step.detail.get("offset_us", 0)) * _US,
                uncertainty=int(step.detail.get("uncertainty_us", 0)) * _US,
                round_trip=None if trip is None else int(trip) * _US,
            )
    return None


def _moment(step: Step, key: str, zero: datetime) -> timedelta:
    """When it happened; a moment in its detail is finer than when it was written down."""
    kept = step.detail.get(key)
    return step.at - zero if kept is None else int(kept) * _US


def _looks(steps: Iterable[Step], zero: datetime) -> tuple[Look, ...]:
    looks = [_look(step, zero) for step in steps if step.kind is StepKind.SLOTS_SEEN]
    return tuple(sorted(looks, key=lambda look: look.answered))


def _look(step: Step, zero: datetime) -> Look:
    sent = step.detail.get("sent_us")
    offered = step.detail.get("offered")
    return Look(
        answered=_moment(step, "answered_us", zero),
        sent=None if sent is None else int(sent) * _US,
        listed=int(step.detail.get("listed", 0)),
        wanted=tuple(_word(step, "wanted").split()),
        offered=None if offered is None else tuple(str(offered).split()),
        cause=_word(step, "cause"),
    )


def _tries(steps: Iterable[Step], zero: datetime) -> tuple[Try, ...]:
    """Each booking call with the answer that belongs to it: the next one about that slot."""
    tries = list[Try]()
    for step in steps:
        token = _word(step, "token")
        if step.kind is StepKind.SLOT_TRIED:
            tries.append(
                Try(
                    token=token,
                    time=_word(step, "time"),
                    seating=_word(step, "seating"),
                    sent=step.at - zero,
                )
            )
        elif token and step.kind in _ANSWERS:
            out = [n for n, each in enumerate(tries) if each.token == token and each.answered is None]
            for n in out[-1:]:
                answer = _ANSWERS[step.kind]
                tries[n] = replace(
                    tries[n], answered=step.at - zero, fate=answer, action=_word(step, "action")
                )
    return tuple(tries)


def _obstacle(steps: Iterable[Step]) -> Obstacle | None:
    for step in steps:
        if step.kind is StepKind.CONFLICT:
            return Obstacle(venue_name=_word(step, "venue_name"), time=_word(step, "with_time"))
    return None


def _word(step: Step, key: str) -> str:
    return str(step.detail.get(key, ""))
