"""Whose plan it is: who decides about it, and who comes along."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection

from core.domain.fact import FriendJoined, FriendLeft, PlanHandedOver
from core.domain.guest import Guest
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.errors import NotYours, PlanBusy
from core.persistence import facts, jobs, plans
from core.plans import account_choice
from core.plans.circle import follow, no_rival


def decided_by(tx: Connection, plan_id: str, by: Guest) -> Plan:
    """The plan, for the one who may decide about it. Raises `NotYours`, `PlanOver` for one that is forgotten."""
    plan = plans.get(tx, plan_id)
    if by.id != plan.organiser_id and not by.is_admin:
        raise NotYours
    return plan


def hand_over(tx: Connection, plan_id: str, *, by: Guest, to: int, now: datetime) -> None:
    """Make another friend of the plan its organiser. Not in the second of booking: the name is on the call.

    Whose word there is for it stands, and nobody's is taken for granted: an account of theirs, and their name, are
    used when they say so. What the chat shows of the plan is the caller's to hand over, too.
    """
    plan = decided_by(tx, plan_id, by)
    if plan.state in {PlanState.TRYING, PlanState.CHECKING}:
        raise PlanBusy(plan_id)
    if to not in plan.friends:
        raise NotYours
    no_rival(tx, to, plan)
    jobs.recall(tx, plan_id, now)
    plans.set_organiser(tx, plan_id, to)
    facts.record(tx, PlanHandedOver(plan_id=plan_id, guest_id=to), now=now)


def join(tx: Connection, plan_id: str, guest: Guest, *, coming: bool, now: datetime) -> None:
    """Write down whether a friend comes along. Who does not come lends no account either."""
    before = plans.get(tx, plan_id)
    circle = () if coming else plans.of_circle(tx, before)
    plans.set_coming(tx, plan_id, guest.id, coming=coming)
    if not coming and not before.state.over and guest.id != before.organiser_id:
        with suppress(PlanBusy):  # a call may be out with it: what comes of it counts
            account_choice.take_back(tx, plan_id, guest, even_the_last=True, now=now)
    follow(tx, circle, now=now)
    kind = FriendJoined if coming else FriendLeft
    facts.record(tx, kind(plan_id=plan_id, guest_id=guest.id), now=now)
