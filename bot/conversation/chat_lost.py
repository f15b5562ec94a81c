"""A chat that can't be written to any more."""

from datetime import datetime

from sqlalchemy import Connection

from core.persistence import chats, dialogues, guests


def chat_lost(tx: Connection, chat_id: int, *, now: datetime) -> None:
    """So it is until somebody is heard there. Messages to it are told another way as they fall due; plans live on,
    and so do their cards.
    """
    chats.died(tx, chat_id, now=now)
    guests.close_dm(tx, chat_id)
    dialogues.close_chat(tx, chat_id)
