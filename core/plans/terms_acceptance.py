"""Terms that a platform wants a person to accept. Each is one transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.domain.booking import GuestAction
from core.domain.fact import PlanLost, PlanMoved
from core.domain.guest import Guest
from core.domain.job import Job
from core.domain.outcome import Reason
from core.domain.plan_state import PlanState
from core.domain.terms import Terms
from core.errors import NotYours, PlanBusy, PlanOver
from core.persistence import facts, jobs, mandates, plans
from core.plans.account_choice import TRIES_ON


def terms_asked(job: Job | None) -> Terms | None:
    """What is to be accepted before the job can book."""
    if job is None or job.needs is None or job.needs.action is not GuestAction.ACCEPT_TERMS:
        return None
    return job.needs.terms


def payer_of(tx: Connection, plan_id: str, job: Job | None) -> int:
    """The guest whose money it is: the account's, else the organiser."""
    plan = plans.get(tx, plan_id)
    account_id = None if job is None else job.account_id
    booker = None if account_id is None else plans.booker(tx, account_id)
    return plan.organiser_id if booker is None else booker.guest_id


def accept(tx: Connection, plan_id: str, *, by: Guest, seen: Terms | None = None, now: datetime) -> None:
    """Agree to the terms as they were shown, for the account that was asked, and book at once.

    Raises `NotYours`, `PlanOver`, and `PlanBusy` where they are others by now than those that were `seen`.
    """
    job = jobs.live_of(tx, plan_id)
    terms = terms_asked(job)
    if terms is None or job is None:
        raise PlanOver(plan_id)
    if by.id != payer_of(tx, plan_id, job):
        raise NotYours
    if seen is not None and seen != terms:
        raise PlanBusy(plan_id)
    for given in mandates.of_plan(tx, plan_id):
        if given.guest_id == by.id and given.account_id == job.account_id:
            mandates.agree(tx, given, replace(given.ceiling, agreed=terms), now=now)
    if not jobs.resume(tx, plan_id, now, until=now + TRIES_ON):  # another process was faster
        raise PlanOver(plan_id)
    plans.move(tx, plan_id, PlanState.ARMED)
    facts.record(tx, PlanMoved(plan_id=plan_id, state=PlanState.ARMED), now=now)


def decline(tx: Connection, plan_id: str, *, by: Guest, now: datetime) -> None:
    """Rather no table than one under these terms. Raises `NotYours`, `PlanOver`."""
    plan, job = plans.get(tx, plan_id), jobs.live_of(tx, plan_id)
    if terms_asked(job) is None:
        raise PlanOver(plan_id)
    if by.id not in {payer_of(tx, plan_id, job), plan.organiser_id} and not by.is_admin:
        raise NotYours
    if not jobs.lose(tx, plan_id, Reason.TERMS_DECLINED, now):  # called off in this moment
        raise PlanOver(plan_id)
    plans.move(tx, plan_id, PlanState.LOST)
    facts.record(tx, PlanLost(plan_id=plan_id), now=now)
