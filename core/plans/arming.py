"""What guests do with plans: arm, change, watch, cancel, hand over. Each is one transaction."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from core import notifications
from core.domain.drop import instant_of
from core.domain.guest import Guest
from core.domain.job import due_of_drop
from core.domain.job_state import Strategy
from core.domain.news import Trouble
from core.domain.plan import Plan, PlanState, Wish
from core.domain.venue import Venue
from core.errors import AlreadyPlanned, NotConnected, NotYours, PlanBusy, PlanOver, TooManyPlans
from core.persistence import dialogues, jobs, plans, reservations
from core.plans import account_choice
from core.plans.circle import follow

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
    chat_id: int,
    thread_id: str | None,
    venue: Venue,
    wish: Wish,
    watching: bool,
    account_ids: Sequence[int] | None = None,
    now: datetime,
) -> Plan:
    """Keep a new plan and the job that gets it.

    `account_ids` are the organiser's accounts to book with, and None where the platform has none. Raises
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
    _only_one(tx, plan)
    plans.add(tx, plan)
    strategy = _schedule(tx, plan_id, venue, wish, watching=watching, now=now)
    if account_ids is not None and not account_ids:
        if strategy is Strategy.NOW:
            raise NotConnected(venue.ref.platform)
        notifications.ask_to_mend(
            tx, organiser.id, plan_id=plan_id, account_id=None, trouble=Trouble.NOT_CONNECTED, now=now
        )
    return plan


def decided_by(tx: Connection, plan_id: str, by: Guest) -> Plan:
    """The plan, for the one who may decide about it. Raises `NotYours`, `PlanOver` for one that is forgotten."""
    plan = plans.get(tx, plan_id)
    if by.id != plan.organiser_id and not by.is_admin:
        raise NotYours
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
    now: datetime,
) -> None:
    """Want something else. Raises `PlanOver` for a booked or cancelled plan, `PlanBusy` in the very second.

    `account_ids` as in `arm`; accounts of friends stand by as before.
    """
    plan = decided_by(tx, plan_id, by)
    if plan.state in {PlanState.BOOKED, PlanState.CANCELLED}:
        raise PlanOver(plan_id)
    _only_one(tx, replace(plan, wish=wish))
    circle = plans.of_circle(tx, plan)
    jobs.cancel(tx, plan_id, now)
    plans.set_wish(tx, plan_id, wish, venue)
    plans.set_state(tx, plan_id, PlanState.ARMED, now)
    account_choice.rearrange(tx, plans.get(tx, plan_id), tuple(account_ids or ()), of=plan.organiser_id)
    strategy = _schedule(tx, plan_id, venue, wish, watching=watching, now=now)
    if strategy is Strategy.NOW and account_ids is not None and not plans.bookers(tx, plans.get(tx, plan_id)):
        raise NotConnected(venue.ref.platform)
    follow(tx, circle, now=now)
    notifications.plan_changed(tx, plan_id, now=now)


def watch(tx: Connection, plan_id: str, *, by: Guest, now: datetime) -> datetime:
    """Look for a cancellation from now on; returns until when. Raises `PlanOver` when it is too late for that."""
    plan = decided_by(tx, plan_id, by)
    until = watch_until(plan.wish, plan.zone)
    if plan.state is not PlanState.LOST or until <= now:
        raise PlanOver(plan_id)
    _only_one(tx, plan)
    _not_too_many(tx, plan.organiser_id)
    plans.set_state(tx, plan_id, PlanState.ARMED, now)
    jobs.add(tx, plan_id=plan_id, strategy=Strategy.WATCH, due_at=now, drop_at=None, until=until, now=now)
    notifications.plan_changed(tx, plan_id, now=now)
    return until


def cancel(tx: Connection, plan_id: str, *, by: Guest, now: datetime) -> None:
    """Give the plan up. A plan that holds a table is not cancelled but its table released: `PlanOver`."""
    plan = decided_by(tx, plan_id, by)
    if plan.state in {PlanState.BOOKED, PlanState.CANCELLED}:
        raise PlanOver(plan_id)
    jobs.cancel(tx, plan_id, now)
    plans.set_state(tx, plan_id, PlanState.CANCELLED, now)
    follow(tx, plans.of_circle(tx, plan), now=now)
    notifications.plan_changed(tx, plan_id, now=now)


def hand_over(tx: Connection, plan_id: str, *, by: Guest, to: int, now: datetime) -> None:
    """Make another friend of the plan its organiser. Not in the second of booking: the name is on the call.

    Their account, if they have one, is used from then on; the one before stands by while its guest still comes.
    """
    plan = decided_by(tx, plan_id, by)
    if plan.state in {PlanState.TRYING, PlanState.CHECKING}:
        raise PlanBusy(plan_id)
    if to not in plan.friends:
        raise NotYours
    _no_rival(tx, to, plan)
    jobs.recall(tx, plan_id, now)
    present = account_choice.in_use(tx, plan)
    plans.set_organiser(tx, plan_id, to)
    theirs = account_choice.newest_of(tx, to, plan.wish.venue.platform)
    plan = replace(plan, accounts=present)
    account_choice.rearrange(tx, plan, () if theirs is None else (theirs.id,), of=to)
    dialogues.set_owner(tx, plan_id, to)
    notifications.plan_changed(tx, plan_id, now=now)


