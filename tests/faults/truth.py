"""What has to hold once everything has settled, whatever happened on the way: read from the database alone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.outcome import Reason
from core.domain.plan_state import PlanState
from core.persistence import inbox, jobs, outbox, plans, reservations
from core.persistence import tables as chat_tables
from platforms.house.engine.tables import LIVE, house_reservations
from tests.facts import all_heard


def house_tables_of(tx: Connection, plan_id: str) -> list[str]:
    """The confirmations of what the house keeps for a plan: more than one is the worst that can happen."""
    mine = house_reservations.c.request_key == plan_id
    return list(tx.scalars(select(house_reservations.c.confirmation).where(mine, LIVE)))


def plan_ids(tx: Connection) -> list[str]:
    return list(tx.scalars(select(chat_tables.plans.c.id)))


def is_told(tx: Connection, *, now: datetime) -> bool:
    """Whether everything that became true was heard, and what is due of it has been told."""
    return all_heard(tx) and not list(_unsent(tx, now))


def is_over(tx: Connection, *, now: datetime) -> bool:
    """Whether every plan has ended, and everything that is due has been told."""
    return not jobs.open_jobs(tx) and is_told(tx, now=now)


def untruths(
    tx: Connection, *, now: datetime, kept: Callable[[str], Sequence[str]] | None = None
) -> list[str]:
    """Sentences about what is not as promised; none when all is well.

    `kept` tells the confirmations that another platform than the house keeps for a plan.
    """
    return [*_left_lying(tx, now), *_of_plans(tx, kept or (lambda plan_id: house_tables_of(tx, plan_id)))]


def _left_lying(tx: Connection, now: datetime) -> Iterator[str]:
    if unheard := inbox.unhandled(tx):
        yield f"{len(unheard)} updates were acknowledged and never acted on: {unheard}"
    if not all_heard(tx):
        yield "something became true, and nobody has heard of it"
    yield from _unsent(tx, now)
    rows = chat_tables.outbox.c
    for key, trouble in tx.execute(select(rows.key, rows.trouble).where(rows.state == "dead")):
        yield f"the message {key} was given up ({trouble})"
    leased = chat_tables.jobs.c.lease_owner.is_not(None)
    for job_id, state in tx.execute(select(chat_tables.jobs.c.id, chat_tables.jobs.c.state).where(leased)):
        yield f"job {job_id} ({state}) is still in somebody's hands"
    for job in jobs.open_jobs(tx):
        ends_at = evening_of(tx, job) if rests(job) else job.until
        if ends_at <= now:
            yield f"job {job.id} ({job.state}) should have ended at {ends_at}"


def rests(job: Job) -> bool:
    """Whether it waits for its account's guest to find out what became of its call."""
    return job.state is JobState.UNSURE and job.needs is not None


def evening_of(tx: Connection, job: Job) -> datetime:
    plan = plans.get(tx, job.plan_id)
    return plan.wish.first_at(plan.zone)


def is_out_of_sight(tx: Connection, plan_id: str) -> bool:
    """Whether the platform may keep a table for the plan of which nobody could find out."""
    newest = next(reversed(jobs.of_plan(tx, plan_id)), None)
    return newest is not None and (rests(newest) or newest.reason is Reason.LOCKED_OUT)


def _unsent(tx: Connection, now: datetime) -> Iterator[str]:
    rows = chat_tables.outbox.c
    waiting = (rows.state == outbox.MessageState.PENDING.value) & (rows.due_at <= now)
    for key, trouble in tx.execute(select(rows.key, rows.trouble).where(waiting)):
        yield f"the message {key} was not sent ({trouble or 'no trouble known'})"


def _of_plans(tx: Connection, kept: Callable[[str], Sequence[str]]) -> Iterator[str]:
    for plan_id in plan_ids(tx):
        plan, reservation = plans.get(tx, plan_id), reservations.live_of_plan(tx, plan_id)
        there = list(kept(plan_id))
        ours = [] if reservation is None else [reservation.reservation.confirmation]
        ended = [job.state for job in jobs.of_plan(tx, plan_id) if job.state is JobState.BOOKED]
        if len(there) > 1:
            yield f"plan {plan_id} has {len(there)} tables"
        if there != ours and not is_out_of_sight(tx, plan_id):
            yield f"the platform keeps {there} for plan {plan_id}, and we say {ours}"
        if (plan.state is PlanState.BOOKED) != bool(ours):
            yield f"plan {plan_id} is {plan.state} with {ours or 'no table'}"
        if plan.state is PlanState.BOOKED and len(ended) != 1:
            yield f"plan {plan_id} is booked, by {len(ended)} jobs"
