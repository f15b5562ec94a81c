"""Tells a drop from the steps of its job. Steps of an older Fourtop, which kept less, are understood too."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.step import (
    AccountSwitched,
    ClockMeasured,
    Conflicted,
    FirstRequest,
    LookedUp,
    OfSlot,
    PlatformBroke,
    SlotBooked,
    SlotNeedsGuest,
    SlotsSeen,
    SlotTried,
    Step,
)
from core.jobs.attempt.pacing import AT_DROP
from core.jobs.review.drop_record import ClockNote, DropRecord, LookTaken, Obstacle, Try
from core.jobs.steps import Fate, fate_of, last_number

_ZERO = timedelta(0)
_US = timedelta(microseconds=1)


def retold(steps: Iterable[Step], drop_at: datetime) -> DropRecord:
    """The drop at `drop_at`, by the platform's clock where that has been read."""
    steps = tuple(steps)
    clock = _clock(steps)
    zero = drop_at - (_ZERO if clock is None else clock.offset)
    first = next((step.what for step in steps if isinstance(step.what, FirstRequest)), None)
    looked_up = [step.what for step in steps if isinstance(step.what, LookedUp)]
    return DropRecord(
        drop_at=drop_at,
        late=None if first is None else first.late_us * _US,
        clock=clock,
        looks=_looks(steps, zero),
        tries=_tries(steps, zero),
        failures=tuple(
            _moment(step.at, broke.answered_us, zero)
            for step in steps
            if isinstance(broke := step.what, PlatformBroke) and broke.token is None
        ),
        found=looked_up[-1].found if looked_up else None,
        obstacle=_obstacle(steps),
        handed_over=any(isinstance(step.what, AccountSwitched) for step in steps),
        booked=next((step.what.time for step in steps if isinstance(step.what, SlotBooked)), None),
        numbered=last_number(steps),
        budget=AT_DROP.budget if first is None or first.budget is None else first.budget,
    )


def _clock(steps: Sequence[Step]) -> ClockNote | None:
    """The last reading: the nearest to the drop."""
    for step in reversed(steps):
        match step.what:
            case ClockMeasured(offset_us=offset, uncertainty_us=uncertainty, round_trip_us=trip):
                return ClockNote(
                    offset=offset * _US,
                    uncertainty=uncertainty * _US,
                    round_trip=None if trip is None else trip * _US,
                )
            case _:
                pass
    return None


def _moment(written_at: datetime, kept_us: int | None, zero: datetime) -> timedelta:
    """When it happened; a moment that was kept is finer than when it was written down."""
    return written_at - zero if kept_us is None else kept_us * _US


def _looks(steps: Iterable[Step], zero: datetime) -> tuple[LookTaken, ...]:
    looks = [_look(step.at, step.what, zero) for step in steps if isinstance(step.what, SlotsSeen)]
    return tuple(sorted(looks, key=lambda look: look.answered))


def _look(written_at: datetime, seen: SlotsSeen, zero: datetime) -> LookTaken:
    return LookTaken(
        answered=_moment(written_at, seen.answered_us, zero),
        sent=None if seen.sent_us is None else seen.sent_us * _US,
        listed=seen.listed,
        wanted=tuple(seen.wanted.split()),
        offered=None if seen.offered is None else tuple(seen.offered.split()),
        cause=seen.cause,
    )


def _tries(steps: Iterable[Step], zero: datetime) -> tuple[Try, ...]:
    """Each booking call with the answer that belongs to it: the next one about that slot."""
    tries = list[Try]()
    for step in steps:
        match step.what:
            case SlotTried(token=token, time=time, seating=seating):
                tries.append(Try(token=token, time=time, seating=seating, sent=step.at - zero))
            case OfSlot(token=token) | PlatformBroke(token=str(token)):
                out = [n for n, each in enumerate(tries) if each.token == token and each.answered is None]
                fate = fate_of(step.what)
                action = step.what.action.value if isinstance(step.what, SlotNeedsGuest) else ""
                for n in out[-1:]:
                    tries[n] = replace(
                        tries[n], answered=step.at - zero, fate=fate or Fate.UNANSWERED, action=action
                    )
            case _:
                pass
    return tuple(tries)


def _obstacle(steps: Iterable[Step]) -> Obstacle | None:
    for step in steps:
        match step.what:
            case Conflicted(venue_name=name, with_time=time):
                return Obstacle(venue_name=name, time=time)
            case _:
                pass
    return None
