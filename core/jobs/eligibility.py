"""Whether a job is worth trying, and what it waits for: told from what is written."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.domain.job import Job
from core.domain.job_state import Strategy
from core.domain.outcome import GaveUp, NothingYet, Reason
from core.domain.plan import PlanState
from core.domain.step import Step, StepKind
from core.jobs.job_writes import Brief
from core.plans.circle import FOLLOWS_WITHIN

_MOST_ATTEMPTS = 8


def made(steps: Iterable[Step], stage: timedelta, drop_at: datetime) -> bool:
    """Whether the stage's preflight was made for this drop, and written down."""
    return any(
        step.kind in {StepKind.PREFLIGHT_OK, StepKind.TROUBLE}
        and step.detail.get("stage_min") == stage // timedelta(minutes=1)
        and step.at >= drop_at - stage
        for step in steps
    )


def behind(job: Job, brief: Brief, now: datetime) -> NothingYet | GaveUp:
    """Wait for the plan that goes first: whatever ends it makes this one due at once."""
    if brief.first is None:
        return NothingYet(again_at=now)
    if brief.first.state is PlanState.BOOKED:
        return GaveUp(reason=Reason.CIRCLE_HAS_TABLE)
    end = _over_at(job, brief)
    return NothingYet(again_at=end) if now < end else GaveUp(reason=Reason.CIRCLE_WENT_FIRST)


def _over_at(job: Job, brief: Brief) -> datetime:
    """When trying is over: a moment later for one that may follow another."""
    waits = brief.first is not None and job.strategy is not Strategy.WATCH
    return job.until + FOLLOWS_WITHIN if waits else job.until


def hopeless(job: Job, brief: Brief, now: datetime) -> Reason | None:
    """Why trying is of no use (any more)."""
    if now < _over_at(job, brief):
        return Reason.BROKEN if job.attempts > _MOST_ATTEMPTS else None
    if brief.plan.state is PlanState.NEEDS_GUEST:
        return Reason.GUEST_DID_NOT
    if brief.first is not None:
        return Reason.CIRCLE_WENT_FIRST
    return Reason.WATCH_OVER if job.strategy is Strategy.WATCH else Reason.OVERDUE
