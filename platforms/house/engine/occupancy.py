"""Who has which table when. Claiming is one statement, decided by the primary key of `house_occupied`."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Integer, String, and_, bindparam, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningInsert

from core.persistence.columns import Instant
from platforms.house.engine.availability import BusyTicks
from platforms.house.engine.rules import HouseVenue
from platforms.house.engine.tables import house_occupied

NOTHING = BusyTicks(0)

_taken = house_occupied.c

_BUSY = (
    select(_taken.table_id, func.min(_taken.tick), func.max(_taken.tick))
    .where(_taken.table_id.in_(bindparam("tables", expanding=True)))
    .where(_taken.tick >= bindparam("begin"), _taken.tick < bindparam("stop"))
    .where(or_(_taken.expires_at.is_(None), _taken.expires_at > bindparam("now")))
    .where(_taken.reservation_id != bindparam("but"))
    # A live claim is one unbroken stretch of one table, so its ends say it all.
    .group_by(_taken.table_id, _taken.reservation_id)
)
"""Put together once: it is asked at every tap."""


def busy(
    tx: Connection, venue: HouseVenue, ticks: range, *, now: datetime, but: str | None = None
) -> BusyTicks:
    """What is taken of the venue's tables within `ticks`, but for lapsed holds and reservation `but`."""
    asked = {
        "tables": [table.id for table in venue.tables],
        "begin": ticks.start,
        "stop": ticks.stop,
        "now": now,
        "but": but or "",
    }
    return BusyTicks.of(
        ticks.start,
        [(table_id, range(first, last + 1)) for table_id, first, last in tx.execute(_BUSY, asked)],
    )


def claim(
    tx: Connection,
    reservation_id: str,
    tables: Sequence[int],
    ticks: range,
    *,
    expires_at: datetime | None,
    now: datetime,
) -> int | None:
    """Take the first of `tables` that can be had for all of `ticks`; its id, or None.

    Everything else the reservation had is given back. `expires_at` makes it a hold.
    """
    for table_id in tables:
        with tx.begin_nested() as savepoint:
            if _claim_one(tx, reservation_id, table_id, ticks, expires_at=expires_at, now=now):
                _keep_only(tx, reservation_id, table_id, ticks)
                return table_id
            savepoint.rollback()
    return None


def give_back(tx: Connection, reservation_id: str) -> None:
    """Free every tick of the reservation."""
    tx.execute(delete(house_occupied).where(_taken.reservation_id == reservation_id))


def _claim_one(
    tx: Connection,
    reservation_id: str,
    table_id: int,
    ticks: range,
    *,
    expires_at: datetime | None,
    now: datetime,
) -> bool:
    values = {
        "claimed": table_id,
        "begin": ticks.start,
        "stop": ticks.stop,
        "claimant": reservation_id,
        "until": expires_at,
        "now": now,
    }
    try:
        # Rows are counted as they come back: sqlite3 knows no row count of a statement that begins with WITH.
        return len(tx.execute(_claim_statement(tx.dialect.name), values).all()) == len(ticks)
    except IntegrityError:
        return False  # the table was taken out of the venue this moment


@cache
def _claim_statement(dialect: str) -> ReturningInsert[tuple[int]]:
    """Insert every tick from `begin` to before `stop`; what is held too long, or ours, is taken over.

    In order of tick everywhere, so that overlapping claims never wait for each other in a circle.
    """
    until = bindparam("until", type_=Instant)
    claimant = bindparam("claimant", type_=String)
    stop = bindparam("stop", type_=Integer)
    wanted = select(bindparam("begin", type_=Integer).label("tick")).cte("wanted", recursive=True)
    wanted = wanted.union_all(select(wanted.c.tick + 1).where(wanted.c.tick < stop - 1))
    rows = (
        select(bindparam("claimed", type_=_taken.table_id.type), wanted.c.tick, claimant, until)
        .where(wanted.c.tick < stop)  # without a WHERE, SQLite takes ON CONFLICT for a join's ON
        .order_by(wanted.c.tick)
    )
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return (
        insert(house_occupied)
        .from_select(["table_id", "tick", "reservation_id", "expires_at"], rows)
        .on_conflict_do_update(
            index_elements=[_taken.table_id, _taken.tick],
            set_={"reservation_id": claimant, "expires_at": until},
            where=or_(
                and_(_taken.expires_at.is_not(None), _taken.expires_at <= bindparam("now", type_=Instant)),
                _taken.reservation_id == claimant,
            ),
        )
        .returning(_taken.tick)
    )


def _keep_only(tx: Connection, reservation_id: str, table_id: int, ticks: range) -> None:
    elsewhere = or_(_taken.table_id != table_id, _taken.tick < ticks.start, _taken.tick >= ticks.stop)
    tx.execute(delete(house_occupied).where(_taken.reservation_id == reservation_id, elsewhere))
