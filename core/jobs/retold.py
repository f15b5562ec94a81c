"""A drop as it went, told in time after the drop: what was asked when, what was seen, what became of each slot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.jobs.timeline import Fate, Step, StepKind

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One list that came back: `answered`, and `sent` where it is known, count from the drop.

    `wanted` and `offered` are local times (`19:30`); `offered` is None where only the wanted ones were kept.
    """

    answered: timedelta
    sent: timedelta | None = None
    listed: int = 0
    wanted: tuple[str, ...] = ()
    offered: tuple[str, ...] | None = None
    cause: str = ""

    @property
    def began(self) -> timedelta:
        return self.answered if self.sent is None else self.sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One booking call. It was `answered`, or given up, then; None where the story breaks off before that.

    `action` is what was wanted of the guest.
    """

    token: str
    time: str
    seating: str
    sent: timedelta
    answered: timedelta | None = None
    fate: Fate = Fate.UNANSWERED
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNote:
    """The platform's clock less ours, how sure that is, and a round trip to it."""

    offset: timedelta
    uncertainty: timedelta
    round_trip: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """The reservation that stood in the way; either may be unknown."""

    venue_name: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """Everything that can be said of a drop, in order of time; `late` is that of the first request.

    `failures` are requests that ended in breakage, `found` says what asking for the reservations showed (None:
    nobody asked), `first_seen` is when a list first was not empty.
    """

    drop_at: datetime
    late: timedelta | None = None
    clock: ClockNote | None = None
    looks: tuple[Look, ...] = ()
    tries: tuple[Try, ...] = ()
    failures: tuple[timedelta, ...] = ()
    found: bool | None = None
    obstacle: Obstacle | None = None
    handed_over: bool = False
    booked: str | None = None

    @property
    def first_seen(self) -> timedelta | None:
        return next((look.answered for look in self.looks if look.listed), None)

    @property
    def requests(self) -> int:
        """Looks from the drop on, answered or not: what the budget counts."""
        return sum(look.began >= -_MARGIN for look in self.looks) + sum(
            at >= -_MARGIN for at in self.failures
        )

    @property
    def happened(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.looks or self.tries or self.failures)

    def times_of(self, look: Look) -> tuple[str, ...]:
        """All that is known to have been on offer."""
        return look.wanted if look.offered is None else look.offered

    def open_for(self, time: str) -> timedelta | None:
        """For how long at least a time was on offer without a break; None if it never was."""
        longest: timedelta | None = None
        since: timedelta | None = None
        for look in self.looks:
            if time in self.times_of(look):
                since = look.answered if since is None else since
                longest = max(longest or _ZERO, look.answered - since)
            else:
                since = None
        return longest


_MARGIN = timedelta(seconds=2)
"""A first request may be sent a little before the drop, so that it arrives with it."""


def retold(steps: Iterable[Step], drop_at: datetime) -> Retold:
    """Tell the drop from the steps of its job."""
    steps = tuple(steps)
    clock = _clock(steps)
    ahead = _ZERO if clock is None else clock.offset

    def after(step: Step, key: str = "") -> timedelta:
        kept = step.detail.get(key)
        return step.at + ahead - drop_at if kept is None else int(kept) * _US

    looks, failures, tries = list[Look](), list[timedelta](), list[Try]()
    told = Retold(drop_at=drop_at, clock=clock)
    for step in steps:
        match step.kind:
            case StepKind.FIRST_REQUEST:
                if told.late is None:
                    told = replace(told, late=int(step.detail["late_us"]) * _US)
            case StepKind.SLOTS_SEEN:
                looks.append(_look(step, after(step, "answered_us"), after(step, "sent_us")))
            case StepKind.SLOT_TRIED:
                tries.append(
                    Try(
                        token=_word(step, "token"),
                        time=_word(step, "time"),
                        seating=_word(step, "seating"),
                        sent=after(step),
                    )
                )
            case StepKind.PLATFORM_DOWN if not step.detail.get("token"):
                failures.append(after(step))
            case StepKind.LOOKED_UP:
                told = replace(told, found=bool(step.detail.get("found")))
            case kind if kind in _ANSWERS:
                _close(tries, step, after(step))
                told = _ended(told, step)
            case StepKind.HANDED_OVER:
                told = replace(told, handed_over=True)
            case _:
                pass
    looks.sort(key=lambda look: look.answered)
    return replace(told, looks=tuple(looks), tries=tuple(tries), failures=tuple(failures))


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


def _look(step: Step, answered: timedelta, sent: timedelta) -> Look:
    offered = step.detail.get("offered")
    return Look(
        answered=answered,
        sent=sent if "sent_us" in step.detail else None,
        listed=int(step.detail.get("listed", 0)),
        wanted=tuple(_word(step, "wanted").split()),
        offered=None if offered is None else tuple(str(offered).split()),
        cause=_word(step, "cause"),
    )


def _close(tries: list[Try], step: Step, answered: timedelta) -> None:
    """Write the answer to the booking call that it belongs to: the last one of that slot."""
    for index in reversed(range(len(tries))):
        if tries[index].token == _word(step, "token") and tries[index].answered is None:
            tries[index] = replace(
                tries[index], answered=answered, fate=_ANSWERS[step.kind], action=_word(step, "action")
            )
            return


def _ended(told: Retold, step: Step) -> Retold:
    match step.kind:
        case StepKind.BOOKED:
            return replace(told, booked=_word(step, "time"))
        case StepKind.CONFLICT:
            named = _word(step, "venue_name")
            there = _word(step, "with_time") or (
                _word(step, "time") if named and not _word(step, "token") else ""
            )
            return replace(told, obstacle=Obstacle(venue_name=named, time=there))
        case _:
            return told


def _word(step: Step, key: str) -> str:
    return str(step.detail.get(key, ""))
