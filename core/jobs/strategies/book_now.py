"""Book what is open already."""

from core.domain.outcome import Outcome
from core.jobs.brief import Brief
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob


async def book_now(leased: LeasedJob, brief: Brief, engine: JobEngine) -> Outcome:
    """A few looks, close together: a table that ought to be there may come a moment late."""
    return await engine.attempt(leased, brief).burst()
