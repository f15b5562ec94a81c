"""News for one guest, privately."""

from datetime import datetime

from sqlalchemy import Connection

from core.domain.guest import Guest, GuestState
from core.domain.news import GuestJudged, News
from core.notifications.reach import private_chat
from core.persistence import guests, outbox
from core.persistence.news import dump_news

NEWS = "news"
"""The topic of a message that tells `News`."""


def tell_guest(
    tx: Connection, guest_id: int, news: News, *, key: str, now: datetime, due_at: datetime | None = None
) -> bool:
    """Write to a guest privately, on the network they spoke on last; False when no private chat is open."""
    chat_id = private_chat(tx, guest_id)
    if chat_id is None:
        return False
    outbox.put(
        tx,
        key=key,
        chat_id=chat_id,
        topic=NEWS,
        subject=dump_news(news),
        now=now,
        due_at=due_at,
        urgent=due_at is None,
    )
    return True


def tell_hosts(tx: Connection, news: News, *, stem: str, now: datetime) -> None:
    """Write to every admin privately."""
    for admin in guests.admins(tx):
        tell_guest(tx, admin.id, news, key=f"{stem}:dm:{admin.id}", now=now)


def guest_judged(tx: Connection, guest: Guest, state: GuestState, *, now: datetime) -> bool:
    """Tell a guest what an admin decided; False when no private chat is open."""
    news = GuestJudged(state=state.value)
    return tell_guest(
        tx, guest.id, news, key=f"judged:{guest.id}:{state.value}:{now.timestamp():.0f}", now=now
    )
