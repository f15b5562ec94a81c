"""What goes to chats, as messages of the outbox: cards to be drawn, notices, and what is to be taken away."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from core.persistence import dialogues, outbox

CARD = "card"
"""The topic of a message that draws a dialogue's card."""

NOTICE = "notice"
"""The topic of a message whose words are ready."""

ERASE = "erase"
"""The topic of one that takes away what somebody typed."""


def card_key(dialogue_id: str) -> str:
    """The one message that draws a dialogue's card."""
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
    thread_id: str | None = None,
    guest_id: int,
    plan_id: str | None = None,
    draft: str = "{}",
    now: datetime,
    due_at: datetime | None = None,
) -> dialogues.DialogueRow:
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
    return row
