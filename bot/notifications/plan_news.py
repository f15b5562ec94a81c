"""News of plans and their tables: to the plan's chat, privately, or whichever of them is open."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.notifications.guest_news import NEWS, tell_guest, tell_hosts
from bot.notifications.news import (
    BookedNews,
    DoorNews,
    LostNews,
    News,
    ReleasedNews,
    ReportNews,
    TroubleNews,
    UnlistedNews,
    dump_news,
)
from bot.notifications.plan_cards import redraw
from bot.notifications.reminders import forget_reminders, remind, remind_chat
from core.domain.plan import Plan
from core.domain.trouble import Trouble
from core.persistence import chats, guests, jobs, outbox
from core.persistence.guest_of_now import guest_of_now
from core.persistence.reservations import Kept

REPORT_AFTER = timedelta(seconds=12)
"""The result has been read by then, and whoever else waited for the same drop is through."""


def booked(tx: Connection, plan: Plan, kept: Kept, *, now: datetime) -> None:
    """Tell the chat and, by DM, those who want it and whoever it is booked for, come or not; plan the reminders."""
    redraw(tx, plan.id, now=now, urgent=True)
    reservation = kept.reservation
    _tell_plan(
        tx, plan, BookedNews(plan_id=plan.id), stem=f"booked:{reservation.id}", also=kept.booker_id, now=now
    )
    _report_drop(tx, plan, now=now)
    remind_chat(tx, plan, reservation, now=now)
    for guest_id in sorted(plan.people):
        remind(tx, plan, reservation, guest_id, now=now)


def lost(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """Tell what was tried and what can be done next."""
    redraw(tx, plan.id, now=now, urgent=True)
    _tell_plan(tx, plan, LostNews(plan_id=plan.id), stem=f"lost:{plan.id}:{now.timestamp():.0f}", now=now)
    _report_drop(tx, plan, now=now)


def troubled(tx: Connection, plan: Plan, trouble: Trouble, *, about: str = "", now: datetime) -> None:
    """Tell the organiser, ahead of the drop, of something that may spoil it.

    A clock is for the hosts to set: they are told, and nobody else. That there may be a table which nobody can see
    concerns everyone in the plan.
    """
    redraw(tx, plan.id, now=now)
    news = TroubleNews(plan_id=plan.id, trouble=trouble.value, about=about)
    stem = f"trouble:{plan.id}:{trouble}:{now.timestamp():.0f}"
    if trouble is Trouble.CLOCK_OFF:
        tell_hosts(tx, news, stem=stem, now=now)
    elif trouble is Trouble.LOCKED_OUT:
        _tell_plan(tx, plan, news, stem=stem, now=now)
    else:
        tell_organiser(tx, plan, news, stem=stem, now=now)


def released(tx: Connection, plan: Plan, reservation_id: int, *, by: int, now: datetime) -> None:
    """Tell everyone in the plan that the table was given back, and take back its reminders."""
    forget_reminders(tx, plan.id)
    redraw(tx, plan.id, now=now, urgent=True)
    guest = guests.find(tx, by)
    news = ReleasedNews(plan_id=plan.id, by="" if guest is None else guest.name)
    _tell_plan(tx, plan, news, stem=f"released:{reservation_id}", now=now)


def unlisted(tx: Connection, plan: Plan, reservation_id: int, *, now: datetime) -> None:
    """Tell everyone in the plan that the platform's list does not have their table; twice is once."""
    _tell_plan(tx, plan, UnlistedNews(plan_id=plan.id), stem=f"unlisted:{reservation_id}", now=now)


def concerns_everyone(news: News) -> bool:
    """Whether everyone in the plan is to know, each in private where its chat can't be told."""
    match news:
        case BookedNews() | LostNews() | ReleasedNews() | UnlistedNews():
            return True
        case TroubleNews(trouble=trouble):
            return trouble == Trouble.LOCKED_OUT
        case _:
            return False


def door_closed(tx: Connection, plan: Plan, guest_id: int, *, now: datetime) -> None:
    """A guest of the plan could not be written to: say so where they will see it."""
    news = DoorNews(plan_id=plan.id, guest_id=guest_id)
    _tell_chat(tx, plan, news, key=f"door:{plan.id}:{guest_id}", now=now, urgent=False)


def tell_organiser(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    """Tell the organiser by DM, or in the plan's chat."""
    if not tell_guest(tx, plan.organiser_id, news, key=f"{stem}:dm", now=now):
        _tell_chat(tx, plan, news, key=f"{stem}:chat", now=now)


def tell_privately(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    """Tell everyone in the plan by DM, whatever they prefer: there is no chat it could be told in."""
    for guest_id in sorted(plan.people):
        tell_guest(tx, guest_id, news, key=f"{stem}:dm:{guest_id}", now=now)


def _tell_plan(
    tx: Connection, plan: Plan, news: News, *, stem: str, also: int | None = None, now: datetime
) -> None:
    if also is not None and (payer := guest_of_now(tx, also)) not in plan.people:
        tell_guest(tx, payer, news, key=f"{stem}:dm:{payer}", now=now)
    if not _tell_chat(tx, plan, news, key=f"{stem}:chat", now=now):
        tell_privately(tx, plan, news, stem=stem, now=now)
        return
    for guest_id in sorted(plan.people):
        wants = guests.get(tx, guest_id).preferences.dm_results
        if not wants or guests.private_chat(tx, guest_id) == plan.chat_id:
            continue
        if not tell_guest(tx, guest_id, news, key=f"{stem}:dm:{guest_id}", now=now):
            door_closed(tx, plan, guest_id, now=now)


def _tell_chat(
    tx: Connection,
    plan: Plan,
    news: News,
    *,
    key: str,
    now: datetime,
    due_at: datetime | None = None,
    urgent: bool = True,
) -> bool:
    """Write to the plan's chat; False when it is gone, or there never was one."""
    if plan.chat_id is None or chats.get(tx, plan.chat_id).dead_at is not None:
        return False
    outbox.put(
        tx,
        key=key,
        chat_id=plan.chat_id,
        thread_id=plan.thread_id,
        topic=NEWS,
        subject=dump_news(news),
        now=now,
        due_at=due_at,
        urgent=urgent,
    )
    return True


def _report_drop(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """Have the plan's chat told how its drop went, after the result and in nobody's way."""
    job = next(reversed(jobs.of_plan(tx, plan.id)), None)
    if job is not None and job.drop_at is not None and now >= job.drop_at:
        news, due_at = ReportNews(plan_id=plan.id, job_id=job.id), now + REPORT_AFTER
        _tell_chat(tx, plan, news, key=f"report:{job.id}:chat", now=now, due_at=due_at, urgent=False)
