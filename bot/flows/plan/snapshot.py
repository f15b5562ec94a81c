"""A plan as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.domain.account import Account
from core.domain.guest import Guest
from core.domain.job import Job
from core.domain.plan import Plan
from core.domain.terms import Terms
from core.jobs.steps import Timeline, timeline
from core.persistence import accounts, guests, jobs, plans, reservations, steps
from core.persistence.reservations import Kept
from core.plans import account_choice, circle
from core.plans.terms_acceptance import payer_of, terms_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a plan's card is drawn from.

    `given_back`: it held a table once, and no longer does. `lent` are the accounts that book, in order of use, each
    with its guest. `first` is the plan of the same circle that goes before this one, with its organiser. `asked` are
    terms to be accepted, by `payer`. `booked_with` is whose account holds the table.
    """

    plan: Plan
    organiser: Guest
    coming: Sequence[Guest]
    job: Job | None
    kept: Kept | None
    given_back: bool
    story: Timeline
    lent: Sequence[tuple[Account, Guest]] = ()
    first: tuple[Plan, Guest] | None = None
    asked: Terms | None = None
    payer: Guest
    booked_with: str | None = None

    @property
    def others(self) -> Sequence[Guest]:
        """Who comes, but for the organiser."""
        return [guest for guest in self.coming if guest.id != self.plan.organiser_id]


def snapshot(tx: Connection, plan_id: str) -> Snapshot:
    """The plan with its newest job, read in one transaction."""
    plan = plans.get(tx, plan_id)
    job = max(jobs.of_plan(tx, plan_id), key=lambda job: job.id, default=None)
    kept = reservations.live_of_plan(tx, plan_id)
    booking = [accounts.get(tx, each) for each in account_choice.in_use(tx, plan)]
    return Snapshot(
        plan=plan,
        organiser=guests.get(tx, plan.organiser_id),
        coming=[guests.get(tx, guest_id) for guest_id in plan.friends],
        job=job,
        kept=kept,
        given_back=kept is None and reservations.any_of_plan(tx, plan_id),
        story=timeline(steps.of_job(tx, job.id) if job is not None else ()),
        lent=[(account, guests.get(tx, account.guest_id)) for account in booking],
        first=None if plan.state.over else _first(tx, plan),
        asked=terms_asked(job),
        payer=guests.get(tx, payer_of(tx, plan_id, job)),
        booked_with=None if kept is None or kept.account_id is None else _owner(tx, kept.account_id),
    )


def _owner(tx: Connection, account_id: int) -> str:
    return guests.get(tx, accounts.get(tx, account_id).guest_id).name


def _first(tx: Connection, plan: Plan) -> tuple[Plan, Guest] | None:
    first = circle.first_of(tx, plan)
    return None if first is None else (first, guests.get(tx, first.organiser_id))
