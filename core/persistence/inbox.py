"""What was heard, written down before the network is told so: a repeat is known, an unhandled event is found again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from core.persistence.tables import inbox


def note(tx: Connection, *, frontend: str, event_id: str, heard: str, now: datetime) -> bool:
    """Keep an event as JSON; False when it was known already."""
    known = select(inbox.c.id).where(inbox.c.frontend == frontend, inbox.c.event_id == event_id)
    if tx.execute(known).one_or_none() is not None:
        return False
    tx.execute(insert(inbox).values(frontend=frontend, event_id=event_id, heard=heard, heard_at=now))
    return True


def handled(tx: Connection, *, frontend: str, event_id: str, now: datetime) -> bool:
    """Mark it, in the transaction of what it caused; False when another had marked it."""
    mark = (
        update(inbox)
        .where(inbox.c.frontend == frontend, inbox.c.event_id == event_id, inbox.c.handled_at.is_(None))
        .values(handled_at=now)
    )
    return tx.execute(mark).rowcount == 1


def unhandled(tx: Connection) -> Sequence[str]:
    """Events that a killed process left behind, oldest first."""
    query = select(inbox.c.heard).where(inbox.c.handled_at.is_(None)).order_by(inbox.c.id)
    return tx.execute(query).scalars().all()


def forget(tx: Connection, *, before: datetime) -> None:
    """Drop what no network repeats any more."""
    tx.execute(delete(inbox).where(inbox.c.handled_at.is_not(None), inbox.c.heard_at < before))
