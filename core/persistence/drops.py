"""When the next tables come out, over all plans: what is not urgent keeps away from it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from core.jobs.states import OPEN
from core.persistence.tables import jobs


def near(tx: Connection, now: datetime, margin: timedelta) -> datetime | None:
    """The last drop of an open job that is less than `margin` away, before or after."""
    close = (jobs.c.drop_at > now - margin, jobs.c.drop_at < now + margin, jobs.c.state.in_(OPEN))
    return tx.execute(select(jobs.c.drop_at).where(*close).order_by(jobs.c.drop_at.desc()).limit(1)).scalar()
