"""What a worker writes: job, plan, steps and messages of one fact in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from core.domain.account import Account
from core.domain.almanac import Sighting
from core.domain.booking import Booked, Booker, GuestAction, NeedsGuest, Unknown
from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.news import Trouble
from core.domain.outcome import GaveUp, NothingYet, Outcome
from core.domain.plan import Plan, PlanState
from core.domain.reservation import Reservation
from core.domain.step import Step, StepKind
from core.drops import almanac
from core.errors import GoesFirst
from core.jobs.facts import Facts
from core.jobs.findings import Found
from core.persistence import accounts, chats, guests, job_leases, jobs, plans, reservations, steps
from core.plans import circle

GUEST_HAS = timedelta(minutes=15)
"""How long the guest has at least to do what the platform wants."""

_PAUSE_AFTER_BREAKING_OFF = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a worker has to know to pursue a job.

    `bookers` are in order of use; none is left where the platform books for guests' own accounts and no connected
    one is at hand. `accounts` are all that were chosen for the plan, whatever their state, and None where the
    platform has none. `caller` is with whom a booking call may be out, or was. `first` is the plan of the same
    circle that goes before this one.
    """

    plan: Plan
    bookers: tuple[Booker, ...]
    accounts: tuple[Account, ...] | None
    caller: Booker
    first: Plan | None
    chat_is_dead: bool
    steps: Sequence[Step]


def brief(tx: Connection, job: Job, *, with_accounts: Collection[str]) -> Brief:
    """Read what the job is about; `with_accounts` names the platforms that book for guests' own accounts."""
    plan = plans.get(tx, job.plan_id)
    organiser = Booker(guest_id=plan.organiser_id, name=guests.get(tx, plan.organiser_id).name)
    own = plan.wish.venue.platform in with_accounts
    bookers = tuple(plans.bookers(tx, plan)) if own else (organiser,)
    chosen = plan.accounts or tuple(each.account_id for each in bookers if each.account_id is not None)
    account_id = jobs.get(tx, job.id).account_id
    return Brief(
        plan=plan,
        bookers=bookers,
        accounts=tuple(accounts.get(tx, each) for each in chosen) if own else None,
        first=circle.first_of(tx, plan),
        caller=organiser if account_id is None else plans.booker(tx, account_id) or organiser,
        chat_is_dead=chats.get(tx, plan.chat_id).dead_at is not None,
        steps=steps.of_job(tx, job.id),
    )


def is_anothers(tx: Connection, plan_id: str, reservation: Reservation) -> bool:
    """Whether the platform's reservation belongs to another plan of ours."""
    kept = reservations.of_platform(tx, reservation.venue.platform, reservation.id)
    return kept is not None and kept.plan_id != plan_id


def fire(tx: Connection, job: Job, account_id: int | None, facts: Facts, *, now: datetime) -> None:
    """A booking call may be out from now on, with this account. Raises `LeaseLost`, `GoesFirst`."""
    first = circle.first_of(tx, plans.get(tx, job.plan_id), locked=True)
    if first is not None:
        raise GoesFirst(first.id)
    jobs.fire(tx, job.id, job.fence, account_id, now=now)
    _stand(tx, job.plan_id, PlanState.TRYING, facts, now)


def stand_down(tx: Connection, job: Job, *, now: datetime) -> None:
    """No booking call is out, and looking goes on. Raises `LeaseLost`."""
    jobs.move(tx, job.id, job.fence, JobState.TRYING, now=now)


def doubt(tx: Connection, job: Job, account_id: int | None, facts: Facts, *, now: datetime) -> None:
    """A call with this account whose answer was lost may have booked after all. Raises `LeaseLost`."""
    if jobs.get(tx, job.id).state is JobState.TRYING:
        jobs.move(tx, job.id, job.fence, JobState.FIRING, now=now)
    if jobs.get(tx, job.id).state is JobState.FIRING:
        jobs.move(tx, job.id, job.fence, JobState.UNSURE, now=now)
    jobs.called_with(tx, job.id, job.fence, account_id, now=now)
    _stand(tx, job.plan_id, PlanState.CHECKING, facts, now)


def trouble(
    tx: Connection, job: Job, found: Found, batch: Sequence[Step], facts: Facts, *, now: datetime
) -> None:
    """Tell the one who can mend it of something that may spoil the drop."""
    steps.append(tx, job.id, batch)
    plan = plans.get(tx, job.plan_id)
    if found.trouble in {Trouble.SIGN_IN, Trouble.NO_CARD, Trouble.CONFLICT, Trouble.NOT_CONNECTED}:
        facts.ask_to_mend(
            tx,
            _owner(tx, plan, found.account_id),
            plan_id=plan.id,
            account_id=found.account_id,
            trouble=found.trouble,
            about=found.about,
            now=now,
        )
    else:
        facts.plan_troubled(tx, plan, found.trouble.value, now=now)


def rearm(tx: Connection, job: Job, drop_at: datetime, facts: Facts, *, now: datetime) -> None:
    """The drop is at another moment: be there then, for as long as was meant. Raises `LeaseLost`."""
    window = job.until - (job.drop_at or drop_at)
    jobs.rearm(tx, job.id, job.fence, drop_at=drop_at, until=drop_at + window, now=now)
    facts.plan_changed(tx, job.plan_id, now=now)


