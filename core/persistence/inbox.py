"""What was heard, written down before the network is told so: a repeat is known, an unhandled event is found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.persistence.tables import inbox

# What every utterance needs is put together once: that costs five times as much as running it.
_HEARD = (inbox.c.frontend == bindparam("network")) & (inbox.c.event_id == bindparam("event"))
_KNOWN = select(inbox.c.id).where(_HEARD)
_NOTE = insert(inbox)
# What was said is of no more use then, and may have been a code.
_MARK = (
    update(inbox).where(_HEARD, inbox.c.handled_at.is_(None)).values(handled_at=bindparam("now"), heard="")
)


def note(tx: Connection, *, frontend: str, event_id: str, heard: str, now: datetime) -> bool:
    """Keep an event, as `heard` says it; False when it was known already."""
    if tx.execute(_KNOWN, {"network": frontend, "event": event_id}).one_or_none() is not None:
        return False
    tx.execute(_NOTE, {"frontend": frontend, "event_id": event_id, "heard": heard, "heard_at": now})
    return True


def handled(tx: Connection, *, frontend: str, event_id: str, now: datetime) -> bool:
    """Mark it, in the transaction of what it caused; False when another had marked it."""
    return tx.execute(_MARK, {"network": frontend, "event": event_id, "now": now}).rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event as it was written down."""

    id: int
    frontend: str
    event_id: str
    heard: str


def unhandled(tx: Connection) -> Sequence[Noted]:
    """Events that a killed process left behind, oldest first."""
    query = select(inbox.c.id, inbox.c.frontend, inbox.c.event_id, inbox.c.heard)
    rows = tx.execute(query.where(inbox.c.handled_at.is_(None)).order_by(inbox.c.id)).all()
    return [Noted(id=row.id, frontend=row.frontend, event_id=row.event_id, heard=row.heard) for row in rows]


def note_anew(tx: Connection, noted_id: int, *, before: str, heard: str) -> bool:
    """The same event in other words; False when it was handled, or written anew, before."""
    same = (inbox.c.id == noted_id) & (inbox.c.heard == before) & inbox.c.handled_at.is_(None)
    return tx.execute(update(inbox).where(same).values(heard=heard)).rowcount == 1


def forget(tx: Connection, *, before: datetime) -> None:
    """Drop what no network repeats any more."""
    tx.execute(delete(inbox).where(inbox.c.handled_at.is_not(None), inbox.c.heard_at < before))
