"""Messages that have to reach people: written with the fact they tell, sent after, marked sent."""

from collections.abc import Collection, Sequence
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
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from core.persistence.tables import outbox


class LetterState(StrEnum):
    """Where a letter stands."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one chat. `topic` and `subject` say what it is about; the words are found when it is sent.

    `version` counts how often it was asked for again; `unsure` is set when a sending may have reached people
    without our knowing.
    """

    id: int
    key: str
    version: int
    chat_id: int
    thread_id: str | None
    topic: str
    subject: str
    urgent: bool
    due_at: datetime
    attempts: int
    unsure: bool
    message_id: str | None


_PENDING: ColumnElement[bool] = outbox.c.state == literal_column("'pending'")
"""Spelt out: a database does not use the index of pending letters for a state that it is told later."""

# What runs for every letter is put together once: that costs five times as much as running it.
_place = func.row_number().over(
    partition_by=outbox.c.chat_id, order_by=(outbox.c.urgent.desc(), outbox.c.due_at, outbox.c.id)
)
_ranked = (
    select(outbox, _place.label("place"))
    .where(_PENDING, outbox.c.due_at <= bindparam("now"))
    .where(outbox.c.chat_id.not_in(bindparam("busy", expanding=True)))
    .subquery()
)
_DUE = (
    select(_ranked)
    .where(_ranked.c.place == 1)
    .order_by(_ranked.c.urgent.desc(), _ranked.c.due_at, _ranked.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(outbox.c.due_at).where(_PENDING).order_by(outbox.c.due_at).limit(1)
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"))
    .values(
        message_id=bindparam("message"),
        sent_at=bindparam("now"),
        unsure=False,
        trouble="",
        state=case((outbox.c.version == bindparam("told"), LetterState.SENT.value), else_=outbox.c.state),
    )
)


@cache
def _put(dialect: str) -> Insert:
    return _inserted(dialect).on_conflict_do_nothing(index_elements=[outbox.c.key])


@cache
def _put_again(dialect: str) -> Insert:
    insert = _inserted(dialect)
    asked = insert.excluded
    waits_sooner = _PENDING & (outbox.c.due_at < asked.due_at)
    return insert.on_conflict_do_update(
        index_elements=[outbox.c.key],
        set_={
            "version": outbox.c.version + 1,
            "state": LetterState.PENDING.value,
            "attempts": 0,
            "chat_id": asked.chat_id,
            "due_at": case((waits_sooner, outbox.c.due_at), else_=asked.due_at),
            "urgent": or_(and_(outbox.c.urgent, _PENDING), asked.urgent),
        },
    )


def _inserted(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(outbox).values(state=LetterState.PENDING.value)


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
    """Write a letter once: the same key again changes nothing."""
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
    """Ask for a letter that shows a present state: one waiting stands for all askings, the soonest due wins."""
    row = {"key": key, "chat_id": chat_id, "thread_id": thread_id, "topic": topic, "subject": subject}
    when = {"urgent": urgent, "due_at": due_at or now, "created_at": now}
    tx.execute(_put_again(tx.dialect.name), row | when)


def due(tx: Connection, *, now: datetime, busy: Collection[int], limit: int) -> Sequence[Letter]:
    """Letters to send now: the first of each chat that is not `busy`, urgent ones before others."""
    rows = tx.execute(_DUE, {"now": now, "busy": list(busy), "most": limit}).all()
    return [_letter(row) for row in rows]


def urgent_waits(tx: Connection, chat_id: int) -> bool:
    """Whether something urgent is to go to the chat."""
    waiting = (outbox.c.chat_id == chat_id) & _PENDING
    query = select(outbox.c.id).where(waiting & outbox.c.urgent.is_(True)).limit(1)
    return tx.execute(query).scalar_one_or_none() is not None


def next_due_at(tx: Connection) -> datetime | None:
    """When the next letter is due."""
    return tx.execute(_NEXT_DUE).scalar_one_or_none()


def sent(tx: Connection, letter: Letter, *, message_id: str, now: datetime) -> None:
    """It arrived. One that was asked for again meanwhile stays pending."""
    tx.execute(_SENT, {"of": letter.id, "told": letter.version, "message": message_id, "now": now})


def died(tx: Connection, letter: Letter, trouble: str) -> None:
    """It will never arrive."""
    _settle(tx, letter, LetterState.DEAD, trouble)


def later(tx: Connection, letter: Letter, *, due_at: datetime, trouble: str) -> None:
    """Try again at `due_at`; letters that came after it may go before it."""
    tx.execute(
        update(outbox)
        .where(outbox.c.id == letter.id)
        .values(due_at=due_at, attempts=outbox.c.attempts + 1, trouble=trouble[:512])
    )


def unsure(tx: Connection, letter: Letter) -> None:
    """People may have it and we do not know: it keeps its place, and is quiet when it comes again."""
    values = {"attempts": outbox.c.attempts + 1, "unsure": True, "trouble": "answer lost"}
    tx.execute(update(outbox).where(outbox.c.id == letter.id).values(values))


def out_of_thread(tx: Connection, letter: Letter) -> None:
    """Its topic is closed: from here on it goes to the chat itself."""
    tx.execute(update(outbox).where(outbox.c.id == letter.id).values(thread_id=None))


def withdraw(tx: Connection, *, key_prefix: str) -> None:
    """Take back letters that are not due any more, such as reminders of a table given back."""
    tx.execute(delete(outbox).where(outbox.c.key.startswith(key_prefix, autoescape=True), _PENDING))


def forget(tx: Connection, *, before: datetime) -> None:
    """Drop notes that arrived long ago; cards' letters are kept for their keys."""
    old = (outbox.c.state != LetterState.PENDING.value) & (outbox.c.created_at < before)
    tx.execute(delete(outbox).where(old))


def _settle(tx: Connection, letter: Letter, state: LetterState, trouble: str) -> None:
    unchanged: ColumnElement[bool] = (outbox.c.id == letter.id) & (outbox.c.version == letter.version)
    tx.execute(update(outbox).where(unchanged).values(state=state.value, trouble=trouble[:512]))


def _letter(row: Row[tuple[object, ...]]) -> Letter:
    return Letter(
        id=row.id,
        key=row.key,
        version=row.version,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        topic=row.topic,
        subject=row.subject,
        urgent=row.urgent,
        due_at=row.due_at,
        attempts=row.attempts,
        unsure=row.unsure,
        message_id=row.message_id,
    )
