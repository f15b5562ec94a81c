"""Facts as they are kept: recorded in the transaction that makes them true, read in the order of commits.

SQLite writes one transaction after the other: there a fact's number is its place. PostgreSQL gives numbers, and the
numbers of transactions, out before it is known who commits first. So it is read in windows of transactions that have
all ended: below the oldest one that still runs. Within a window facts stand in the order of their numbers, which is
that of what one subject went through, since whoever changes it has its row until they commit. Where a later
transaction got to a subject before an earlier one, the window ends below both. Nothing is counted by all writers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.fact import Fact, GuestsLinked
from core.errors import Behind
from core.persistence.tables import facts, subscribers

_FACT: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="kind")])
_HORIZON = ""
"""The row of `subscribers` that says what was pruned: no subscriber is called so."""


class _Tally:
    """Goes up, on whatever thread."""

    def __init__(self) -> None:
        self.so_many = 0
        self._lock = Lock()

    def one_more(self) -> None:
        with self._lock:
            self.so_many += 1


_here = _Tally()

_OURS = literal_column("CAST(CAST(pg_current_xact_id() AS text) AS bigint)", BigInteger)
_OLDEST_RUNNING = select(
    literal_column("CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)", BigInteger)
)
_NEWEST = select(
    literal_column("CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)", BigInteger)
)
_OURS_IF_ANY = literal_column("CAST(CAST(pg_current_xact_id_if_assigned() AS text) AS bigint)", BigInteger)
_OTHERS = facts.c.txid.is_distinct_from(_OURS_IF_ANY)
_HIGHEST = select(func.max(facts.c.txid)).where(_OTHERS)
_INSERT = insert(facts)
_INSERT_POSTGRES = insert(facts).values(txid=_OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far somebody has read: all of transactions below `opened`, and of those below `closed` what has a number
    up to `after`. As text it is a cursor for who reads from elsewhere.
    """

    opened: int = 0
    closed: int = 0
    after: int = 0

    def __str__(self) -> str:
        return f"{self.opened}.{self.closed}.{self.after}"

    @classmethod
    def parse(cls, cursor: str) -> "Position":
        """Raises ValueError for what is no cursor."""
        opened, closed, after = (int(part) for part in cursor.split("."))
        return cls(opened=opened, closed=closed, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A fact, when it became true (UTC), and its number: greater than those of what its subject went through before."""

    id: int
    at: datetime
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Facts in order, and where to go on. `seen` counts those of kinds that only a newer version knows, too; `more`:
    there are others, some of which may have to wait for a transaction that still runs.
    """

    facts: Sequence[Recorded]
    seen: int
    end: Position
    more: bool


def record(tx: Connection, fact: Fact, *, now: datetime) -> None:
    """Write down what this transaction makes true, after the write that does."""
    _here.one_more()
    row = {"at": now, "subject": fact.subject, "fact": _FACT.dump_json(fact).decode()}
    if tx.dialect.name == "sqlite":
        tx.execute(_INSERT, row | {"txid": 0})
    else:
        tx.execute(_INSERT_POSTGRES, row)


def recorded_here() -> int:
    """How many this process has recorded, whatever became of their transactions: whoever sees it go up may have left
    one.
    """
    return _here.so_many


def read(tx: Connection, start: Position, *, limit: int) -> Passage:
    """The next facts after `start`, at most `limit`. Raises `Behind` when some may have been pruned unread."""
    if _is_behind(tx, start):
        raise Behind(str(start))
    window = _window(tx, start)
    within = (facts.c.txid >= window.opened) & (facts.c.txid < window.closed) & (facts.c.id > window.after)
    rows = tx.execute(select(facts).where(within).order_by(facts.c.id).limit(limit)).all()
    if len(rows) == limit or (rows and tx.dialect.name == "sqlite"):
        end = replace(window, after=rows[-1].id)
    elif tx.dialect.name == "sqlite":
        end = start
    else:
        end = Position(opened=window.closed, closed=window.closed)
    return Passage(facts=_understood(rows), seen=len(rows), end=end, more=_are_more(tx, end))


def linked(tx: Connection) -> dict[int, int]:
    """Guests who turned out to be others, and which, for as long as facts are kept."""
    told = facts.c.subject.like("guest:%") & facts.c.fact.like('%"guests_linked"%')
    found = _understood(tx.execute(select(facts).where(told).order_by(facts.c.id)).all())
    return {each.fact.gone_id: each.fact.guest_id for each in found if isinstance(each.fact, GuestsLinked)}


def newest(tx: Connection) -> Position:
    """Where to begin for whoever starts from what is true in this transaction: nothing is missed, though a little
    may be heard that is known already.
    """
    if tx.dialect.name == "sqlite":
        pruned = position(tx, _HORIZON) or Position()
        return Position(closed=1, after=max(pruned.after, _last_number(tx)))
    oldest: int = tx.execute(_OLDEST_RUNNING).scalar_one()
    _count_anew(tx, oldest)
    return Position(opened=oldest, closed=oldest)


def position(tx: Connection, subscriber: str, *, locked: bool = False) -> Position | None:
    """How far a subscriber has heard; None for one that never did. `locked`: nobody else goes on from there until
    this transaction ends.
    """
    query = select(subscribers).where(subscribers.c.name == subscriber)
    row = tx.execute(query.with_for_update() if locked else query).one_or_none()
    return None if row is None else Position(opened=row.opened, closed=row.closed, after=row.after)


def set_position(tx: Connection, subscriber: str, reached: Position) -> None:
    """Write down how far a subscriber has heard."""
    at = {"opened": reached.opened, "closed": reached.closed, "after": reached.after}
    new = sqlite.insert(subscribers) if tx.dialect.name == "sqlite" else postgresql.insert(subscribers)
    tx.execute(
        new.values(at | {"name": subscriber}).on_conflict_do_update(
            index_elements=[subscribers.c.name], set_=at
        )
    )


def prune(tx: Connection, *, before: datetime) -> int:
    """Forget what became true long ago, and remember how far; how many facts went."""
    old = facts.c.at < before
    highest = tx.execute(select(func.max(facts.c.txid), func.max(facts.c.id)).where(old)).one()
    if highest[1] is None:
        return 0
    known = position(tx, _HORIZON) or Position()
    reached = Position(closed=max(known.closed, highest[0]), after=max(known.after, highest[1]))
    set_position(tx, _HORIZON, reached)
    return tx.execute(delete(facts).where(old)).rowcount


def _is_behind(tx: Connection, reached: Position) -> bool:
    """Whether something after the position is gone; or PostgreSQL counts its transactions anew since then, as after
    a restore into another server: what is to come there, by its count, is here already.
    """
    pruned = position(tx, _HORIZON)
    if pruned is not None:
        within = reached.opened <= pruned.closed < reached.closed
        if pruned.closed >= reached.closed or (within and pruned.after > reached.after):
            return True
    if tx.dialect.name == "sqlite":
        return False
    to_come, highest = tx.execute(select(_NEWEST.scalar_subquery(), _HIGHEST.scalar_subquery())).one()
    return reached.opened > to_come or (highest is not None and highest >= to_come)


def _window(tx: Connection, reached: Position) -> Position:
    """The transactions to read from now: what is left of a window, or a new one."""
    if tx.dialect.name == "sqlite":
        return replace(reached, closed=1)  # for ever: every transaction counts as 0
    if reached.closed > reached.opened:
        return reached
    return Position(opened=reached.opened, closed=_settled_below(tx, reached.opened))


def _settled_below(tx: Connection, opened: int) -> int:
    """Below which transaction all have ended, and none has left anything that comes after what is at or above it."""
    closed: int = max(opened, tx.execute(_OLDEST_RUNNING).scalar_one())
    earlier = facts.alias()
    while True:
        crossing = (
            select(func.min(facts.c.txid))
            .join(earlier, (earlier.c.subject == facts.c.subject) & (earlier.c.id < facts.c.id))
            .where(facts.c.txid >= opened, facts.c.txid < closed, earlier.c.txid >= closed)
        )
        found: int | None = tx.execute(crossing).scalar_one()
        if found is None:
            return closed
        closed = found


def _are_more(tx: Connection, end: Position) -> bool:
    if tx.dialect.name == "sqlite":
        after = facts.c.id > end.after
    else:
        inside = (facts.c.txid >= end.opened) & (facts.c.txid < end.closed) & (facts.c.id > end.after)
        after = inside | (facts.c.txid >= end.closed)
    return bool(tx.execute(select(exists().where(after))).scalar_one())


def _count_anew(tx: Connection, oldest: int) -> None:
    """Transactions that are yet to come, by this server's count, were another server's: what they left is past, and
    so is whoever has not read it.
    """
    to_come: int = tx.execute(_NEWEST).scalar_one()
    past = tx.execute(update(facts).where(facts.c.txid >= to_come, _OTHERS).values(txid=0)).rowcount
    pruned = position(tx, _HORIZON) or Position()
    if past or pruned.closed >= to_come:
        after = max(pruned.after, _last_number(tx))
        set_position(tx, _HORIZON, Position(closed=oldest - 1, after=after))


def _last_number(tx: Connection) -> int:
    return tx.execute(select(func.max(facts.c.id))).scalar_one() or 0


def _understood(rows: Sequence[Row[tuple[object, ...]]]) -> list[Recorded]:
    """What a newer version recorded, and this one does not know, is nothing to its subscribers."""
    found: list[Recorded] = []
    for row in rows:
        try:
            found.append(Recorded(id=row.id, at=row.at, fact=_FACT.validate_json(row.fact)))
        except ValidationError:
            continue
    return found
