"""Whose accounts book for a plan, and on whose word. Each is part of a transaction."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.account import Account, AccountState
from core.domain.booking import GuestAction
from core.domain.fact import AccountLent, MandateWithdrawn, PlanChanged
from core.domain.guest import Guest
from core.domain.mandate import MandateScope
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.terms import Ceiling
from core.domain.usual_limit import usual_ceiling
from core.errors import NotConnected, PlanBusy, PlanOver
from core.persistence import accounts, facts, guests, jobs, mandates, plans

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


def lend(tx: Connection, plan_id: str, guest: Guest, *, wish: Wish | None = None, now: datetime) -> None:
    """A guest's account books for the plan, up to what they let a table cost: for the `wish` that they saw, whatever it
    wants by now, or for what it wants.

    Raises `NotConnected` for one who has none, `PlanOver`.
    """
    plan = plans.get(tx, plan_id)
    if plan.state.over:
        raise PlanOver(plan_id)
    platform = plan.wish.venue.platform
    account = newest_of(tx, guest.id, platform)
    if account is None:
        raise NotConnected(platform)
    add(tx, plan if wish is None else replace(plan, wish=wish), account, now=now)
    resume(tx, plan_id, now=now)


def add(tx: Connection, plan: Plan, account: Account, *, now: datetime) -> None:
    """Its guest lets the plan be booked with the account, too: the organiser's is used before the friends'."""
    organises = account.guest_id == plan.organiser_id
    mandates.give(
        tx,
        plan.id,
        guest_id=account.guest_id,
        account_id=account.id,
        scope=MandateScope.of(plan.wish),
        ceiling=_ceiling_of(tx, plan, account.guest_id),
        until=plan.wish.first_at(plan.zone),
        first=organises,
        now=now,
    )
    if not organises:
        lent = AccountLent(plan_id=plan.id, guest_id=account.guest_id, account_id=account.id)
        facts.record(tx, lent, now=now)
    facts.record(tx, PlanChanged(plan_id=plan.id), now=now)


def take_back(
    tx: Connection, plan_id: str, guest: Guest, *, even_the_last: bool = False, now: datetime
) -> bool:
    """The plan is not booked with a guest's account any more; False when it is the only one, and stays.

    Raises `PlanBusy` in the very second.
    """
    given = [one for one in mandates.of_plan(tx, plan_id) if one.account_id is not None]
    theirs = [one for one in given if one.guest_id == guest.id]
    if len(theirs) == len(given) and given and not even_the_last:
        return False
    if theirs:
        jobs.recall(tx, plan_id, now)
        for one in theirs:
            mandates.take_back(tx, one)
        facts.record(tx, PlanChanged(plan_id=plan_id), now=now)
    return True


def changed(
    tx: Connection,
    plan: Plan,
    *,
    by: Guest,
    account_ids: Sequence[int] | None,
    ceiling: Ceiling,
    now: datetime,
) -> None:
    """The plan wants something else now. Whoever changed it says so of their own account, or of none yet where they
    organise it (`account_ids` as in `arming.arm`). Every other word stands as far as it covers that, and no further:
    its guest is asked again.
    """
    platform, chosen = plan.wish.venue.platform, tuple(account_ids or ()) or (None,)
    for given in mandates.of_plan(tx, plan.id):
        account = None if given.account_id is None else accounts.find(tx, given.account_id)
        elsewhere = account is not None and account.platform != platform
        if elsewhere or (given.guest_id == by.id == plan.organiser_id and given.account_id not in chosen):
            mandates.take_back(tx, given)
        elif given.guest_id != by.id and given.stands and not given.scope.covers(plan.wish):
            _withdraw(tx, given, now=now)
    if by.id == plan.organiser_id:
        for account_id in chosen:
            mandates.give(
                tx,
                plan.id,
                guest_id=by.id,
                account_id=account_id,
                scope=MandateScope.of(plan.wish),
                ceiling=ceiling,
                until=plan.wish.first_at(plan.zone),
                first=True,
                now=now,
            )


def say_again(tx: Connection, plan_id: str, guest: Guest, *, wish: Wish, now: datetime) -> None:
    """A guest who was asked again lets this wish of the plan be booked in their name, whatever it wants by now.

    Raises `PlanOver`.
    """
    plan = plans.get(tx, plan_id)
    if plan.state.over:
        raise PlanOver(plan_id)
    for given in mandates.of_plan(tx, plan_id):
        if given.guest_id == guest.id and not (given.stands and given.scope.covers(plan.wish)):
            mandates.give(
                tx,
                plan_id,
                guest_id=guest.id,
                account_id=given.account_id,
                scope=MandateScope.of(wish),
                ceiling=given.ceiling.alone,
                until=wish.first_at(plan.zone),
                now=now,
            )
    resume(tx, plan_id, now=now)
    facts.record(tx, PlanChanged(plan_id=plan_id), now=now)


def in_use(tx: Connection, plan: Plan) -> tuple[int, ...]:
    """The accounts that were spoken of for the plan, in order of use."""
    return plans.get(tx, plan.id).accounts


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

    Where no account of its organiser's is of use, the newest is that they connected.
    """
    plan = plans.get(tx, plan_id)
    if plan.state.over:
        return False
    if plan.accounts and not any(_opens(accounts.get(tx, each)) for each in plan.accounts):
        newest = newest_of(tx, plan.organiser_id, plan.wish.venue.platform)
        if newest is not None:
            add(tx, plan, newest, now=now)
    waited = resume(tx, plan_id, now=now)
    facts.record(tx, PlanChanged(plan_id=plan_id), now=now)
    return waited


def _withdraw(tx: Connection, given: mandates.Given, *, now: datetime) -> None:
    mandates.withdraw(tx, given, now=now)
    asked = MandateWithdrawn(plan_id=given.plan_id, guest_id=given.guest_id, account_id=given.account_id)
    facts.record(tx, asked, now=now)


def _ceiling_of(tx: Connection, plan: Plan, guest_id: int) -> Ceiling:
    """What a guest said that this plan may cost them, else what they let a table cost as a rule."""
    said = [one.ceiling for one in mandates.of_plan(tx, plan.id) if one.guest_id == guest_id]
    return said[0] if said else usual_ceiling(guests.get(tx, guest_id).preferences, plan.zone)


def _opens(account: Account) -> bool:
    return account.state is AccountState.CONNECTED
