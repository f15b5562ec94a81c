"""Messages that have to reach people: written with the fact they tell, sent after, marked sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

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
    if tx.execute(select(outbox.c.id).where(outbox.c.key == key)).one_or_none() is None:
        tx.execute(
            insert(outbox).values(
                key=key,
                chat_id=chat_id,
                thread_id=thread_id,
                topic=topic,
                subject=subject,
                urgent=urgent,
                due_at=due_at or now,
                state=LetterState.PENDING.value,
                created_at=now,
            )
        )


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
    wanted = due_at or now
    row = tx.execute(select(outbox.c.state, outbox.c.due_at).where(outbox.c.key == key)).one_or_none()
    if row is None:
        put(
            tx,
            key=key,
            chat_id=chat_id,
            thread_id=thread_id,
            topic=topic,
            subject=subject,
            now=now,
            due_at=wanted,
            urgent=urgent,
        )
        return
    pending = row.state == LetterState.PENDING.value
    values = {"due_at": min(wanted, row.due_at) if pending else wanted, "chat_id": chat_id}
    if urgent:
        values["urgent"] = True
    tx.execute(
        update(outbox)
        .where(outbox.c.key == key)
        .values(version=outbox.c.version + 1, state=LetterState.PENDING.value, attempts=0, **values)
    )


def due(tx: Connection, *, now: datetime, busy: Collection[int], limit: int) -> Sequence[Letter]:
    """Letters to send now: the first of each chat that is not `busy`, urgent ones before others."""
    waiting = (outbox.c.state == LetterState.PENDING.value) & (outbox.c.due_at <= now)
    rank = func.row_number().over(
        partition_by=outbox.c.chat_id, order_by=(outbox.c.urgent.desc(), outbox.c.due_at, outbox.c.id)
    )
    ranked = select(outbox.c.id, rank.label("place")).where(waiting, outbox.c.chat_id.not_in(busy)).subquery()
    query = (
        select(outbox)
        .join(ranked, ranked.c.id == outbox.c.id)
        .where(ranked.c.place == 1)
        .order_by(outbox.c.urgent.desc(), outbox.c.due_at, outbox.c.id)
        .limit(limit)
    )
    return [_letter(row) for row in tx.execute(query).all()]


def urgent_waits(tx: Connection, chat_id: int) -> bool:
    """Whether something urgent is to go to the chat."""
    waiting = (outbox.c.chat_id == chat_id) & (outbox.c.state == LetterState.PENDING.value)
    query = select(outbox.c.id).where(waiting & outbox.c.urgent.is_(True)).limit(1)
    return tx.execute(query).scalar_one_or_none() is not None


def next_due_at(tx: Connection) -> datetime | None:
    """When the next letter is due."""
    query = select(outbox.c.due_at).where(outbox.c.state == LetterState.PENDING.value)
    return tx.execute(query.order_by(outbox.c.due_at).limit(1)).scalar_one_or_none()


def sent(tx: Connection, letter: Letter, *, message_id: str, now: datetime) -> None:
    """It arrived. One that was asked for again meanwhile stays pending."""
    tx.execute(
        update(outbox)
        .where(outbox.c.id == letter.id)
        .values(message_id=message_id, sent_at=now, unsure=False)
    )
    _settle(tx, letter, LetterState.SENT, "")


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
    tx.execute(
        delete(outbox).where(
            outbox.c.key.startswith(key_prefix, autoescape=True), outbox.c.state == LetterState.PENDING.value
        )
    )


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
