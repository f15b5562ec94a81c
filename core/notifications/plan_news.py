"""What becomes of plans and their tables, told to their people."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.guest import Guest
from core.domain.news import (
    DropReported,
    PlanBooked,
    PlanLost,
    PlanTroubled,
    TableReleased,
    TableUnlisted,
    Trouble,
)
from core.domain.plan import Plan
from core.domain.reservation import Reservation
from core.notifications.cards import draw
from core.notifications.news import bulletin, tell_hosts, tell_organiser, tell_plan
from core.notifications.reminders import forget_reminders, remind, remind_chat
from core.notifications.topics import NEWS
from core.persistence import chats, dialogues, jobs, outbox

REPORT_AFTER = timedelta(seconds=12)
"""The result has been read by then, and whoever else waited for the same drop is through."""


def plan_changed(tx: Connection, plan_id: str, *, now: datetime, urgent: bool = False) -> None:
    """Have the plan's card drawn again, and every other card of it that people can see."""
    for row in dialogues.of_plan(tx, plan_id):
        if row.open and (row.flow == "plan" or row.message_id is not None):
            draw(tx, row, now=now, urgent=urgent)


def plan_booked(tx: Connection, plan: Plan, reservation: Reservation, *, now: datetime) -> None:
    """Tell the chat and, by DM, those who want it; plan the reminders."""
    dialogues.end_changes(tx, plan.id)
    plan_changed(tx, plan.id, now=now, urgent=True)
    tell_plan(tx, plan, PlanBooked(plan_id=plan.id), stem=f"booked:{reservation.id}", now=now)
    _report_drop(tx, plan, now=now)
    remind_chat(tx, plan, reservation, now=now)
    for guest_id in sorted(plan.people):
        remind(tx, plan, reservation, guest_id, now=now)


def plan_lost(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """Tell what was tried and what can be done next."""
    plan_changed(tx, plan.id, now=now, urgent=True)
    tell_plan(tx, plan, PlanLost(plan_id=plan.id), stem=f"lost:{plan.id}:{now.timestamp():.0f}", now=now)
    _report_drop(tx, plan, now=now)


def plan_troubled(tx: Connection, plan: Plan, trouble: str, *, about: str = "", now: datetime) -> None:
    """Tell the organiser, ahead of the drop, of something that may spoil it (a `Trouble`).

    A clock is for the hosts to set: they are told, and nobody else.
    """
    plan_changed(tx, plan.id, now=now)
    news = PlanTroubled(plan_id=plan.id, trouble=trouble, about=about)
    stem = f"trouble:{plan.id}:{trouble}:{now.timestamp():.0f}"
    if trouble == Trouble.CLOCK_OFF:
        tell_hosts(tx, news, stem=stem, now=now)
    else:
        tell_organiser(tx, plan, news, stem=stem, now=now)


def table_released(tx: Connection, plan: Plan, reservation_id: int, *, by: Guest, now: datetime) -> None:
    """Tell everyone in the plan that the table was given back, and take back its reminders."""
    forget_reminders(tx, plan.id)
    plan_changed(tx, plan.id, now=now, urgent=True)
    news = TableReleased(plan_id=plan.id, by=by.name)
    tell_plan(tx, plan, news, stem=f"released:{reservation_id}", now=now)


def table_unlisted(tx: Connection, plan: Plan, reservation_id: int, *, now: datetime) -> None:
    """Tell everyone in the plan that the platform's list does not have their table; twice is once."""
    tell_plan(tx, plan, TableUnlisted(plan_id=plan.id), stem=f"unlisted:{reservation_id}", now=now)


def _report_drop(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """Have the plan's chat told how its drop went, after the result and in nobody's way."""
    job = next(reversed(jobs.of_plan(tx, plan.id)), None)
    if (
        job is None
        or job.drop_at is None
        or now < job.drop_at
        or chats.get(tx, plan.chat_id).dead_at is not None
    ):
        return
    outbox.put(
        tx,
        key=f"report:{job.id}:chat",
        chat_id=plan.chat_id,
        thread_id=plan.thread_id,
        topic=NEWS,
        subject=bulletin(DropReported(plan_id=plan.id, job_id=job.id)),
        now=now,
        due_at=now + REPORT_AFTER,
    )
