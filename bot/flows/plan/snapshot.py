"""A plan as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.domain.account import Account
from core.domain.guest import Guest
from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.outcome import Reason
from core.domain.plan import Plan
from core.domain.terms import Terms
from core.jobs.reconcile import called_at
from core.jobs.steps import Timeline, timeline
from core.persistence import accounts, guests, jobs, mandates, plans, reservations, steps
from core.persistence.reservations import Kept
from core.plans import account_choice, circle
from core.plans.terms_acceptance import payer_of, terms_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfSight:
    """A table that there may be: whose account was called with, when, and can't be asked what came of it."""

    guest: Guest
    called_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a plan's card is drawn from.

    `given_back`: it held a table once, and no longer does. `lent` are the accounts that book, in order of use, each
    with its guest; `asked_again` are guests in whose name it is not booked before they say so. `first` is the plan of
    the same circle that goes before this one, with its organiser. `asked` are terms to be accepted, by `payer`.
    `booked_with` is whose account holds the table, `in_name_of` the name to give at the door, and `out_of_sight` the
    account that may hold one: of this plan, or where another goes first, `first_out_of_sight` of that one.
    """

    plan: Plan
    organiser: Guest
    coming: Sequence[Guest]
    job: Job | None
    kept: Kept | None
    given_back: bool
    story: Timeline
    lent: Sequence[tuple[Account, Guest]] = ()
    asked_again: Sequence[Guest] = ()
    first: tuple[Plan, Guest] | None = None
    asked: Terms | None = None
    payer: Guest
    booked_with: str | None = None
    in_name_of: str = ""
    out_of_sight: OutOfSight | None = None
    first_out_of_sight: OutOfSight | None = None

    @property
    def details_gone(self) -> bool:
        """Whether there were attempts, of which no step is kept any more."""
        return self.job is not None and self.job.attempts > 0 and not self.story.steps

    @property
    def others(self) -> Sequence[Guest]:
        """Who comes, but for the organiser."""
        return [guest for guest in self.coming if guest.id != self.plan.organiser_id]


def snapshot(tx: Connection, plan_id: str) -> Snapshot:
    """The plan with its newest job, read in one transaction."""
    plan = plans.get(tx, plan_id)
    job = max(jobs.of_plan(tx, plan_id), key=lambda job: job.id, default=None)
    kept = reservations.live_of_plan(tx, plan_id)
    first = None if plan.state.over else circle.first_of(tx, plan)
    booking = [accounts.get(tx, each) for each in account_choice.in_use(tx, plan)]
    return Snapshot(
        plan=plan,
        organiser=guests.get(tx, plan.organiser_id),
        coming=[guests.get(tx, guest_id) for guest_id in plan.friends],
        job=job,
        kept=kept,
        given_back=kept is None and reservations.any_of_plan(tx, plan_id),
        story=timeline(steps.of_job(tx, job.id) if job is not None else ()),
        asked_again=_asked_again(tx, plan),
        lent=[(account, guests.get(tx, account.guest_id)) for account in booking],
        first=None if first is None else (first, guests.get(tx, first.organiser_id)),
        asked=terms_asked(job),
        payer=guests.get(tx, payer_of(tx, plan_id, job)),
        booked_with=None if kept is None or kept.account_id is None else _owner(tx, kept.account_id).name,
        in_name_of="" if kept is None else _name_on(tx, kept),
        out_of_sight=_out_of_sight(tx, job),
        first_out_of_sight=None if first is None else _out_of_sight(tx, jobs.live_of(tx, first.id)),
    )


def _asked_again(tx: Connection, plan: Plan) -> Sequence[Guest]:
    said = mandates.of_plan(tx, plan.id)
    unsaid = [one.guest_id for one in said if not (one.stands and one.scope.covers(plan.wish))]
    return [guests.get(tx, each) for each in dict.fromkeys(unsaid)]


def _name_on(tx: Connection, kept: Kept) -> str:
    """As the account has it or, where a platform has none, the guest whose name was given."""
    account = None if kept.account_id is None else accounts.find(tx, kept.account_id)
    if account is not None and account.holder:
        return account.holder
    guest = guests.find(tx, kept.booker_id)
    return "" if guest is None else guest.name


def _owner(tx: Connection, account_id: int) -> Guest:
    return guests.get(tx, accounts.get(tx, account_id).guest_id)


def _out_of_sight(tx: Connection, job: Job | None) -> OutOfSight | None:
    if job is None or job.account_id is None:
        return None
    rests = job.state is JobState.UNSURE and job.needs is not None
    if not rests and job.reason is not Reason.LOCKED_OUT:
        return None
    called = called_at(steps.of_job(tx, job.id))
    return OutOfSight(guest=_owner(tx, job.account_id), called_at=called or job.created_at)