def settle(
    tx: Connection,
    job: Job,
    outcome: Outcome,
    batch: Sequence[Step],
    facts: Facts,
    *,
    sightings: Sequence[Sighting] = (),
    now: datetime,
) -> None:
    """Write what an attempt came to. Raises `LeaseLost`, and then nothing is written."""
    steps.append(tx, job.id, batch)
    for sighting in sightings:
        almanac.saw(tx, sighting)
    match outcome:
        case Booked(reservation=reservation):
            jobs.move(tx, job.id, job.fence, JobState.BOOKED, now=now)
            account_id = jobs.get(tx, job.id).account_id
            reservations.add(tx, job.plan_id, reservation, account_id=account_id, now=now)
            plans.move(tx, job.plan_id, PlanState.BOOKED)
            plan = plans.get(tx, job.plan_id)
            facts.plan_booked(tx, plan, reservation, now=now)
            circle.table_is_got(tx, plan, facts, now=now)
        case NothingYet(again_at=again_at):
            jobs.snooze(tx, job.id, job.fence, again_at, now)
            _stand(tx, job.plan_id, PlanState.ARMED, facts, now)
        case NeedsGuest():
            due_at = max(job.until, now + GUEST_HAS)
            jobs.move(tx, job.id, job.fence, JobState.NEEDS_GUEST, due_at=due_at, needs=outcome, now=now)
            plans.move(tx, job.plan_id, PlanState.NEEDS_GUEST)
            _need(tx, job, _asked_last(batch) or outcome.action, facts, now)
            _let_others_go(tx, job, now)
        case Unknown():
            jobs.move(tx, job.id, job.fence, JobState.UNSURE, now=now)
            _stand(tx, job.plan_id, PlanState.CHECKING, facts, now)
        case GaveUp(reason=reason):
            end = JobState.FAILED if reason.breakage else JobState.LOST
            jobs.move(tx, job.id, job.fence, end, reason=reason, now=now)
            plans.move(tx, job.plan_id, PlanState.LOST)
            facts.plan_lost(tx, plans.get(tx, job.plan_id), now=now)
            _let_others_go(tx, job, now)
        case _:
            assert_never(outcome)
    _ask_dead_accounts(tx, job, batch, facts, now)


def break_off(tx: Connection, job: Job, batch: Sequence[Step], facts: Facts, *, now: datetime) -> None:
    """The attempt ended in an error: leave the job as if its worker had died, for a little later."""
    steps.append(tx, job.id, batch)
    pause = _PAUSE_AFTER_BREAKING_OFF * job.attempts
    left_in = job_leases.give_back(tx, job.id, job.fence, due_at=now + pause, now=now)
    if left_in is JobState.UNSURE:
        _stand(tx, job.plan_id, PlanState.CHECKING, facts, now)


def hand_back(
    tx: Connection, owner: str, kept: Sequence[tuple[Job, Sequence[Step]]], *, now: datetime
) -> None:
    """A worker stops: its jobs are anybody's again."""
    for job, batch in kept:
        steps.append(tx, job.id, batch)
    job_leases.release_all(tx, owner, now)


def _asked_last(batch: Sequence[Step]) -> GuestAction | None:
    """What the platform wanted of the account that was asked last: the outcome may be the first one's."""
    asked = [step.detail.get("action") for step in batch if step.kind is StepKind.NEEDS_GUEST]
    return GuestAction(str(asked[-1])) if asked and asked[-1] else None


def _need(tx: Connection, job: Job, action: GuestAction, facts: Facts, now: datetime) -> None:
    plan = plans.get(tx, job.plan_id)
    account_id = jobs.get(tx, job.id).account_id or next(iter(plan.accounts), None)
    guest_id = _owner(tx, plan, account_id)
    facts.guest_needed(tx, plan, action, guest_id=guest_id, account_id=account_id, now=now)


def _ask_dead_accounts(tx: Connection, job: Job, batch: Sequence[Step], facts: Facts, now: datetime) -> None:
    """Whose account was of no use in the second is told so, though another's stood by."""
    plan = plans.get(tx, job.plan_id)
    action = ""
    for step in batch:
        if step.kind is StepKind.NEEDS_GUEST:
            action = str(step.detail.get("action", ""))
        if step.kind is StepKind.HANDED_OVER:
            account_id = int(step.detail["from_account"])
            no_card = action == GuestAction.ADD_CARD.value
            facts.ask_to_mend(
                tx,
                _owner(tx, plan, account_id),
                plan_id=plan.id,
                account_id=account_id,
                trouble=Trouble.NO_CARD if no_card else Trouble.SIGN_IN,
                now=now,
            )


def _owner(tx: Connection, plan: Plan, account_id: int | None) -> int:
    """Who sees to an account: its guest, else the organiser."""
    booker = None if account_id is None else plans.booker(tx, account_id)
    return plan.organiser_id if booker is None else booker.guest_id


def _let_others_go(tx: Connection, job: Job, now: datetime) -> None:
    circle.follow(tx, plans.of_circle(tx, plans.get(tx, job.plan_id)), now=now)


def _stand(tx: Connection, plan_id: str, state: PlanState, facts: Facts, now: datetime) -> None:
    if plans.get(tx, plan_id).state is not state:
        plans.move(tx, plan_id, state)
        facts.plan_changed(tx, plan_id, now=now)
