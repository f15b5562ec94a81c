"""Where people can be reached: a guest's private chat, and a chat that is lost."""

from datetime import datetime

from sqlalchemy import Connection

from core.persistence import chats, dialogues, guests


def private_chat(tx: Connection, guest_id: int) -> int | None:
    """Where a guest can be written to privately (our chat id)."""
    for identity in guests.identities_of(tx, guest_id):
        if identity.dm_chat_id is not None and chats.get(tx, identity.dm_chat_id).dead_at is None:
            return identity.dm_chat_id
    return None


def chat_lost(tx: Connection, chat_id: int, *, now: datetime) -> None:
    """A chat can't be written to any more, until somebody is heard there. Messages to it are told another way
    as they fall due; plans live on, and so do their cards.
    """
    chats.died(tx, chat_id, now=now)
    guests.close_dm(tx, chat_id)
    dialogues.close_chat(tx, chat_id)
