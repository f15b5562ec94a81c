"""News for one guest, privately."""

from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.news import JudgedNews, News, dump_news
from core.domain.guest import GuestState
from core.persistence import guests, outbox

NEWS = "news"
"""The topic of a message that tells `News`."""


def tell_guest(
    tx: Connection, guest_id: int, news: News, *, key: str, now: datetime, due_at: datetime | None = None
) -> bool:
    """Write to a guest privately, on the network they spoke on last; False when no private chat is open."""
    chat_id = guests.private_chat(tx, guest_id)
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


def judged(tx: Connection, guest_id: int, state: GuestState, *, now: datetime) -> None:
    """Tell a guest what an admin decided, where it holds still. Who is blocked hears it when they next speak."""
    guest = guests.find(tx, guest_id)
    if guest is not None and guest.state is state is not GuestState.BLOCKED:
        key = f"judged:{guest_id}:{state.value}:{now.timestamp():.0f}"
        tell_guest(tx, guest_id, JudgedNews(state=state.value), key=key, now=now)
