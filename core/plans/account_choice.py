"""Whose accounts book for a plan. Each is part of a transaction."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.account import Account, AccountState
from core.domain.booking import GuestAction
from core.domain.fact import PlanChanged
from core.domain.guest import Guest
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.errors import NotConnected, PlanBusy, PlanOver
from core.persistence import accounts, facts, jobs, plans

TRIES_ON = timedelta(minutes=1)
"""How long a plan that waited for its guest goes on trying at least."""


def newest_of(tx: Connection, guest_id: int, platform: str) -> Account | None:
    """The account that a guest connected last there and that opens."""
    opening = [one for one in accounts.of_guest(tx, guest_id, platform=platform) if _opens(one)]
    return opening[-1] if opening else None


def chosen_by(tx: Connection, guest: Guest, platform: str, account_id: int | None) -> tuple[int, ...]:
    """A guest's account to book with: the chosen one if it is theirs and opens, else the newest."""
    theirs = accounts.of_guest(tx, guest.id, platform=platform)
    if any(one.id == account_id and _opens(one) for one in theirs):
        assert account_id is not None
        return (account_id,)
    newest = newest_of(tx, guest.id, platform)
    return () if newest is None else (newest.id,)


def lend(tx: Connection, plan_id: str, guest: Guest, *, now: datetime) -> None:
    """A friend's account stands by for the plan. Raises `NotConnected` for one who has none, `PlanOver`."""
    plan = plans.get(tx, plan_id)
    if plan.state.over:
        raise PlanOver(plan_id)
    platform = plan.wish.venue.platform
    account = newest_of(tx, guest.id, platform)
    if account is None:
        raise NotConnected(platform)
    if account.id not in in_use(tx, plan):
        add(tx, plan, account, now=now)
        resume(tx, plan_id, now=now)


def add(tx: Connection, plan: Plan, account: Account, *, now: datetime) -> None:
    """Book the plan with the account, too: the organiser's is used before the friends'."""
    others = [each for each in in_use(tx, plan) if each != account.id]
    first = account.guest_id == plan.organiser_id
    plans.set_accounts(tx, plan.id, [account.id, *others] if first else [*others, account.id])
    facts.record(tx, PlanChanged(plan_id=plan.id), now=now)


def take_back(
    tx: Connection, plan_id: str, guest: Guest, *, even_the_last: bool = False, now: datetime
) -> bool:
    """The plan is not booked with a guest's account any more; False when it is the only one, and stays.

    Raises `PlanBusy` in the very second.
    """
    plan = plans.get(tx, plan_id)
    present = in_use(tx, plan)
    left = [each for each in present if accounts.get(tx, each).guest_id != guest.id]
    if not left and present and not even_the_last:
        return False
    if len(left) < len(present):
        jobs.recall(tx, plan_id, now)
        plans.set_accounts(tx, plan_id, left)
        facts.record(tx, PlanChanged(plan_id=plan_id), now=now)
    return True


def put_first(tx: Connection, plan: Plan, first: tuple[int, ...], *, of: int) -> None:
    """Put these of the guest `of` before the accounts of others that stand by for the plan."""
    platform = plan.wish.venue.platform
    others = [
        each
        for each in plan.accounts
        if (known := accounts.get(tx, each)).guest_id != of and known.platform == platform
    ]
    plans.set_accounts(tx, plan.id, (*first, *others))


def in_use(tx: Connection, plan: Plan) -> tuple[int, ...]:
    """The accounts chosen for the plan, or the one that it is booked with as long as none is."""
    unchosen = (booker.account_id for booker in plans.bookers(tx, plan))
    return plan.accounts or tuple(each for each in unchosen if each is not None)


def resume(tx: Connection, plan_id: str, *, now: datetime) -> bool:
    """What a plan is booked with has changed: a job that waits for it goes on, one that is in hand begins anew.

    False when none waited for it.
    """
    job = jobs.live_of(tx, plan_id)
    wants_terms = job is not None and job.needs is not None and job.needs.action is GuestAction.ACCEPT_TERMS
    if not wants_terms and jobs.resume(tx, plan_id, now, until=now + TRIES_ON):
        plans.move(tx, plan_id, PlanState.ARMED)
        return True
    with suppress(PlanBusy):  # a call is out: what comes of it counts
        jobs.recall(tx, plan_id, now)
    return False


def mended(tx: Connection, plan_id: str, *, now: datetime) -> bool:
    """A guest has seen to what the plan waits for, or might: it goes on. False when it did not wait.

    Where no account of the plan is of use, its organiser's newest is used.
    """
    plan = plans.get(tx, plan_id)
    if plan.state.over:
        return False
    if plan.accounts and not plans.bookers(tx, plan):
        newest = newest_of(tx, plan.organiser_id, plan.wish.venue.platform)
        if newest is not None:
            plans.set_accounts(tx, plan_id, (newest.id, *plan.accounts))
    waited = resume(tx, plan_id, now=now)
    facts.record(tx, PlanChanged(plan_id=plan_id), now=now)
    return waited


def _opens(account: Account) -> bool:
    return account.state is AccountState.CONNECTED
