"""Reminders ahead of a table: cards that ask who is still coming, and private words outside quiet hours."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.flows.plan.reminder import ReminderFlow
from bot.notifications.guest_news import tell_guest
from bot.notifications.news import ReminderNews
from bot.outgoing import card_key, open_dialogue
from core.domain.guest import Preferences
from core.domain.plan import Plan
from core.domain.quiet_hours import awake
from core.domain.reservation import Reservation
from core.persistence import chats, dialogues, guests, outbox, plans, reservations

REMINDERS = (timedelta(hours=24), timedelta(hours=2))


def remind(tx: Connection, plan: Plan, reservation: Reservation, guest_id: int, *, now: datetime) -> None:
    """Plan the reminders of one guest by DM, outside their quiet hours; twice is once."""
    guest = guests.find(tx, guest_id)
    if guest is None or not guest.preferences.dm_reminders:
        return
    if guests.private_chat(tx, guest_id) == plan.chat_id:
        return
    for before in REMINDERS:
        at = reservation.starts_at - before
        due_at = awake(guest.preferences, at)
        if now < at and due_at < reservation.starts_at:
            key = _reminder_key(plan.id, before, guest_id)
            tell_guest(tx, guest_id, ReminderNews(plan_id=plan.id), key=key, now=now, due_at=due_at)


def remind_no_more(tx: Connection, plan: Plan, guest_id: int) -> None:
    """Take back the reminders of a guest who does not come."""
    for before in REMINDERS:
        outbox.withdraw(tx, key_prefix=_reminder_key(plan.id, before, guest_id))


def remind_instead(tx: Connection, gone_id: int, guest_id: int, *, now: datetime) -> None:
    """Two guests turned out to be one: what was planned for the one who is gone is planned for the one who remains."""
    for kept in reservations.upcoming_of(tx, guest_id, now):
        plan = plans.get(tx, kept.plan_id)
        remind_no_more(tx, plan, gone_id)
        remind(tx, plan, kept.reservation, guest_id, now=now)


def forget_reminders(tx: Connection, plan_id: str) -> None:
    """Take back what was to be said ahead of a table that is no longer ours."""
    outbox.withdraw(tx, key_prefix=f"remind:{plan_id}:")
    for row in dialogues.of_plan(tx, plan_id):
        if row.flow == ReminderFlow.spec.name and row.message_id is None:
            outbox.withdraw(tx, key_prefix=card_key(row.id))


def remind_chat(tx: Connection, plan: Plan, reservation: Reservation, *, now: datetime) -> None:
    """Plan the cards that ask who is still coming; twice is once. In a private chat they keep to what its guest has
    set.
    """
    if plan.chat_id is None or _asked_as_of(tx, plan.id, now):
        return
    alone = chats.get(tx, plan.chat_id).private
    preferences = guests.get(tx, plan.organiser_id).preferences if alone else Preferences()
    for before in REMINDERS:
        at = reservation.starts_at - before
        due_at = awake(preferences, at)
        if now < at and due_at < reservation.starts_at and preferences.dm_reminders:
            open_dialogue(
                tx,
                flow=ReminderFlow.spec.name,
                chat_id=plan.chat_id,
                thread_id=plan.thread_id,
                guest_id=plan.organiser_id,
                plan_id=plan.id,
                now=now,
                due_at=due_at,
            )


def _asked_as_of(tx: Connection, plan_id: str, now: datetime) -> bool:
    """Whether the cards are there already that follow from what became true just then."""
    rows = dialogues.of_plan(tx, plan_id)
    return any(row.flow == ReminderFlow.spec.name and row.created_at == now for row in rows)


def _reminder_key(plan_id: str, before: timedelta, guest_id: int) -> str:
    return f"remind:{plan_id}:{before // timedelta(hours=1)}:{guest_id}:"
