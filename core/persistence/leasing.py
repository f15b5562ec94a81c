"""What every leased table shares: one owner has a row in hand, until a moment, behind a fence.

Each claim raises the fence, and every write made under it names it, so that one who was given up for dead cannot
write any more.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Integer, String, Table, inspect, update

from core.persistence.columns import Instant


def columns() -> tuple[Column[int], Column[str], Column[datetime]]:
    """The columns of a lease, for a table."""
    return (
        Column("fence", Integer, nullable=False, server_default="0"),
        Column("lease_owner", String(128)),
        Column("lease_until", Instant),
    )


def free(table: Table, now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Rows that nobody has in hand, or no longer."""
    return table.c.lease_until.is_(None) | (table.c.lease_until <= now)


def taken(
    table: Table, *, owner: str | ColumnElement[str], until: datetime | ColumnElement[datetime]
) -> dict[str, object]:
    """What a claim writes to the rows it gets."""
    return {"fence": table.c.fence + 1, "lease_owner": owner, "lease_until": until}


def behind(table: Table, row_id: int, fence: int) -> ColumnElement[bool]:
    """The row, for whoever got that fence; nothing once somebody else has claimed it."""
    return (table.c.id == row_id) & (table.c.fence == fence)


def renew(
    tx: Connection, table: Table, *, owner: str, ids: Collection[int], now: datetime, lease: timedelta
) -> Collection[tuple[int, int]]:
    """Keep the rows that `owner` has in hand; those still held, with their fences. A lapsed lease is lost."""
    held = (
        update(table)
        .where(table.c.id.in_(ids), table.c.lease_owner == owner, table.c.lease_until > now)
        .values(lease_until=now + lease)
        .returning(table.c.id, table.c.fence)
    )
    return {(row.id, row.fence) for row in tx.execute(held).all()}


def let_go(tx: Connection, table: Table, whose: ColumnElement[bool], **values: object) -> int:
    """End the leases of these rows, and write `values`; how many there were."""
    return tx.execute(
        update(table).where(whose).values(lease_owner=None, lease_until=None, **values)
    ).rowcount


def is_leased(tx: Connection, table: Table) -> bool:
    """Whether the table has these columns yet: a database is migrated only after the process's own lease."""
    return any(column["name"] == "lease_owner" for column in inspect(tx).get_columns(table.name))
