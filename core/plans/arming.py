"""Plans armed: kept with the job that gets their table, anew after a change, or to watch for one given back."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.fact import MendNeeded, PlanArmed, PlanChanged, PlanMoved
from core.domain.guest import Guest
from core.domain.job import due_of_drop
from core.domain.job_state import Strategy
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.terms import ANY_LATE_FEE, Ceiling
from core.domain.trouble import Trouble
from core.domain.venue import Venue
from core.errors import IllegalTransition, NotConnected, PlanOver, TooManyPlans
from core.persistence import facts, jobs, mandates, plans
from core.plans import account_choice, circle
from core.plans.friends import decided_by

MOST_PLANS = 10
"""Plans of one organiser that may be under way at once: what friends eat, and no more than is polite."""

DROP_WINDOW = timedelta(minutes=3)
NOW_WINDOW = timedelta(minutes=1)
WATCH_STOPS_BEFORE = timedelta(hours=2)


def new_plan_id() -> str:
    """Random: it is also the key a platform may keep, where two databases must not meet."""
    return secrets.token_hex(8)


def arm(
    tx: Connection,
    *,
    plan_id: str,
    organiser: Guest,
    chat_id: int | None,
    thread_id: str | None,
    venue: Venue,
    wish: Wish,
    watching: bool,
    account_ids: Sequence[int] | None = None,
    ceiling: Ceiling = ANY_LATE_FEE,
    now: datetime,
) -> Plan:
    """Keep a new plan and the job that gets it. One without a chat is told of to its people, each in private.

    `account_ids` are the organiser's accounts to book with, and None where the platform has none; `ceiling` is what
    it may cost them. Raises
    `AlreadyPlanned`: one table per party and day; `TooManyPlans`; and `NotConnected` when it is to be booked at
    once without an account. Until a later drop one can be connected: the organiser is asked to.
    """
    _not_too_many(tx, organiser.id)
    plan = Plan(
        id=plan_id,
        organiser_id=organiser.id,
        chat_id=chat_id,
        thread_id=thread_id,
        wish=wish,
        venue_name=venue.name,
        zone=venue.zone,
        state=PlanState.ARMED,
        created_at=now,
        friends=(organiser.id,),
        accounts=tuple(account_ids or ()),
    )
    circle.only_one(tx, plan)
    plans.add(tx, plan, ceiling=ceiling)
    strategy = _schedule(tx, plan_id, venue, wish, watching=watching, now=now)
    facts.record(tx, PlanArmed(plan_id=plan_id), now=now)
    if account_ids is not None and not account_ids:
        if strategy is Strategy.NOW:
            raise NotConnected(venue.ref.platform)
        missing = MendNeeded(
            guest_id=organiser.id, trouble=Trouble.NOT_CONNECTED, account_id=None, plan_id=plan_id
        )
        facts.record(tx, missing, now=now)
    return plan


def change(
    tx: Connection,
    plan_id: str,
    *,
    by: Guest,
    venue: Venue,
    wish: Wish,
    watching: bool,
    account_ids: Sequence[int] | None = None,
    ceiling: Ceiling = ANY_LATE_FEE,
    now: datetime,
) -> None:
    """Want something else. Raises `PlanOver` for a booked or cancelled plan, `PlanBusy` in the very second.

    `account_ids` and `ceiling` are those of whoever changes it, as in `arm`: nobody speaks for another's account.
    """
    plan = decided_by(tx, plan_id, by)
    if plan.state in {PlanState.BOOKED, PlanState.CANCELLED}:
        raise PlanOver(plan_id)
    circle.only_one(tx, replace(plan, wish=wish))
    others = plans.of_circle(tx, plan)
    jobs.cancel(tx, plan_id, now)
    plans.set_wish(tx, plan_id, wish, venue)
    _rearm(tx, plan_id)
    changed = plans.get(tx, plan_id)
    account_choice.changed(tx, changed, by=by, account_ids=account_ids, ceiling=ceiling, now=now)
    strategy = _schedule(tx, plan_id, venue, wish, watching=watching, now=now)
    if (
        strategy is Strategy.NOW
        and account_ids is not None
        and not mandates.usable(tx, changed, own_accounts=True)
    ):
        raise NotConnected(venue.ref.platform)
    circle.follow(tx, others, now=now)
    facts.record(tx, PlanChanged(plan_id=plan_id), now=now)


def watch(tx: Connection, plan_id: str, *, by: Guest, now: datetime) -> datetime:
    """Look for a cancellation from now on; returns until when. Raises `PlanOver` when it is too late for that."""
    plan = decided_by(tx, plan_id, by)
    until = watch_until(plan.wish, plan.zone)
    if plan.state is not PlanState.LOST or until <= now:
        raise PlanOver(plan_id)
    circle.only_one(tx, plan)
    _not_too_many(tx, plan.organiser_id)
    _rearm(tx, plan_id)
    jobs.add(tx, plan_id=plan_id, strategy=Strategy.WATCH, due_at=now, until=until, now=now)
    facts.record(tx, PlanMoved(plan_id=plan_id, state=PlanState.ARMED), now=now)
    return until


def watch_until(wish: Wish, zone: str) -> datetime:
    """When watching for a cancellation ends: two hours before the earliest wanted time."""
    return wish.first_at(zone) - WATCH_STOPS_BEFORE


def _rearm(tx: Connection, plan_id: str) -> None:
    """Raises `PlanOver` for a plan that was booked or called off since it was read."""
    try:
        plans.move(tx, plan_id, PlanState.ARMED)
    except IllegalTransition:
        raise PlanOver(plan_id) from None


def _schedule(
    tx: Connection, plan_id: str, venue: Venue, wish: Wish, *, watching: bool, now: datetime
) -> Strategy:
    drop, drop_at, due_at = venue.drop, None, now
    if drop is not None and not drop.released(wish.on, now):
        drop_at = drop.drop_of(wish.on)
        due_at = due_of_drop(drop_at, now, plan_id=plan_id)
        strategy, until = Strategy.DROP, drop_at + drop.window + DROP_WINDOW
    elif watching:
        strategy, until = Strategy.WATCH, watch_until(wish, venue.zone)
    else:
        strategy, until = Strategy.NOW, now + NOW_WINDOW
    jobs.add(tx, plan_id=plan_id, strategy=strategy, due_at=due_at, drop_at=drop_at, until=until, now=now)
    return strategy


def _not_too_many(tx: Connection, organiser_id: int) -> None:
    if plans.live_count_of(tx, organiser_id) >= MOST_PLANS:
        raise TooManyPlans(MOST_PLANS)
