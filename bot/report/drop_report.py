"""How a drop went, as a message: the words, and the picture, which is drawn beside the event loop."""

import asyncio
import logging
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation.messages import File, Notice
from bot.report.picture import Heading, draw
from bot.wording import report as wording
from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.outcome import Reason
from core.domain.plan import Plan
from core.jobs.review.drop_record import DropRecord
from core.jobs.review.from_steps import retold
from core.jobs.review.hindsight import hindsight
from core.persistence import jobs, plans, steps
from core.persistence.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A drop that is over, with all that was kept of it."""

    plan: Plan
    job: Job
    told: DropRecord

    @property
    def won(self) -> bool:
        return self.job.state is JobState.BOOKED


def finished(tx: Connection, job_id: int) -> Finished | None:
    """The drop of a job; None for a job without one, or one of which nothing was tried."""
    job = jobs.find(tx, job_id)
    if job is None or job.drop_at is None:
        return None
    told = retold(steps.of_job(tx, job.id), job.drop_at)
    return Finished(plan=plans.get(tx, job.plan_id), job=job, told=told) if told.happened else None


async def drop_report(database: Database, job_id: int) -> Notice | None:
    """The message; without its picture where that can't be drawn."""
    drop = await database.read(lambda tx: finished(tx, job_id))
    if drop is None:
        return None
    reason = None if drop.won else drop.job.reason or Reason.BROKEN
    learned = hindsight(drop.told, drop.plan.wish, reason)
    try:
        file = await asyncio.to_thread(picture, drop)
    except Exception:
        log.exception("the picture of job %d could not be drawn", job_id)
        file = None
    return Notice(text=wording.report(drop.plan, drop.told, learned), file=file, quiet=True)


def picture(drop: Finished) -> File:
    """The picture alone; it takes a tenth of a second of one processor."""
    heading = Heading(
        title=wording.title(drop.plan),
        facts=wording.facts(drop.told),
        verdict=wording.verdict(won=drop.won, time=drop.told.booked),
        won=drop.won,
    )
    return File(
        name="release.png",
        media_type="image/png",
        content=draw(drop.told, heading),
        alt=wording.alternative(drop.plan, drop.told),
    )
