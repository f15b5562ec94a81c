"""Our effort to get the table of one plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.jobs.outcomes import Reason
from core.jobs.states import JobState, Strategy

PREFLIGHT = timedelta(minutes=3)
"""How long before a drop its job is taken in hand."""


def due_of_drop(drop_at: datetime) -> datetime:
    """When the job of a drop is due."""
    return drop_at - PREFLIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the jobs table.

    `due_at` is when it is next taken in hand, `until` when trying is over; `drop_at` is set for a drop.
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
    lease_owner: str | None
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime
