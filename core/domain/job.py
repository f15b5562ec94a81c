"""Our effort to get the table of one plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from core.domain.booking import NeedsGuest
from core.domain.job_state import JobState, Strategy
from core.domain.outcome import Reason

STAGES = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=5))
"""How long before a drop its job looks whether all is well. From the last one on it is kept in hand."""

FOLLOWS_WITHIN = timedelta(minutes=1)
"""How long a plan goes on trying once those before it in its circle have come to nothing."""

_SPREADS = (timedelta(minutes=10), timedelta(minutes=5), timedelta(seconds=30))
"""By how much each stage may come later, so that plans of one drop do not ask in step."""


def due_of_drop(drop_at: datetime, now: datetime, *, plan_id: str = "") -> datetime:
    """When the job of a drop is due next: at the next stage, or at once when the last one has begun.

    Plans come to their stages at moments of their own.
    """
    late = crc32(plan_id.encode()) / 2**32
    stages = (drop_at - before + late * spread for before, spread in zip(STAGES, _SPREADS, strict=True))
    return next((at for at in stages if at > now), now)


def stage_of(drop_at: datetime, now: datetime) -> timedelta | None:
    """The stage that has begun last; None before the first."""
    return min((before for before in STAGES if drop_at - before <= now), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the jobs table.

    `due_at` is when it is next taken in hand, `until` when trying is over; `drop_at` is set for a drop.
    `account_id` is the account with which a booking call may be out, or was, and `needs` what the guest has to do:
    of an unsure job, before it can be found out what became of its call.
    `fence` counts how often it was claimed: whoever writes with an older number is refused. `attempts` counts
    claims that did not come back with an answer: a snooze takes its own back.
    """

    id: int
    plan_id: str
    strategy: Strategy
    state: JobState
    due_at: datetime
    drop_at: datetime | None
    until: datetime
    reason: Reason | None
    attempts: int
    fence: int
    account_id: int | None = None
    needs: NeedsGuest | None = None
    lease_owner: str | None
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime
