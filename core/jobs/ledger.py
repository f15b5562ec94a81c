"""What a worker writes: job, plan, steps and messages of one fact in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from core.domain.news import Trouble
from core.domain.plan import Plan, PlanState
from core.domain.reservation import Reservation
from core.jobs.facts import Facts
from core.jobs.job import Job
from core.jobs.outcomes import GaveUp, NothingYet, Outcome
from core.jobs.states import JobState
from core.jobs.timeline import Step
from core.persistence import chats, guests, jobs, plans, reservations, steps
from core.ports import Booked, Booker, NeedsGuest, Unknown

_PAUSE_AFTER_BREAKING_OFF = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a worker has to know to pursue a job.

    `bookers` are in order of use; none is left where the platform books for guests' own accounts and no connected
    one is at hand. `caller` is with whom a booking call may be out, or was.
    """

    plan: Plan
    bookers: tuple[Booker, ...]
    caller: Booker
    chat_is_dead: bool
    steps: Sequence[Step]


def brief(tx: Connection, job: Job, *, with_accounts: Collection[str]) -> Brief:
    """Read what the job is about; `with_accounts` names the platforms that book for guests' own accounts."""
    plan = plans.get(tx, job.plan_id)
    organiser = Booker(guest_id=plan.organiser_id, name=guests.get(tx, plan.organiser_id).name)
    own = plan.wish.venue.platform in with_accounts
    account_id = jobs.get(tx, job.id).account_id
    return Brief(
        plan=plan,
        bookers=tuple(plans.bookers(tx, plan.id)) if own else (organiser,),
        caller=organiser if account_id is None else plans.booker(tx, account_id) or organiser,
        chat_is_dead=chats.get(tx, plan.chat_id).dead_at is not None,
        steps=steps.of_job(tx, job.id),
    )


def is_anothers(tx: Connection, plan_id: str, reservation: Reservation) -> bool:
    """Whether the platform's reservation belongs to another plan of ours."""
    kept = reservations.of_platform(tx, reservation.venue.platform, reservation.id)
    return kept is not None and kept.plan_id != plan_id


def fire(tx: Connection, job: Job, account_id: int | None, facts: Facts, *, now: datetime) -> None:
    """A booking call may be out from now on, with this account. Raises `LeaseLost`."""
    jobs.fire(tx, job.id, job.fence, account_id, now=now)
    _stand(tx, job.plan_id, PlanState.TRYING, facts, now)


def stand_down(tx: Connection, job: Job, *, now: datetime) -> None:
    """No booking call is out, and looking goes on. Raises `LeaseLost`."""
    jobs.move(tx, job.id, job.fence, JobState.TRYING, now=now)


def trouble(tx: Connection, job: Job, what: Trouble, facts: Facts, *, now: datetime) -> None:
    """Tell the organiser of something that may spoil the drop."""
    facts.plan_troubled(tx, plans.get(tx, job.plan_id), what.value, now=now)


def rearm(tx: Connection, job: Job, drop_at: datetime, facts: Facts, *, now: datetime) -> None:
    """The drop is at another moment: be there then, for as long as was meant. Raises `LeaseLost`."""
    window = job.until - (job.drop_at or drop_at)
    jobs.rearm(tx, job.id, job.fence, drop_at=drop_at, until=drop_at + window, now=now)
    facts.plan_changed(tx, job.plan_id, now=now)


def settle(
    tx: Connection, job: Job, outcome: Outcome, batch: Sequence[Step], facts: Facts, *, now: datetime
) -> None:
    """Write what an attempt came to. Raises `LeaseLost`, and then nothing is written."""
    steps.append(tx, job.id, batch)
    match outcome:
        case Booked(reservation=reservation):
            jobs.move(tx, job.id, job.fence, JobState.BOOKED, now=now)
            account_id = jobs.get(tx, job.id).account_id
            reservations.add(tx, job.plan_id, reservation, account_id=account_id, now=now)
            plans.set_state(tx, job.plan_id, PlanState.BOOKED, now)
            facts.plan_booked(tx, plans.get(tx, job.plan_id), reservation, now=now)
        case NothingYet(again_at=again_at):
            jobs.snooze(tx, job.id, job.fence, again_at, now)
            _stand(tx, job.plan_id, PlanState.ARMED, facts, now)
        case NeedsGuest(action=action):
            jobs.move(tx, job.id, job.fence, JobState.NEEDS_GUEST, due_at=job.until, now=now)
            plans.set_state(tx, job.plan_id, PlanState.NEEDS_GUEST, now)
            facts.guest_needed(tx, plans.get(tx, job.plan_id), action, now=now)
        case Unknown():
            jobs.move(tx, job.id, job.fence, JobState.UNSURE, now=now)
            _stand(tx, job.plan_id, PlanState.CHECKING, facts, now)
        case GaveUp(reason=reason):
            end = JobState.FAILED if reason.breakage else JobState.LOST
            jobs.move(tx, job.id, job.fence, end, reason=reason, now=now)
            plans.set_state(tx, job.plan_id, PlanState.LOST, now)
            facts.plan_lost(tx, plans.get(tx, job.plan_id), now=now)
        case _:
            assert_never(outcome)


def break_off(tx: Connection, job: Job, batch: Sequence[Step], facts: Facts, *, now: datetime) -> None:
    """The attempt ended in an error: leave the job as if its worker had died, for a little later."""
    steps.append(tx, job.id, batch)
    pause = _PAUSE_AFTER_BREAKING_OFF * job.attempts
    left_in = jobs.give_back(tx, job.id, job.fence, due_at=now + pause, now=now)
    if left_in is JobState.UNSURE:
        _stand(tx, job.plan_id, PlanState.CHECKING, facts, now)


def hand_back(
    tx: Connection, owner: str, kept: Sequence[tuple[Job, Sequence[Step]]], *, now: datetime
) -> None:
    """A worker stops: its jobs are anybody's again."""
    for job, batch in kept:
        steps.append(tx, job.id, batch)
    jobs.release_all(tx, owner, now)


def _stand(tx: Connection, plan_id: str, state: PlanState, facts: Facts, now: datetime) -> None:
    if plans.get(tx, plan_id).state is not state:
        plans.set_state(tx, plan_id, state, now)
        facts.plan_changed(tx, plan_id, now=now)
