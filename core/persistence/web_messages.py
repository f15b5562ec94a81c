"""The messages of the local chat page, which is its own network and so keeps them itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.persistence.tables import web_messages as table


@dataclass(frozen=True, slots=True, kw_only=True)
class WebMessage:
    """One message as the page shows it now.

    `author` is a person's name, or empty for Fourtop; `body` is the page's own JSON; `revision` counts from 1
    and grows with each edit.
    """

    id: int
    chat: str
    author: str
    body: str
    revision: int
    sent_at: datetime


_COLUMNS = (table.c.id, table.c.chat, table.c.author, table.c.body, table.c.revision, table.c.sent_at)


def add(
    tx: Connection,
    *,
    chat: str,
    author: str,
    body: str,
    key: str,
    sent_at: datetime,
    file: bytes | None = None,
) -> tuple[WebMessage, bool]:
    """Keep a message and say whether it is new: a key seen before gives back the message it made then."""
    known = _by_key(tx, key)
    if known is not None:
        return known, False
    row = {"chat": chat, "author": author, "body": body, "key": key, "sent_at": sent_at, "file": file}
    try:
        with tx.begin_nested():
            return _message(tx.execute(insert(table).values(row).returning(*_COLUMNS)).mappings().one()), True
    except IntegrityError:
        known = _by_key(tx, key)
        if known is None:
            raise
        return known, False


def edit(tx: Connection, message_id: int, *, chat: str, body: str) -> tuple[WebMessage, bool] | None:
    """Change a message of Fourtop's and say whether it differs from before; None: there is none."""
    found = (table.c.id == message_id) & (table.c.chat == chat) & (table.c.author == "")
    change = update(table).where(found & (table.c.body != body))
    changed = (
        tx.execute(change.values(body=body, revision=table.c.revision + 1).returning(*_COLUMNS))
        .mappings()
        .one_or_none()
    )
    if changed is not None:
        return _message(changed), True
    same = tx.execute(select(*_COLUMNS).where(found)).mappings().one_or_none()
    return None if same is None else (_message(same), False)


def remove(tx: Connection, message_id: int, *, chat: str) -> bool:
    """Take out what a person said; False where there is no such message."""
    theirs = (table.c.id == message_id) & (table.c.chat == chat) & (table.c.author != "")
    return tx.execute(delete(table).where(theirs)).rowcount > 0


def get(tx: Connection, message_id: int) -> WebMessage | None:
    row = tx.execute(select(*_COLUMNS).where(table.c.id == message_id)).mappings().one_or_none()
    return None if row is None else _message(row)


def file_of(tx: Connection, message_id: int) -> bytes | None:
    """The content of the file that went with a message."""
    return tx.execute(select(table.c.file).where(table.c.id == message_id)).scalar_one_or_none()


def latest(tx: Connection, chat: str, *, limit: int) -> list[WebMessage]:
    """The newest messages of a chat, oldest first."""
    rows = tx.execute(
        select(*_COLUMNS).where(table.c.chat == chat).order_by(table.c.id.desc()).limit(limit)
    ).mappings()
    return [_message(row) for row in reversed(rows.all())]


def forget(tx: Connection, *, before: datetime, most: int) -> None:
    """Drop old messages, so many at once; a card that is shown again afterwards is a new message."""
    old = select(table.c.id).where(table.c.sent_at < before).limit(most)
    tx.execute(delete(table).where(table.c.id.in_(old)))


def _by_key(tx: Connection, key: str) -> WebMessage | None:
    row = tx.execute(select(*_COLUMNS).where(table.c.key == key)).mappings().one_or_none()
    return None if row is None else _message(row)


def _message(row: RowMapping) -> WebMessage:
    return WebMessage(
        id=row["id"],
        chat=row["chat"],
        author=row["author"],
        body=row["body"],
        revision=row["revision"],
        sent_at=row["sent_at"],
    )
