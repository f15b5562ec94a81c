"""Messages that have to reach people: written with a turn or as a fact is heard, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from core.errors import LeaseLost
from core.persistence import leasing
from core.persistence.tables import outbox


class MessageState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One message to one chat. `topic` and `subject` say what it is about; the words are found when it is sent.

    `kind` says who sends it; `version` counts how often it was asked for again; `unsure` is set when a sending may
    have reached people without our knowing; `fence` is that of whoever read it.
    """

    id: int
    key: str
    version: int
    kind: str
    chat_id: int
    thread_id: str | None
    topic: str
    subject: str
    urgent: bool
    due_at: datetime
    attempts: int
    unsure: bool
    message_id: str | None
    fence: int

    @property
    def lane(self) -> int:
        """Messages of one lane go one after the other (`core.persistence.outbox_leases`)."""
        return self.chat_id


PENDING: ColumnElement[bool] = outbox.c.state == literal_column("'pending'")
"""Spelt out: a database does not use the index of pending messages for a state that it is told later."""

# What runs for every message is put together once: that costs five times as much as running it.
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"), outbox.c.key == bindparam("named"))
    .where(outbox.c.fence == bindparam("behind"))
    .values(
        lease_owner=None,
        lease_until=None,
        message_id=bindparam("message"),
        sent_at=bindparam("now"),
        unsure=False,
        trouble="",
        state=case((outbox.c.version == bindparam("told"), MessageState.SENT.value), else_=outbox.c.state),
    )
)


@cache
def _put(dialect: str) -> Insert:
    return _inserted(dialect).on_conflict_do_nothing(index_elements=[outbox.c.key])


@cache
def _put_again(dialect: str) -> Insert:
    insert = _inserted(dialect)
    asked = insert.excluded
    waits_sooner = PENDING & (outbox.c.due_at < asked.due_at)
    return insert.on_conflict_do_update(
        index_elements=[outbox.c.key],
        set_={
            "version": outbox.c.version + 1,
            "state": MessageState.PENDING.value,
            "attempts": 0,
            "chat_id": asked.chat_id,
            "due_at": case((waits_sooner, outbox.c.due_at), else_=asked.due_at),
            "urgent": or_(and_(outbox.c.urgent, PENDING), asked.urgent),
        },
    )


def _inserted(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(outbox).values(state=MessageState.PENDING.value)


def put(
    tx: Connection,
    *,
    key: str,
    chat_id: int,
    thread_id: str | None = None,
    topic: str,
    subject: str,
    now: datetime,
    due_at: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Write a message once: the same key again changes nothing."""
    row = {"key": key, "chat_id": chat_id, "thread_id": thread_id, "topic": topic, "subject": subject}
    when = {"urgent": urgent, "due_at": due_at or now, "created_at": now}
    tx.execute(_put(tx.dialect.name), row | when)


def put_again(
    tx: Connection,
    *,
    key: str,
    chat_id: int,
    thread_id: str | None = None,
    topic: str,
    subject: str,
    now: datetime,
    due_at: datetime | None = None,
    urgent: bool = False,
) -> None:
    """Ask for a message that shows a present state: one waiting stands for all askings, the soonest due wins."""
    row = {"key": key, "chat_id": chat_id, "thread_id": thread_id, "topic": topic, "subject": subject}
    when = {"urgent": urgent, "due_at": due_at or now, "created_at": now}
    tx.execute(_put_again(tx.dialect.name), row | when)


def urgent_waits(tx: Connection, chat_id: int) -> bool:
    """Whether something urgent is to go to the chat."""
    waiting = (outbox.c.chat_id == chat_id) & PENDING
    query = select(outbox.c.id).where(waiting & outbox.c.urgent.is_(True)).limit(1)
    return tx.execute(query).scalar_one_or_none() is not None


def sent(tx: Connection, message: OutboxMessage, *, message_id: str, now: datetime) -> None:
    """It arrived. One that was asked for again meanwhile stays pending. Raises `LeaseLost`, as all below."""
    told = {"of": message.id, "named": message.key, "behind": message.fence, "told": message.version}
    if not tx.execute(_SENT, {**told, "message": message_id, "now": now}).rowcount:
        _refuse(tx, message)


def died(tx: Connection, message: OutboxMessage, trouble: str) -> None:
    """It will never arrive. One that was asked for again meanwhile stays pending."""
    ended = case((outbox.c.version == message.version, MessageState.DEAD.value), else_=outbox.c.state)
    _let_go(tx, message, state=ended, trouble=trouble[:512])


def later(tx: Connection, message: OutboxMessage, *, due_at: datetime, trouble: str) -> None:
    """Try again at `due_at`; messages that came after it may go before it."""
    _let_go(tx, message, due_at=due_at, attempts=outbox.c.attempts + 1, trouble=trouble[:512])


def unsure(tx: Connection, message: OutboxMessage) -> None:
    """People may have it and we do not know: it keeps its place, and is quiet when it comes again."""
    _let_go(tx, message, attempts=outbox.c.attempts + 1, unsure=True, trouble="answer lost")


def give_back(tx: Connection, message: OutboxMessage) -> None:
    """It did not arrive: it keeps its place."""
    _let_go(tx, message)


def _let_go(tx: Connection, message: OutboxMessage, **values: object) -> None:
    if not leasing.let_go(tx, outbox, _the(message) & (outbox.c.fence == message.fence), **values):
        _refuse(tx, message)


def _the(message: OutboxMessage) -> ColumnElement[bool]:
    """By its key, too: SQLite gives the id of one that was withdrawn to the next."""
    return (outbox.c.id == message.id) & (outbox.c.key == message.key)


def _refuse(tx: Connection, message: OutboxMessage) -> None:
    """Somebody else has it in hand, unless it was withdrawn."""
    if tx.execute(select(outbox.c.id).where(_the(message))).scalar_one_or_none() is not None:
        raise LeaseLost(message.id, message.fence)


def out_of_thread(tx: Connection, message: OutboxMessage) -> None:
    """Its topic is closed: from here on it goes to the chat itself."""
    tx.execute(update(outbox).where(_the(message)).values(thread_id=None))


def withdraw(tx: Connection, *, key_prefix: str) -> None:
    """Take back messages that are not due any more, such as reminders of a table given back."""
    tx.execute(delete(outbox).where(outbox.c.key.startswith(key_prefix, autoescape=True), PENDING))


def forget(tx: Connection, *, before: datetime) -> None:
    """Drop what was settled and is old."""
    old = (outbox.c.state != MessageState.PENDING.value) & (outbox.c.created_at < before)
    tx.execute(delete(outbox).where(old))


def message_of(row: Row[tuple[object, ...]]) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        key=row.key,
        version=row.version,
        kind=row.kind,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        topic=row.topic,
        subject=row.subject,
        urgent=row.urgent,
        due_at=row.due_at,
        attempts=row.attempts,
        unsure=row.unsure,
        message_id=row.message_id,
        fence=row.fence,
    )
