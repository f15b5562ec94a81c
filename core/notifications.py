"""Which fact is told to whom: letters of the outbox, written in the transaction of the fact."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.domain.guest import Guest, GuestState, Preferences
from core.domain.news import (
    Bulletin,
    DoorClosed,
    DropReported,
    GuestJudged,
    GuestNeeded,
    News,
    PlanBooked,
    PlanLost,
    PlanTroubled,
    Reminded,
    TableReleased,
    TableUnlisted,
    Trouble,
)
from core.domain.plan import Plan
from core.domain.reservation import Reservation
from core.persistence import chats, codec, dialogues, guests, jobs, outbox, plans
from core.ports import GuestAction
from core.quiet_hours import awake

NEWS = "news"
CARD = "card"
NOTICE = "notice"
ERASE = "erase"

_ASKS_AGAIN_AFTER = timedelta(minutes=3)

REMINDERS = (timedelta(hours=24), timedelta(hours=2))

REPORT_AFTER = timedelta(seconds=12)
"""The result has been read by then, and whoever else waited for the same drop is through."""


def card_key(dialogue_id: str) -> str:
    """The one letter that draws a dialogue's card."""
    return f"card:{dialogue_id}"


def draw(
    tx: Connection,
    row: dialogues.DialogueRow,
    *,
    now: datetime,
    due_at: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Have a dialogue's card drawn, at once or at `due_at`."""
    outbox.put_again(
        tx,
        key=card_key(row.id),
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        topic=CARD,
        subject=row.id,
        now=now,
        due_at=due_at,
        urgent=urgent,
    )


def erase(tx: Connection, *, key: str, chat_id: int, message_id: str, now: datetime) -> None:
    """Have what somebody typed taken out of the chat, before anything else is sent there."""
    outbox.put(
        tx, key=key, chat_id=chat_id, topic=ERASE, subject=message_id, now=now, due_at=now, urgent=True
    )


def open_dialogue(
    tx: Connection,
    *,
    flow: str,
    chat_id: int,
    thread_id: str | None,
    guest_id: int,
    plan_id: str | None,
    draft: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Begin a dialogue from our side; its card is drawn when it is due."""
    row = dialogues.DialogueRow(
        id=secrets.token_hex(5),
        flow=flow,
        chat_id=chat_id,
        thread_id=thread_id,
        guest_id=guest_id,
        plan_id=plan_id,
        draft=draft,
        card=None,
        message_id=None,
        open=True,
        last_tap="",
        created_at=now,
        updated_at=now,
    )
    dialogues.save(tx, row)
    draw(tx, row, now=now, due_at=due_at)


def plan_changed(tx: Connection, plan_id: str, *, now: datetime, urgent: bool = False) -> None:
    """Have the plan's card drawn again, and every other card of it that people can see."""
    for row in dialogues.of_plan(tx, plan_id):
        if row.open and (row.flow == "plan" or row.message_id is not None):
            draw(tx, row, now=now, urgent=urgent)


def plan_booked(tx: Connection, plan: Plan, reservation: Reservation, *, now: datetime) -> None:
    """Tell the chat and, by DM, those who want it; plan the reminders."""
    dialogues.end_changes(tx, plan.id)
    plan_changed(tx, plan.id, now=now, urgent=True)
    _tell_plan(tx, plan, PlanBooked(plan_id=plan.id), stem=f"booked:{reservation.id}", now=now)
    _report_drop(tx, plan, now=now)
    _remind_chat(tx, plan, reservation, now=now)
    for guest_id in _everyone(plan):
        remind(tx, plan, reservation, guest_id, now=now)


def plan_lost(tx: Connection, plan: Plan, *, now: datetime) -> None:
    """Tell what was tried and what can be done next."""
    plan_changed(tx, plan.id, now=now, urgent=True)
    _tell_plan(tx, plan, PlanLost(plan_id=plan.id), stem=f"lost:{plan.id}:{now.timestamp():.0f}", now=now)
    _report_drop(tx, plan, now=now)


def plan_troubled(tx: Connection, plan: Plan, trouble: str, *, about: str = "", now: datetime) -> None:
    """Tell the organiser, ahead of the drop, of something that may spoil it (a `Trouble`)."""
    plan_changed(tx, plan.id, now=now)
    news = PlanTroubled(plan_id=plan.id, trouble=trouble, about=about)
    _tell_organiser(tx, plan, news, stem=f"trouble:{plan.id}:{trouble}:{now.timestamp():.0f}", now=now)


def guest_needed(
    tx: Connection,
    plan: Plan,
    action: GuestAction,
    *,
    guest_id: int,
    account_id: int | None,
    now: datetime,
) -> None:
    """Tell the guest what only they can do: with the card that asks them, where something is to be decided."""
    plan_changed(tx, plan.id, now=now, urgent=True)
    match action:
        case GuestAction.ACCEPT_TERMS if (chat_id := private_chat(tx, guest_id)) is not None:
            _ask_on_a_card(tx, plan, guest_id, chat_id, now=now)
            return
        case GuestAction.SIGN_IN:
            trouble = Trouble.NOT_CONNECTED if account_id is None else Trouble.SIGN_IN
            ask_to_mend(tx, guest_id, plan_id=plan.id, account_id=account_id, trouble=trouble, now=now)
            return
        case GuestAction.ADD_CARD if account_id is not None:
            ask_to_mend(
                tx, guest_id, plan_id=plan.id, account_id=account_id, trouble=Trouble.NO_CARD, now=now
            )
            return
        case _:
            pass
    news = GuestNeeded(plan_id=plan.id, action=action.value)
    _tell_organiser(tx, plan, news, stem=f"needed:{plan.id}:{action.value}:{now.timestamp():.0f}", now=now)


def _ask_on_a_card(tx: Connection, plan: Plan, guest_id: int, chat_id: int, *, now: datetime) -> None:
    """Show a guest the plan's card in private, unless that is where it is."""
    if chat_id != plan.chat_id:
        open_dialogue(
            tx,
            flow="plan",
            chat_id=chat_id,
            thread_id=None,
            guest_id=guest_id,
            plan_id=plan.id,
            draft="{}",
            now=now,
        )


def table_released(tx: Connection, plan: Plan, reservation_id: int, *, by: Guest, now: datetime) -> None:
    """Tell everyone in the plan that the table was given back, and take back its reminders."""
    forget_reminders(tx, plan.id)
    plan_changed(tx, plan.id, now=now, urgent=True)
    news = TableReleased(plan_id=plan.id, by=by.name)
    _tell_plan(tx, plan, news, stem=f"released:{reservation_id}", now=now)


def table_unlisted(tx: Connection, plan: Plan, reservation_id: int, *, now: datetime) -> None:
    """Tell everyone in the plan that the platform's list does not have their table; twice is once."""
    _tell_plan(tx, plan, TableUnlisted(plan_id=plan.id), stem=f"unlisted:{reservation_id}", now=now)


def guest_judged(tx: Connection, guest: Guest, state: GuestState, *, now: datetime) -> bool:
    """Tell a guest what an admin decided; False when no private chat is open."""
    news = GuestJudged(state=state.value)
    return write_to(tx, guest.id, news, key=f"judged:{guest.id}:{state.value}:{now.timestamp():.0f}", now=now)


def write_to(
    tx: Connection, guest_id: int, news: News, *, key: str, now: datetime, due_at: datetime | None = None
) -> bool:
    """Write to a guest privately, on the network they spoke on last; False when no private chat is open."""
    chat_id = private_chat(tx, guest_id)
    if chat_id is None:
        return False
    subject = _bulletin(news)
    outbox.put(
        tx,
        key=key,
        chat_id=chat_id,
        topic=NEWS,
        subject=subject,
        now=now,
        due_at=due_at,
        urgent=due_at is None,
    )
    return True


def private_chat(tx: Connection, guest_id: int) -> int | None:
    """Where a guest can be written to privately (our chat id)."""
    for identity in guests.identities_of(tx, guest_id):
        if identity.dm_chat_id is not None and chats.get(tx, identity.dm_chat_id).dead_at is None:
            return identity.dm_chat_id
    return None


def forget_reminders(tx: Connection, plan_id: str) -> None:
    """Take back what was to be said ahead of a table that is no longer ours."""
    outbox.withdraw(tx, key_prefix=f"remind:{plan_id}:")
    for row in dialogues.of_plan(tx, plan_id):
        if row.flow == "reminder" and row.message_id is None:
            outbox.withdraw(tx, key_prefix=card_key(row.id))


def chat_lost(tx: Connection, chat_id: int, *, now: datetime) -> None:
    """A chat can't be written to any more, until somebody is heard there. Letters to it are told another way
    as they fall due; plans live on, and so do their cards.
    """
    chats.died(tx, chat_id, now=now)
    guests.close_dm(tx, chat_id)
    dialogues.close_chat(tx, chat_id)


def door_closed(tx: Connection, plan: Plan, guest_id: int, *, now: datetime) -> None:
    """A guest of the plan could not be written to: say so where they will see it."""
    if chats.get(tx, plan.chat_id).dead_at is not None:
        return
    outbox.put(
        tx,
        key=f"door:{plan.id}:{guest_id}",
        chat_id=plan.chat_id,
        thread_id=plan.thread_id,
        topic=NEWS,
        subject=_bulletin(DoorClosed(plan_id=plan.id, guest_id=guest_id)),
        now=now,
    )


def tell_privately(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    """Tell everyone in the plan by DM, whatever they prefer: the chat it belonged in is gone."""
    for guest_id in _everyone(plan):
        write_to(tx, guest_id, news, key=f"{stem}:dm:{guest_id}", now=now)


def _tell_plan(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    if chats.get(tx, plan.chat_id).dead_at is not None:
        tell_privately(tx, plan, news, stem=stem, now=now)
        return
    outbox.put(
        tx,
        key=f"{stem}:chat",
        chat_id=plan.chat_id,
        thread_id=plan.thread_id,
        topic=NEWS,
        subject=_bulletin(news),
        now=now,
        urgent=True,
    )
    for guest_id in _everyone(plan):
        wants = guests.get(tx, guest_id).preferences.dm_results
        if not wants or private_chat(tx, guest_id) == plan.chat_id:
            continue
        if not write_to(tx, guest_id, news, key=f"{stem}:dm:{guest_id}", now=now):
            door_closed(tx, plan, guest_id, now=now)


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
        subject=_bulletin(DropReported(plan_id=plan.id, job_id=job.id)),
        now=now,
        due_at=now + REPORT_AFTER,
    )


def _tell_organiser(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    if write_to(tx, plan.organiser_id, news, key=f"{stem}:dm", now=now):
        return
    if chats.get(tx, plan.chat_id).dead_at is None:
        outbox.put(
            tx,
            key=f"{stem}:chat",
            chat_id=plan.chat_id,
            thread_id=plan.thread_id,
            topic=NEWS,
            subject=_bulletin(news),
            now=now,
            urgent=True,
        )


def remind(tx: Connection, plan: Plan, reservation: Reservation, guest_id: int, *, now: datetime) -> None:
    """Plan the reminders of one guest by DM, outside their quiet hours; twice is once."""
    preferences = guests.get(tx, guest_id).preferences
    if not preferences.dm_reminders or private_chat(tx, guest_id) == plan.chat_id:
        return
    for before in REMINDERS:
        at = reservation.starts_at - before
        due_at = awake(preferences, at)
        if now < at and due_at < reservation.starts_at:
            key = _reminder_key(plan.id, before, guest_id)
            write_to(tx, guest_id, Reminded(plan_id=plan.id), key=key, now=now, due_at=due_at)


def remind_no_more(tx: Connection, plan: Plan, guest_id: int) -> None:
    """Take back the reminders of a guest who does not come."""
    for before in REMINDERS:
        outbox.withdraw(tx, key_prefix=_reminder_key(plan.id, before, guest_id))


def _reminder_key(plan_id: str, before: timedelta, guest_id: int) -> str:
    return f"remind:{plan_id}:{before // timedelta(hours=1)}:{guest_id}:"


def _remind_chat(tx: Connection, plan: Plan, reservation: Reservation, *, now: datetime) -> None:
    """Plan the cards that ask who is still coming. In a private chat they keep to what its guest has set."""
    alone = chats.get(tx, plan.chat_id).private
    preferences = guests.get(tx, plan.organiser_id).preferences if alone else Preferences()
    for before in REMINDERS:
        at = reservation.starts_at - before
        due_at = awake(preferences, at)
        if now < at and due_at < reservation.starts_at and preferences.dm_reminders:
            open_dialogue(
                tx,
                flow="reminder",
                chat_id=plan.chat_id,
                thread_id=plan.thread_id,
                guest_id=plan.organiser_id,
                plan_id=plan.id,
                draft="{}",
                now=now,
                due_at=due_at,
            )


def ask_to_mend(
    tx: Connection,
    guest_id: int,
    *,
    plan_id: str | None,
    account_id: int | None,
    trouble: Trouble,
    about: str = "",
    now: datetime,
) -> bool:
    """Ask the one who can mend it, privately and with the button that does; `about` names what stands in the way.

    Who was asked just now is not asked again. Where no private chat with them is open, the plan's chat is told;
    False when there is no plan either.
    """
    chat_id = private_chat(tx, guest_id)
    if chat_id is not None:
        if _asked_before(tx, guest_id, account_id, trouble, now):
            return True
        draft = {"plan_id": plan_id, "account_id": account_id, "trouble": trouble.value, "about": about}
        open_dialogue(
            tx,
            flow="mend",
            chat_id=chat_id,
            thread_id=None,
            guest_id=guest_id,
            plan_id=plan_id,
            draft=json.dumps(draft),
            now=now,
        )
    elif plan_id is not None:
        plan_troubled(tx, plans.get(tx, plan_id), trouble.value, about=about, now=now)
    return chat_id is not None or plan_id is not None


def _asked_before(
    tx: Connection, guest_id: int, account_id: int | None, trouble: Trouble, now: datetime
) -> bool:
    """Whether they were asked for the same within minutes. A card that asked earlier is closed: a new one does."""
    for row in dialogues.open_of(tx, "mend", guest_id):
        asked: dict[str, object] = json.loads(row.draft)
        if (asked.get("account_id"), asked.get("trouble")) == (account_id, trouble.value):
            if now - row.created_at < _ASKS_AGAIN_AFTER:
                return True
            dialogues.save(tx, replace(row, open=False))
    return False


def _everyone(plan: Plan) -> Iterable[int]:
    return sorted({plan.organiser_id, *plan.friends})


def _bulletin(news: News) -> str:
    return codec.dump(Bulletin, Bulletin(news=news))
