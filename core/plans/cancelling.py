"""Plans given up, and tables given back."""

from datetime import datetime

from sqlalchemy import Connection

from core.domain.fact import PlanCancelled, TableReleased
from core.domain.guest import Guest
from core.domain.plan_state import PlanState
from core.errors import PlanOver
from core.persistence import facts, jobs, plans, reservations
from core.plans.circle import follow
from core.plans.friends import decided_by


def cancel(tx: Connection, plan_id: str, *, by: Guest, now: datetime) -> None:
    """Give the plan up. A plan that holds a table is not cancelled but its table released: `PlanOver`."""
    decided_by(tx, plan_id, by)
    jobs.cancel(tx, plan_id, now)
    plan = plans.get(tx, plan_id)  # only now: until its job was called off, a worker could book
    if plan.state in {PlanState.BOOKED, PlanState.CANCELLED}:
        raise PlanOver(plan_id)
    plans.move(tx, plan_id, PlanState.CANCELLED)
    follow(tx, plans.of_circle(tx, plan), now=now)
    facts.record(tx, PlanCancelled(plan_id=plan_id), now=now)


def released(tx: Connection, kept: reservations.Kept, *, by: Guest, now: datetime) -> None:
    """Write down that the platform has taken a table back, and tell everyone; a second telling changes nothing."""
    present = reservations.live_of_plan(tx, kept.plan_id)
    if present is None or present.id != kept.id:
        return
    plan = plans.get(tx, kept.plan_id)
    reservations.cancelled(tx, kept.id)
    plans.move(tx, plan.id, PlanState.CANCELLED)
    facts.record(tx, TableReleased(plan_id=plan.id, reservation_id=kept.id, guest_id=by.id), now=now)
