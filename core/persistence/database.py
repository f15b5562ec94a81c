"""One database, two ways in: read and write. A transaction is a plain function: it never spans an `await`."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread, local
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from core import unit
from core.errors import BadInput

T = TypeVar("T")
Work = Callable[[Connection], T]

VARIABLE = "FOURTOP_DATABASE_URL"
_EXPECTED = "Expected sqlite:///path/to/file.db or postgresql://name:password@host/database."
_POSTGRES = frozenset({"", "psycopg", "psycopg2", "psycopg_async", "asyncpg", "pg8000"})
_ACCEPTED: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset({"", "pysqlite", "aiosqlite"}),
    "postgresql": _POSTGRES,
    "postgres": _POSTGRES,
}
"""Drivers that a URL may name, as other programs want them: the one that is shipped is used in their place."""
_READERS = 3
_MOST_READS = 8  # taken together, so that a long one keeps few waiting
_MOST_WRITES = 256
_WAL_TRIES = 10
_POSTGRES_WRITERS = 8
_POSTGRES_RETRIES = 5
_TRY_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL asks for another go


DatabaseAway = OperationalError
"""What a transaction raises where the database can't be reached or written for now."""


class Database(Protocol):
    """What repositories are called through: `await database.write(lambda tx: plans.add(tx, plan))`."""

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a consistent view."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction: committed when this returns, undone when `work` raises.

        `work` may be run again from the start where the database asks for it, so it has no effect outside.
        """
        ...

    @property
    def engine(self) -> Engine: ...

    async def aclose(self) -> None: ...


def open_database(url: str) -> Database:
    """`sqlite:///path` or `postgresql://…`; raises `BadInput` for anything else. Connects when used."""
    ours = _with_our_driver(url)
    address = ours.render_as_string(hide_password=False)
    return SqliteDatabase(address) if ours.drivername == "sqlite" else PostgresDatabase(address)


def file_of(url: str) -> Path | None:
    """Where SQLite's file is; None for a database that is no file. Raises `BadInput` as `open_database` does."""
    ours = _with_our_driver(url)
    path = ours.database
    if ours.drivername != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        return None
    return Path(path)