def join(tx: Connection, plan_id: str, guest: Guest, *, coming: bool, now: datetime) -> None:
    """Write down whether a friend comes along, and remind only who does, or who organises.

    Who does not come lends no account either.
    """
    before = plans.get(tx, plan_id)
    circle = () if coming else plans.of_circle(tx, before)
    plans.set_coming(tx, plan_id, guest.id, coming=coming)
    if not coming and not before.state.over and guest.id != before.organiser_id:
        with suppress(PlanBusy):  # a call may be out with it: what comes of it counts
            account_choice.take_back(tx, plan_id, guest, even_the_last=True, now=now)
    follow(tx, circle, now=now)
    plan, kept = plans.get(tx, plan_id), reservations.live_of_plan(tx, plan_id)
    if kept is not None and coming:
        notifications.remind(tx, plan, kept.reservation, guest.id, now=now)
    elif guest.id != plan.organiser_id:
        notifications.remind_no_more(tx, plan, guest.id)
    notifications.plan_changed(tx, plan_id, now=now)


def released(tx: Connection, kept: reservations.Kept, *, by: Guest, now: datetime) -> None:
    """Write down that the platform has taken a table back, and tell everyone; a second telling changes nothing."""
    present = reservations.live_of_plan(tx, kept.plan_id)
    if present is None or present.id != kept.id:
        return
    plan = plans.get(tx, kept.plan_id)
    reservations.cancelled(tx, kept.id)
    plans.set_state(tx, plan.id, PlanState.CANCELLED, now)
    notifications.table_released(tx, plan, kept.id, by=by, now=now)


def mended(tx: Connection, plan_id: str, *, now: datetime) -> bool:
    """A guest has seen to what the plan waits for, or might: it goes on. False when it did not wait.

    Where no account of the plan is of use, its organiser's newest is used.
    """
    plan = plans.get(tx, plan_id)
    if plan.state.over:
        return False
    if plan.accounts and not plans.bookers(tx, plan):
        newest = account_choice.newest_of(tx, plan.organiser_id, plan.wish.venue.platform)
        if newest is not None:
            plans.set_accounts(tx, plan_id, (newest.id, *plan.accounts))
    waited = account_choice.take_up_again(tx, plan_id, now=now)
    notifications.plan_changed(tx, plan_id, now=now)
    return waited


def watch_until(wish: Wish, zone: str) -> datetime:
    """When watching for a cancellation ends: two hours before the earliest wanted time."""
    return instant_of(wish.on, min(wish.times), ZoneInfo(zone)) - WATCH_STOPS_BEFORE


def _schedule(
    tx: Connection, plan_id: str, venue: Venue, wish: Wish, *, watching: bool, now: datetime
) -> Strategy:
    drop = venue.drop
    if drop is not None and not drop.released(wish.on, now):
        at = drop.drop_of(wish.on)
        due_at, strategy = due_of_drop(at, now, plan_id=plan_id), Strategy.DROP
        until = at + drop.window + DROP_WINDOW
        jobs.add(tx, plan_id=plan_id, strategy=strategy, due_at=due_at, drop_at=at, until=until, now=now)
    elif watching:
        until, strategy = watch_until(wish, venue.zone), Strategy.WATCH
        jobs.add(tx, plan_id=plan_id, strategy=strategy, due_at=now, drop_at=None, until=until, now=now)
    else:
        until, strategy = now + NOW_WINDOW, Strategy.NOW
        jobs.add(tx, plan_id=plan_id, strategy=strategy, due_at=now, drop_at=None, until=until, now=now)
    return strategy


def _not_too_many(tx: Connection, organiser_id: int) -> None:
    if plans.live_count_of(tx, organiser_id) >= MOST_PLANS:
        raise TooManyPlans(MOST_PLANS)


def _only_one(tx: Connection, plan: Plan) -> None:
    """A party has one plan for a venue and day, and one table among friends is enough."""
    _no_rival(tx, plan.organiser_id, plan)
    for other in plans.of_circle(tx, plan):
        if other.state is PlanState.BOOKED:
            raise AlreadyPlanned(other.id)


def _no_rival(tx: Connection, organiser_id: int, plan: Plan) -> None:
    for rival in plans.rivals(tx, organiser_id, plan.wish.venue, plan.wish.on):
        if rival.id != plan.id:
            raise AlreadyPlanned(rival.id)
