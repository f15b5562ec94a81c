"""Taking out of a chat what should not stay there."""

from datetime import datetime

from sqlalchemy import Connection

from bot import outgoing
from bot.conversation.messages import Chose, Command, Heard, Left, Moved, Notice, Said
from bot.wording import common
from core.persistence import chats, codec, outbox


def erase(tx: Connection, heard: Heard, *, now: datetime) -> None:
    """Have what was typed taken away; where nobody can tell which message it was, its author is asked to."""
    match heard.event:
        case Said(place=place, message_id=message_id) | Command(place=place, message_id=message_id):
            chat = chats.find(tx, frontend=place.frontend, external_id=place.chat_id)
            key = f"erase:{heard.frontend}:{heard.id}"
            if chat is None or _never_a_message(heard.event):
                return
            if message_id is None:
                ask_to_delete(tx, key=key, chat_id=chat.id, now=now)
            else:
                outgoing.erase(tx, key=key, chat_id=chat.id, message_id=message_id, now=now)
        case Chose() | Left() | Moved():
            pass


def ask_to_delete(tx: Connection, *, key: str, chat_id: int, now: datetime) -> None:
    """Ask the author to do what the network does not let us; `key` is that of the erasure."""
    outbox.put(
        tx,
        key=f"{key}:please",
        chat_id=chat_id,
        topic=outgoing.NOTICE,
        subject=codec.dump(Notice, Notice(text=common.PLEASE_DELETE)),
        now=now,
        urgent=True,
    )


def _never_a_message(event: Said | Command) -> bool:
    """Whether it was typed into a form, or whispered: then it stands in no chat."""
    if event.message_id is not None:
        return False
    return event.dialogue_id is not None if isinstance(event, Said) else event.whispered
