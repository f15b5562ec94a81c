"""News for the people of a plan, and for one guest: to the chat, privately, or whichever of them is open."""

from datetime import datetime

from sqlalchemy import Connection

from core.domain.guest import Guest, GuestState
from core.domain.news import Bulletin, DoorClosed, GuestJudged, News
from core.domain.plan import Plan
from core.notifications.topics import NEWS
from core.persistence import chats, codec, dialogues, guests, outbox


def private_chat(tx: Connection, guest_id: int) -> int | None:
    """Where a guest can be written to privately (our chat id)."""
    for identity in guests.identities_of(tx, guest_id):
        if identity.dm_chat_id is not None and chats.get(tx, identity.dm_chat_id).dead_at is None:
            return identity.dm_chat_id
    return None


def write_to(
    tx: Connection, guest_id: int, news: News, *, key: str, now: datetime, due_at: datetime | None = None
) -> bool:
    """Write to a guest privately, on the network they spoke on last; False when no private chat is open."""
    chat_id = private_chat(tx, guest_id)
    if chat_id is None:
        return False
    subject = bulletin(news)
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


def tell_plan(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    if chats.get(tx, plan.chat_id).dead_at is not None:
        tell_privately(tx, plan, news, stem=stem, now=now)
        return
    outbox.put(
        tx,
        key=f"{stem}:chat",
        chat_id=plan.chat_id,
        thread_id=plan.thread_id,
        topic=NEWS,
        subject=bulletin(news),
        now=now,
        urgent=True,
    )
    for guest_id in sorted(plan.people):
        wants = guests.get(tx, guest_id).preferences.dm_results
        if not wants or private_chat(tx, guest_id) == plan.chat_id:
            continue
        if not write_to(tx, guest_id, news, key=f"{stem}:dm:{guest_id}", now=now):
            door_closed(tx, plan, guest_id, now=now)


def tell_privately(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    """Tell everyone in the plan by DM, whatever they prefer: the chat it belonged in is gone."""
    for guest_id in sorted(plan.people):
        write_to(tx, guest_id, news, key=f"{stem}:dm:{guest_id}", now=now)


def tell_hosts(tx: Connection, news: News, *, stem: str, now: datetime) -> None:
    """Write to every admin privately."""
    for admin in guests.admins(tx):
        write_to(tx, admin.id, news, key=f"{stem}:dm:{admin.id}", now=now)


def tell_organiser(tx: Connection, plan: Plan, news: News, *, stem: str, now: datetime) -> None:
    if write_to(tx, plan.organiser_id, news, key=f"{stem}:dm", now=now):
        return
    if chats.get(tx, plan.chat_id).dead_at is None:
        outbox.put(
            tx,
            key=f"{stem}:chat",
            chat_id=plan.chat_id,
            thread_id=plan.thread_id,
            topic=NEWS,
            subject=bulletin(news),
            now=now,
            urgent=True,
        )


def guest_judged(tx: Connection, guest: Guest, state: GuestState, *, now: datetime) -> bool:
    """Tell a guest what an admin decided; False when no private chat is open."""
    news = GuestJudged(state=state.value)
    return write_to(tx, guest.id, news, key=f"judged:{guest.id}:{state.value}:{now.timestamp():.0f}", now=now)


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
        subject=bulletin(DoorClosed(plan_id=plan.id, guest_id=guest_id)),
        now=now,
    )


def chat_lost(tx: Connection, chat_id: int, *, now: datetime) -> None:
    """A chat can't be written to any more, until somebody is heard there. Letters to it are told another way
    as they fall due; plans live on, and so do their cards.
    """
    chats.died(tx, chat_id, now=now)
    guests.close_dm(tx, chat_id)
    dialogues.close_chat(tx, chat_id)


def bulletin(news: News) -> str:
    return codec.dump(Bulletin, Bulletin(news=news))
