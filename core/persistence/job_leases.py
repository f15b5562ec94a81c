"""Who has jobs in hand, and in which state a job is found whose lease has lapsed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from core.domain.job import Job
from core.domain.job_state import LAPSED, OPEN, JobState
from core.errors import LeaseLost
from core.persistence import leasing
from core.persistence.jobs import CALLED, IN_HAND, get, job_of
from core.persistence.tables import jobs

_IDLE = (JobState.WAITING, JobState.NEEDS_GUEST, JobState.UNSURE)

_NEXT_DUE = select(
    *(
        select(jobs.c.due_at)
        .where(jobs.c.state == state, jobs.c.lease_until.is_(None))
        .order_by(jobs.c.due_at)
        .limit(1)
        .scalar_subquery()
        for state in _IDLE
    ),
    select(func.min(jobs.c.lease_until)).where(jobs.c.state.in_(IN_HAND)).scalar_subquery(),
)
"""A subquery a state, so that the index of states and times answers each: asked after every utterance."""


def next_due(tx: Connection) -> datetime | None:
    """When the next job is to be taken in hand: due, or its lease lapsed."""
    moments = tx.execute(_NEXT_DUE).one()
    return min((moment for moment in moments if moment is not None), default=None)


def claim_due(
    tx: Connection, *, owner: str, now: datetime, horizon: timedelta, lease: timedelta, limit: int
) -> Sequence[Job]:
    """Take jobs in hand that are due by `now + horizon`, those of a lapsed lease among them.

    What may have been out in a booking call comes as `unsure`, everything else as `trying`. One statement, so
    that two workers never get the same job.
    """
    due = (jobs.c.state.in_(OPEN), jobs.c.due_at <= now + horizon, leasing.free(jobs, now))
    chosen = select(jobs.c.id).where(*due).order_by(jobs.c.due_at, jobs.c.id).limit(limit)
    claim = (
        update(jobs)
        .where(jobs.c.id.in_(chosen.with_for_update(skip_locked=True)))
        .values(
            state=case((jobs.c.state.in_(CALLED), JobState.UNSURE), else_=JobState.TRYING),
            attempts=jobs.c.attempts + 1,
            updated_at=now,
            **leasing.taken(jobs, owner=owner, until=now + lease),
        )
        .returning(jobs)
    )
    return sorted((job_of(row) for row in tx.execute(claim).all()), key=lambda job: (job.due_at, job.id))


def renew(
    tx: Connection, *, owner: str, job_ids: Collection[int], now: datetime, lease: timedelta
) -> Collection[tuple[int, int]]:
    """Keep the jobs that `owner` has in hand; those still held, with their fences. A lapsed lease is lost."""
    return leasing.renew(tx, jobs, owner=owner, ids=job_ids, now=now, lease=lease)


def give_back(tx: Connection, job_id: int, fence: int, *, due_at: datetime, now: datetime) -> JobState:
    """Let go of one job as if its lease had lapsed; where that leaves it. Raises `LeaseLost`."""
    _let_go(tx, leasing.behind(jobs, job_id, fence), now, due_at=due_at)
    job = get(tx, job_id)
    if job.fence != fence or job.lease_owner is not None:
        raise LeaseLost(job_id, fence)
    return job.state


def release_all(tx: Connection, owner: str, now: datetime) -> None:
    """Let go of what `owner` has in hand, on a clean stop. The attempts do not count."""
    _let_go(tx, jobs.c.lease_owner == owner, now, attempts=jobs.c.attempts - 1)


def lapse_all(tx: Connection, owner: str, now: datetime) -> None:
    """Let go of what `owner` had in hand, as if every lease had lapsed: it is no more."""
    _let_go(tx, jobs.c.lease_owner == owner, now)


def _let_go(tx: Connection, whose: ColumnElement[bool], now: datetime, **values: object) -> None:
    lapsed = case({before.value: after.value for before, after in LAPSED.items()}, value=jobs.c.state)
    leasing.let_go(
        tx, jobs, whose & jobs.c.state.in_(LAPSED), **{"state": lapsed, "updated_at": now, **values}
    )
