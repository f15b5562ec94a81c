"""What waited for an account, and goes on now that there is one that opens."""

from datetime import datetime

from sqlalchemy import Connection

from core.domain.account import Account
from core.domain.guest import Guest
from core.domain.plan import Plan
from core.errors import PlanOver
from core.persistence import accounts, plans
from core.plans import account_choice


def connected(
    tx: Connection, guest: Guest, account: Account, *, plan_id: str | None, lends: bool, now: datetime
) -> None:
    """Give the account to the plan it was connected for, and to the guest's own plans there that have none; have
    every plan that it books for go on.

    Who `lends` has tapped to lend it to that plan. Nobody else's than its organiser's is taken for lent: links that
    name a plan are made by anybody.
    """
    for plan in _in_want(tx, guest, account, plan_id, lends=lends):
        account_choice.add(tx, plan, account, now=now)
    for waiting in accounts.live_plans(tx, account.id):
        account_choice.mended(tx, waiting, now=now)


def _in_want(
    tx: Connection, guest: Guest, account: Account, plan_id: str | None, *, lends: bool
) -> list[Plan]:
    found = [
        plan for plan in plans.of_guest(tx, guest.id) if plan.organiser_id == guest.id and not plan.accounts
    ]
    if plan_id is not None and all(plan.id != plan_id for plan in found):
        try:
            asked = plans.get(tx, plan_id)
        except PlanOver:
            return found
        if not asked.state.over and (lends or guest.id == asked.organiser_id):
            found.append(asked)
    return [plan for plan in found if plan.wish.venue.platform == account.platform]
