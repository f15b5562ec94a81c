"""Jobs that wait for a venue's drop, or would if it were known."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from core.domain.job import Job
from core.domain.job_state import OPEN, JobState, Strategy
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.persistence.tables import jobs, plans


def armed_at(tx: Connection, ref: VenueRef) -> Sequence[str]:
    """The ids of armed plans for a venue, the soonest day first."""
    query = (
        select(plans.c.id, plans.c.wish)
        .where(plans.c.state == PlanState.ARMED.value)
        .order_by(plans.c.on_day, plans.c.id)
    )
    return [row.id for row in tx.execute(query).all() if row.wish.venue == ref]


def retime(
    tx: Connection, job: Job, *, drop_at: datetime, due_at: datetime, until: datetime, now: datetime
) -> bool:
    """Have a job that nobody has in hand wait for that drop, a watch too; False when somebody was faster."""
    idle = (jobs.c.id == job.id) & (jobs.c.fence == job.fence) & (jobs.c.state == JobState.WAITING)
    values = {
        "strategy": Strategy.DROP,
        "drop_at": drop_at,
        "due_at": due_at,
        "until": until,
        "updated_at": now,
    }
    return tx.execute(update(jobs).where(idle).values(values)).rowcount > 0


def hasten(tx: Connection, job: Job, *, now: datetime) -> bool:
    """Have a job that nobody has in hand looked at now; False when somebody was faster."""
    idle = (jobs.c.id == job.id) & (jobs.c.fence == job.fence) & (jobs.c.state == JobState.WAITING)
    return tx.execute(update(jobs).where(idle).values(due_at=now, updated_at=now)).rowcount > 0


def near(tx: Connection, now: datetime, margin: timedelta) -> datetime | None:
    """The last drop of an open job that is less than `margin` away, before or after."""
    close = (jobs.c.drop_at > now - margin, jobs.c.drop_at < now + margin, jobs.c.state.in_(OPEN))
    return tx.execute(select(jobs.c.drop_at).where(*close).order_by(jobs.c.drop_at.desc()).limit(1)).scalar()
