"""Plans of the same friends for one venue and day: they know of each other, and one goes first.

Two plans are of one circle when they live in one chat, share a guest, or share an account. They never hold two
tables: a booking call is written down only while no other of them has one out, holds a table, or goes first.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.domain.fact import PlanLost
from core.domain.job import FOLLOWS_WITHIN, STAGES, Job
from core.domain.job_state import JobState, Strategy
from core.domain.outcome import Reason
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.errors import AlreadyPlanned
from core.persistence import facts, jobs, plans

_CALLED = {JobState.FIRING, JobState.UNSURE}


def first_of(tx: Connection, plan: Plan, *, locked: bool = False) -> Plan | None:
    """Who goes before this plan: it holds the table, has a call out, or was armed earlier. None: this one goes.

    One that only watches goes after one that can book at a known moment. One that waits for its guest holds nobody
    back.
    """
    mine = jobs.live_of(tx, plan.id)
    if mine is not None and mine.state in _CALLED:
        return None
    others = plans.of_circle(tx, plan, locked=locked)
    held = next((other for other in others if other.state is PlanState.BOOKED), None)
    if held is not None:
        return held
    live = [(other, job) for other in others if (job := jobs.live_of(tx, other.id)) is not None]
    before = [(other, job) for other, job in live if job.state in _CALLED or _before(job, mine)]
    return min(before, key=lambda one: _rank(one[1]))[0] if before else None


def only_one(tx: Connection, plan: Plan) -> None:
    """A party has one plan for a venue and day, and one table among friends is enough. Raises `AlreadyPlanned`."""
    no_rival(tx, plan.organiser_id, plan)
    for other in plans.of_circle(tx, plan):
        if other.state is PlanState.BOOKED:
            raise AlreadyPlanned(other.id)


def no_rival(tx: Connection, organiser_id: int, plan: Plan) -> None:
    """Whoever is to organise the plan has no other one for its venue and day. Raises `AlreadyPlanned`."""
    for rival in plans.rivals(tx, organiser_id, plan.wish.venue, plan.wish.on):
        if rival.id != plan.id:
            raise AlreadyPlanned(rival.id)


def follow(tx: Connection, circle: Sequence[Plan], *, now: datetime) -> None:
    """Whoever was before these plans is out of their way."""
    for other in circle:
        jobs.hasten(tx, other.id, now, until=now + FOLLOWS_WITHIN, drops_by=now + STAGES[-1])


def table_is_got(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """One table is enough: the other plans of its circle end, and say so."""
    for other in plans.of_circle(tx, plan):
        job = jobs.live_of(tx, other.id)
        if job is None or job.state in _CALLED:
            continue
        if jobs.lose(tx, other.id, Reason.CIRCLE_HAS_TABLE, now):  # unless it was called off in this moment
            plans.move(tx, other.id, PlanState.LOST)
            facts.record(tx, PlanLost(plan_id=other.id), now=now)


def _before(job: Job, mine: Job | None) -> bool:
    return job.state is not JobState.NEEDS_GUEST and (mine is None or _rank(job) < _rank(mine))


def _rank(job: Job) -> tuple[bool, int]:
    return job.strategy is Strategy.WATCH, job.id
