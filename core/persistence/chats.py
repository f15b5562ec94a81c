"""Private chats and groups. A chat keeps our id while the network's may change."""

from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from core.domain.chat import Chat
from core.persistence.tables import chats, dialogues, outbox, plans, sign_ins

# Put together once: every utterance asks these.
_FIND = select(chats).where(
    chats.c.frontend == bindparam("frontend"), chats.c.external_id == bindparam("external_id")
)
_GET = select(chats).where(chats.c.id == bindparam("id"))


def of_place(tx: Connection, *, frontend: str, external_id: str, private: bool, title: str) -> Chat:
    """The chat as the network names it, kept from now on. Hearing from a dead chat brings it back to life."""
    row = _find(tx, frontend, external_id)
    if row is None:
        tx.execute(
            insert(chats).values(
                frontend=frontend, external_id=external_id, private=private, title=title[:256]
            )
        )
        row = _find(tx, frontend, external_id)
        assert row is not None
    elif (title and row.title != title[:256]) or row.dead_at is not None:
        tx.execute(
            update(chats).where(chats.c.id == row.id).values(title=title[:256] or row.title, dead_at=None)
        )
        row = _find(tx, frontend, external_id)
        assert row is not None
    return _chat(row)


def find(tx: Connection, *, frontend: str, external_id: str) -> Chat | None:
    """The chat, if it is known."""
    row = _find(tx, frontend, external_id)
    return None if row is None else _chat(row)


def get(tx: Connection, chat_id: int) -> Chat:
    return _chat(tx.execute(_GET, {"id": chat_id}).one())


def allow(tx: Connection, chat_id: int, *, now: datetime | None) -> None:
    """An admin vouches for everyone in the chat (`now`), or no longer does (None)."""
    tx.execute(update(chats).where(chats.c.id == chat_id).values(allowed_at=now))


def died(tx: Connection, chat_id: int, *, now: datetime) -> None:
    """The chat can't be written to any more."""
    tx.execute(update(chats).where(chats.c.id == chat_id).values(dead_at=now))


def move(tx: Connection, *, frontend: str, before: str, after: str) -> None:
    """Follow a chat to its new network id, with everything that lives in it; a repeat changes nothing.

    Where both ids are known already (somebody spoke in the new chat first), the two rows become one.
    """
    old, new = _find(tx, frontend, before), _find(tx, frontend, after)
    if old is None:
        return
    if new is not None:
        for table in (plans, dialogues, outbox):
            tx.execute(update(table).where(table.c.chat_id == new.id).values(chat_id=old.id))
        tx.execute(update(sign_ins).where(sign_ins.c.dm_chat_id == new.id).values(dm_chat_id=old.id))
        tx.execute(delete(chats).where(chats.c.id == new.id))
    tx.execute(update(chats).where(chats.c.id == old.id).values(external_id=after, dead_at=None))
    # Message ids belong to the old chat: cards are sent anew where they are next drawn.
    tx.execute(update(dialogues).where(dialogues.c.chat_id == old.id).values(message_id=None))


def _find(tx: Connection, frontend: str, external_id: str) -> Row[tuple[object, ...]] | None:
    return tx.execute(_FIND, {"frontend": frontend, "external_id": external_id}).one_or_none()


def _chat(row: Row[tuple[object, ...]]) -> Chat:
    return Chat(
        id=row.id,
        frontend=row.frontend,
        external_id=row.external_id,
        private=row.private,
        title=row.title,
        allowed_at=row.allowed_at,
        dead_at=row.dead_at,
    )