def _with_our_driver(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a ValueError holds the part that should have been a port
        raise BadInput(VARIABLE, _EXPECTED) from None
    backend, _, driver = parsed.drivername.partition("+")
    if driver not in _ACCEPTED.get(backend, ()):
        raise BadInput(VARIABLE, _EXPECTED)
    if "@" in (parsed.host or ""):  # the rest of a password, which would be shown as the host
        raise BadInput(VARIABLE, f"{_EXPECTED} An @ in the password is written %40.")
    if backend == "sqlite" and parsed.host:
        raise BadInput(VARIABLE, f"{_EXPECTED} Three slashes come before a file's name.")
    return parsed.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def shown(engine: Engine) -> str:
    """The database's URL for people to read: without a password, in whichever of its places."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def without_password(url: str) -> str:
    """A database's URL as its own programs take it, and without its password, which stands in either of two places.

    Raises `BadInput` as `open_database` does.
    """
    ours = _with_our_driver(url).difference_update_query(["password", "sslpassword"])
    return URL.create(
        ours.get_backend_name(), ours.username, None, ours.host, ours.port, ours.database, ours.query
    ).render_as_string()


def password_in(url: str) -> str | None:
    """The password of a database's URL as the server takes it, wherever it stands; None without one."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    stated = parsed.query.get("password")
    return parsed.password or (stated if isinstance(stated, str) else None)


def _keep_private(url: str) -> None:
    """A new file is for its owner alone: guests are in it. SQLite gives its other files the same mode."""
    if (path := file_of(url)) is not None:
        with suppress(OSError):  # there already; or it can't be made, and connecting will say why
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _configure_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's own BEGIN is deferred
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "synchronous=FULL", "foreign_keys=ON", "secure_delete=FAST"):
        cursor.execute(f"PRAGMA {pragma}")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: DBAPICursor) -> None:
    """Change the journal of a new file, or find it changed.

    SQLite refuses at once while another connection writes, `busy_timeout` or not (a second process at the
    first start). A transaction may wait for that other one: so does an empty one here, before the next try.
    """
    for _ in range(_WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


class _Statements(local):
    """How many this thread has run."""

    run = 0


_statements = _Statements()


def _count_statements(engine: Engine) -> None:
    def one_more(*_: object) -> None:
        _statements.run += 1

    event.listen(engine, "before_cursor_execute", one_more)


class SqliteDatabase:
    """SQLite with one writer thread and a few readers.

    Each thread takes what is waiting into one transaction on a connection of its own, and wakes the waiters
    together. For the writer that is 20 to 100 times the throughput of a commit each, and never "database is
    locked" among ourselves. Where one of its works fails, all are undone and run again with a savepoint each.
    """

    def __init__(self, url: str) -> None:
        _keep_private(url)
        self._engine = create_engine(
            url, poolclass=QueuePool, pool_size=_READERS + 1, max_overflow=2, hide_parameters=True
        )
        event.listen(self._engine, "connect", _configure_sqlite)
        _count_statements(self._engine)
        self._reads: SimpleQueue[_Transaction | None] = SimpleQueue()
        self._writes: SimpleQueue[_Transaction | None] = SimpleQueue()
        self._closed = False
        self._threads = [
            Thread(target=self._serve, args=(self._writes, _MOST_WRITES, _write), name="write", daemon=True),
            *(
                Thread(target=self._serve, args=(self._reads, _MOST_READS, _read), name="read", daemon=True)
                for _ in range(_READERS)
            ),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def engine(self) -> Engine:
        return self._engine

    async def read(self, work: Work[T]) -> T:
        return await self._asked(self._reads, work)

    async def write(self, work: Work[T]) -> T:
        return await self._asked(self._writes, work)

    async def aclose(self) -> None:
        self._closed = True
        self._writes.put(None)
        for _ in range(_READERS):
            self._reads.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._engine.dispose()

    async def _asked(self, queue: "SimpleQueue[_Transaction | None]", work: Work[T]) -> T:
        if self._closed:  # nobody would ever take it up
            raise RuntimeError("the database is closed")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        transaction = _Transaction(work, done)
        queue.put(transaction)
        try:
            return await done
        finally:
            unit.add(queries=transaction.queries)

    def _serve(self, queue: "SimpleQueue[_Transaction | None]", most: int, run: "_Run") -> None:
        connection: Connection | None = None
        closing = False
        while not closing:
            batch, closing = _waiting(queue, most)
            if not batch:
                continue
            error: BaseException | None = None
            try:
                connection = connection or self._engine.connect()
                run(connection, batch)
            except BaseException as broken:  # noqa: BLE001 - every waiter must learn of it
                error = broken
                if connection is not None:
                    connection.invalidate()
                    connection.close()
                    connection = None
            _settle(batch, error)
        if connection is not None:
            connection.close()


_Run = Callable[[Connection, "list[_Transaction]"], None]


def _waiting(queue: "SimpleQueue[_Transaction | None]", most: int) -> "tuple[list[_Transaction], bool]":
    """What is waiting, at least one; and whether it is the end."""
    batch: list[_Transaction] = []
    one = queue.get()
    while one is not None:
        batch.append(one)
        if len(batch) == most:
            return batch, False
        try:
            one = queue.get_nowait()
        except Empty:
            return batch, False
    return batch, True


def _read(connection: Connection, batch: "list[_Transaction]") -> None:
    connection.exec_driver_sql("BEGIN")
    for one in batch:
        one.run(connection)
    connection.exec_driver_sql("ROLLBACK")


def _write(connection: Connection, batch: "list[_Transaction]") -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    if all(one.run(connection) for one in batch):
        connection.exec_driver_sql("COMMIT")
        return
    connection.exec_driver_sql("ROLLBACK")
    if len(batch) == 1:
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    for one in batch:
        connection.exec_driver_sql("SAVEPOINT one")
        connection.exec_driver_sql("RELEASE one" if one.run(connection) else "ROLLBACK TO one")
    connection.exec_driver_sql("COMMIT")


class _Transaction:
    """One transaction that waits for its thread, and the waiter it answers to."""

    __slots__ = ("_answer", "_error", "_work", "done", "queries")

    def __init__(self, work: Work[T], done: "asyncio.Future[T]") -> None:
        self._work: Work[object] = work
        self.done: asyncio.Future[object] = done  # type: ignore[assignment]
        self._answer: object = None
        self._error: BaseException | None = None
        self.queries = 0

    def run(self, connection: Connection) -> bool:
        """Whether it went well; may be run again, and then the last run counts."""
        before = _statements.run
        try:
            self._answer, self._error = _done(self._work, connection), None
        except BaseException as error:  # noqa: BLE001 - carried to the waiter
            self._error = error
        self.queries = _statements.run - before
        return self._error is None

    def settle(self, error: BaseException | None) -> None:
        if self.done.done():  # its waiter gave up
            return
        if (raised := self._error or error) is not None:
            self.done.set_exception(raised)
        else:
            self.done.set_result(self._answer)


def _settle(batch: "list[_Transaction]", error: BaseException | None) -> None:
    """Answer every waiter, each loop being woken once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Transaction]] = {}
    for one in batch:
        by_loop.setdefault(one.done.get_loop(), []).append(one)

    def settle(mine: list[_Transaction]) -> None:
        for one in mine:
            one.settle(error)

    for loop, mine in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits there
            loop.call_soon_threadsafe(settle, mine)


class PostgresDatabase:
    """PostgreSQL through a small pool of threads."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url, pool_size=_POSTGRES_WRITERS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        _count_statements(self._engine)
        self._threads = ThreadPoolExecutor(_POSTGRES_WRITERS, thread_name_prefix="database")

    @property
    def engine(self) -> Engine:
        return self._engine

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def write(self, work: Work[T]) -> T:
        answer, queries = await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)
        unit.add(queries=queries)
        return answer

    async def aclose(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    def _run(self, work: Work[T]) -> tuple[T, int]:
        """What it answers, and the statements that took."""
        before = _statements.run
        for _ in range(_POSTGRES_RETRIES):
            try:
                with self._engine.begin() as connection:
                    return _done(work, connection), _statements.run - before
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
        with self._engine.begin() as connection:
            return _done(work, connection), _statements.run - before


def _done(work: Work[T], connection: Connection) -> T:
    """Do the work. No future can carry a `StopIteration`: its waiter would wait for ever."""
    try:
        return work(connection)
    except StopIteration as error:
        raise RuntimeError("a transaction raised StopIteration") from error
