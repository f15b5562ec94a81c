"""What stands in a plan's way, as it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.conversation.flow import Scene
from core.domain.account import Account, AccountState
from core.domain.booking import Booker
from core.domain.drop import instant_of
from core.domain.plan import Plan
from core.domain.reservation import Reservation
from core.domain.trouble import Trouble
from core.errors import FourtopError, PlanOver
from core.jobs.reconcile import called_at
from core.persistence import accounts, guests, jobs, plans, steps

_SOON = timedelta(days=10)
_AROUND = timedelta(hours=3)
"""Reservations of one account that are nearer to each other than this, platforms take for two meals at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledPlan:
    """A plan that something may spoil: `account` is the one that it is about, or the guest's own there if any.

    `unseen_since`: a call with it then may have got a table, and it can't be asked.
    """

    plan: Plan | None
    plan_over: bool
    account: Account | None
    name: str
    platform: str
    drop_at: datetime | None
    unseen_since: datetime | None = None


def troubled_plan(
    tx: Connection, plan_id: str | None, account_id: int | None, *, guest_id: int
) -> TroubledPlan:
    """Read in one transaction."""
    plan, over = None, False
    hanging = None if account_id is None else accounts.hangs_on(tx, account_id)
    plan_id = hanging or plan_id
    if plan_id is not None:
        try:
            plan = plans.get(tx, plan_id)
            over = plan.state.over
        except PlanOver:
            over = True
    platform = "" if plan is None else plan.wish.venue.platform
    account = None if account_id is None else accounts.find(tx, account_id)
    if hanging is None and (account is None or account.state is not AccountState.CONNECTED):
        theirs = accounts.of_guest(tx, guest_id, platform=platform or None)
        opens = [one for one in theirs if one.state is AccountState.CONNECTED]
        same = [one for one in opens if account is None or one.platform == account.platform]
        account = same[0] if same else account
    job = None if plan is None else jobs.live_of(tx, plan.id)
    return TroubledPlan(
        plan=plan,
        plan_over=over,
        account=account,
        name=guests.get(tx, guest_id).name,
        platform=platform or ("" if account is None else account.platform),
        drop_at=None if job is None else job.drop_at,
        unseen_since=None if hanging is None or job is None else called_at(steps.of_job(tx, job.id)),
    )


def is_over(trouble: str, there: TroubledPlan, *, now: datetime) -> bool:
    """Whether it was mended meanwhile, here or elsewhere. Of a conflict only the platform knows."""
    account = there.account
    if trouble == "":
        return True
    if there.unseen_since is not None:
        return False
    if account is None or account.state is not AccountState.CONNECTED:
        return False
    match trouble:
        case Trouble.SIGN_IN.value:
            return not ends_soon(account, now=now)
        case Trouble.NOT_CONNECTED.value:
            return True
        case Trouble.NO_CARD.value:
            return bool(account.cards)
        case _:
            return False


def ends_soon(account: Account, *, now: datetime) -> bool:
    """Whether it opens for a few days more, and nobody but its guest can change that."""
    ends_at = account.expires_at
    return not account.renewable and ends_at is not None and ends_at <= now + _SOON


async def in_the_way(scene: Scene, now: TroubledPlan) -> Sequence[tuple[Reservation, str]]:
    """The account's other reservations around the times that the plan wants, with the names of their venues as
    far as the platform tells. Raises what the platform raises.
    """
    plan, account = now.plan, now.account
    if plan is None or account is None:
        return ()
    platform = scene.world.platforms[plan.wish.venue.platform]
    booker = Booker(guest_id=account.guest_id, name=now.name, account_id=account.id)
    venue = await scene.ask(platform.venue, plan.wish.venue)
    wanted = [instant_of(plan.wish.on, at, venue.tz) for at in plan.wish.times]
    first, last = min(wanted) - _AROUND, max(wanted) + _AROUND
    found = [
        one
        for one in await platform.reservations(booker=booker)
        if first <= one.starts_at <= last and one.key != plan.id
    ]
    return [(one, await _name(scene, one)) for one in found]


async def _name(scene: Scene, reservation: Reservation) -> str:
    try:
        platform = scene.world.platforms[reservation.venue.platform]
        venue = await scene.ask(platform.venue, reservation.venue)
    except (FourtopError, KeyError):
        return ""
    return venue.name
