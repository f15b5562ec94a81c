"""A drop as it went, told in time after the drop: what was asked when, what was seen, what became of each slot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.jobs.attempt.pacing import AT_DROP
from core.jobs.steps import Fate

_ZERO = timedelta(0)

_MARGIN = timedelta(seconds=2)
"""A first request may be sent a little before the drop, so that it arrives with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTaken:
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
class DropRecord:
    """Everything that can be said of a drop, in order of time; `late` is that of the first request.

    `failures` are requests that ended in breakage; `found` says what asking for the reservations showed (None: nobody
    asked), `first_seen` is when a list first was not empty, `budget` how many looks there might have been, and
    `numbered` the highest number of one where they have numbers.
    """

    drop_at: datetime
    late: timedelta | None = None
    clock: ClockNote | None = None
    looks: tuple[LookTaken, ...] = ()
    tries: tuple[Try, ...] = ()
    failures: tuple[timedelta, ...] = ()
    found: bool | None = None
    obstacle: Obstacle | None = None
    handed_over: bool = False
    booked: str | None = None
    budget: int = AT_DROP.budget
    numbered: int = 0

    @property
    def first_seen(self) -> timedelta | None:
        return next((look.answered for look in self.looks if look.listed), None)

    @property
    def requests(self) -> int:
        """Looks from the drop on, answered or not: what the budget counts."""
        known = [*(look.began for look in self.looks), *self.failures]
        return max(self.numbered, sum(at >= -_MARGIN for at in known))

    @property
    def happened(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.looks or self.tries or self.failures)

    def times_of(self, look: LookTaken) -> tuple[str, ...]:
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
