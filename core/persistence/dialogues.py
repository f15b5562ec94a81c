"""Dialogues: who is being asked what, on which message. Draft and card are JSON of the chat side's own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from core.persistence.tables import dialogues

# Put together once: every tap asks for these.
_GET = select(dialogues).where(dialogues.c.id == bindparam("id"))
_INSERT = insert(dialogues)
_UPDATE = update(dialogues).where(dialogues.c.id == bindparam("of"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRow:
    """A dialogue as it is kept. `last_tap` is the last choice that was acted on, and by whom; `shown` is a digest of
    the card that arrived last.
    """

    id: str
    flow: str
    chat_id: int
    thread_id: str | None
    guest_id: int
    plan_id: str | None
    draft: str
    card: str | None
    message_id: str | None
    shown: str = ""
    open: bool
    last_tap: str
    created_at: datetime
    updated_at: datetime


def save(tx: Connection, row: DialogueRow) -> None:
    """Keep a dialogue. Its message belongs to delivery (`set_message`), its guest to `set_owner` and merging."""
    values = {
        "flow": row.flow,
        "chat_id": row.chat_id,
        "thread_id": row.thread_id,
        "plan_id": row.plan_id,
        "draft": row.draft,
        "card": row.card,
        "open": row.open,
        "last_tap": row.last_tap,
        "updated_at": row.updated_at,
    }
    if tx.execute(_UPDATE, values | {"of": row.id}).rowcount == 0:
        new = {
            "id": row.id,
            "guest_id": row.guest_id,
            "message_id": row.message_id,
            "created_at": row.created_at,
        }
        tx.execute(_INSERT, values | new)


def get(tx: Connection, dialogue_id: str) -> DialogueRow | None:
    row = tx.execute(_GET, {"id": dialogue_id}).one_or_none()
    return None if row is None else _row(row)


def on_message(tx: Connection, chat_id: int, message_id: str) -> DialogueRow | None:
    """The dialogue whose card is that message."""
    return _first(tx, (dialogues.c.chat_id == chat_id) & (dialogues.c.message_id == message_id))


def on_its_way(tx: Connection, chat_id: int) -> DialogueRow | None:
    """The newest question in a chat whose message is not known: people may see it before we know where it is."""
    asking = dialogues.c.open.is_(True) & dialogues.c.plan_id.is_(None) & dialogues.c.message_id.is_(None)
    return _first(tx, asking & (dialogues.c.chat_id == chat_id))


def newest_open(tx: Connection, chat_id: int, guest_id: int, flows: Collection[str]) -> DialogueRow | None:
    """The open dialogue of a guest in a chat that moved last, among those of certain flows."""
    mine = (dialogues.c.chat_id == chat_id) & (dialogues.c.guest_id == guest_id)
    return _first(tx, mine & dialogues.c.open.is_(True) & dialogues.c.flow.in_(flows))


def of_plan(tx: Connection, plan_id: str) -> Sequence[DialogueRow]:
    """The dialogues that show a plan, the oldest first."""
    return _all(tx, dialogues.c.plan_id == plan_id)


def set_owner(tx: Connection, plan_id: str, guest_id: int, flows: Collection[str]) -> None:
    """A plan's dialogues of these flows are somebody else's from now on."""
    theirs = (dialogues.c.plan_id == plan_id) & dialogues.c.flow.in_(flows)
    tx.execute(update(dialogues).where(theirs).values(guest_id=guest_id))


def of_draft(tx: Connection, flow: str, draft: str) -> Sequence[DialogueRow]:
    """Open dialogues of a flow that are about the same thing, such as one stranger shown to every admin."""
    return _all(tx, _open(flow) & (dialogues.c.draft == draft))


def open_of(tx: Connection, flow: str, guest_id: int) -> Sequence[DialogueRow]:
    """The open dialogues of one flow with one guest, the oldest first."""
    return _all(tx, _open(flow) & (dialogues.c.guest_id == guest_id))


def open_in(tx: Connection, flow: str, chat_id: int) -> Sequence[DialogueRow]:
    """The open dialogues of one flow in a chat, the oldest first."""
    return _all(tx, _open(flow) & (dialogues.c.chat_id == chat_id))


def set_message(tx: Connection, dialogue_id: str, message_id: str | None, *, shown: str = "") -> None:
    """The card is on this message now, which shows what has that digest; None when the message is gone."""
    now = {"message_id": message_id, "shown": shown}
    tx.execute(update(dialogues).where(dialogues.c.id == dialogue_id).values(now))


def shows_unknown(tx: Connection, dialogue_id: str) -> None:
    """Another card is on its way to its message, or people see one that was not meant: the next is sent in any case."""
    tx.execute(update(dialogues).where(dialogues.c.id == dialogue_id).values(shown=""))


def set_card(tx: Connection, dialogue_id: str, card: str) -> None:
    """What the card shows now; the last tap on what it showed before is no double tap any more."""
    tx.execute(update(dialogues).where(dialogues.c.id == dialogue_id).values(card=card, last_tap=""))


def set_draft(tx: Connection, dialogue_id: str, draft: str) -> None:
    """What is known so far is this from now on."""
    tx.execute(update(dialogues).where(dialogues.c.id == dialogue_id).values(draft=draft))


def undrawn(tx: Connection, dialogue_id: str) -> None:
    """What was drawn with its last turn is no longer so: the card is drawn as it is sent."""
    tx.execute(update(dialogues).where(dialogues.c.id == dialogue_id).values(card=None))


def close_chat(tx: Connection, chat_id: int) -> None:
    """Nobody can answer there any more. A plan's cards stay open: Fourtop may be asked back."""
    asking = (dialogues.c.chat_id == chat_id) & dialogues.c.plan_id.is_(None)
    tx.execute(update(dialogues).where(asking).values(open=False))


def close_idle(tx: Connection, *, before: datetime) -> None:
    """Close questions that nobody has touched for long; their cards stay, and say so when tapped."""
    idle = dialogues.c.open.is_(True) & dialogues.c.plan_id.is_(None) & (dialogues.c.updated_at < before)
    tx.execute(update(dialogues).where(idle).values(open=False))


def forget_closed(tx: Connection, *, before: datetime, most: int) -> None:
    """Drop what ended long ago, so many at once; whoever taps its card is told that nobody knows it any more."""
    ended = dialogues.c.open.is_(False) & (dialogues.c.updated_at < before)
    old = select(dialogues.c.id).where(ended).limit(most)
    tx.execute(delete(dialogues).where(dialogues.c.id.in_(old)))


def _open(flow: str) -> ColumnElement[bool]:
    return (dialogues.c.flow == flow) & dialogues.c.open.is_(True)


def _all(tx: Connection, condition: ColumnElement[bool]) -> Sequence[DialogueRow]:
    query = select(dialogues).where(condition).order_by(dialogues.c.created_at)
    return [_row(row) for row in tx.execute(query).all()]


def _first(tx: Connection, condition: ColumnElement[bool]) -> DialogueRow | None:
    query = select(dialogues).where(condition).order_by(dialogues.c.updated_at.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else _row(row)


def _row(row: Row[tuple[object, ...]]) -> DialogueRow:
    return DialogueRow(
        id=row.id,
        flow=row.flow,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        guest_id=row.guest_id,
        plan_id=row.plan_id,
        draft=row.draft,
        card=row.card,
        message_id=row.message_id,
        shown=row.shown,
        open=row.open,
        last_tap=row.last_tap,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
