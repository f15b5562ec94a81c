"""The same small transaction through our own database and through aiosqlite: decision 1 has the numbers.

`python -m bench.transactions`. A transaction reads a row and inserts one. aiosqlite is given one connection, whose
users wait for each other, and a pool of eight, whose users wait for SQLite. Each way takes its turn in every round.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiosqlite
from sqlalchemy import Connection

from bench.numbers import percentile
from core.persistence.sqlite_database import SqliteDatabase

WRITERS = (1, 32, 200)
ROUNDS = 3
SECONDS = 1.0
_POOL = 8
_TABLE = "CREATE TABLE notes(id INTEGER PRIMARY KEY, number INTEGER NOT NULL, words TEXT)"
_READ = "SELECT number FROM notes WHERE id = 1"
_INSERT = "INSERT INTO notes(number, words) VALUES (?, ?)"
_ROW = (1, "x" * 100)
_PRAGMAS = (
    "busy_timeout=5000",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=FAST",
    "journal_mode=WAL",
)

Once = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many a second, and milliseconds of one."""

    per_second: float
    p50: float
    p99: float


async def rate(callers: int, once: Once) -> Rate:
    """So many callers, each again and again."""
    took: list[float] = []
    over = time.perf_counter() + SECONDS

    async def caller() -> None:
        while (began := time.perf_counter()) < over:
            await once()
            took.append((time.perf_counter() - began) * 1e3)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    lasted = time.perf_counter() - began
    return Rate(per_second=len(took) / lasted, p50=percentile(took, 50), p99=percentile(took, 99))


def ours(database: SqliteDatabase) -> dict[str, Once]:
    def write(tx: Connection) -> None:
        tx.exec_driver_sql(_READ).scalar()
        tx.exec_driver_sql(_INSERT, _ROW)

    def read(tx: Connection) -> object:
        return tx.exec_driver_sql(_READ).scalar()

    return {"ours": lambda: database.write(write), "ours, a read": lambda: database.read(read)}


def theirs(one: aiosqlite.Connection, many: list[aiosqlite.Connection]) -> dict[str, Once]:
    turn, free = asyncio.Lock(), asyncio.Queue[aiosqlite.Connection]()
    for connection in many:
        free.put_nowait(connection)

    async def by_turns() -> None:
        async with turn:
            await _transaction(one)

    async def by_pool() -> None:
        connection = await free.get()
        try:
            await _transaction(connection)
        finally:
            free.put_nowait(connection)

    async def read() -> None:
        await one.execute_fetchall(_READ)

    return {"aiosqlite, one": by_turns, f"aiosqlite, {_POOL}": by_pool, "aiosqlite, a read": read}


async def _transaction(connection: aiosqlite.Connection) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    await connection.execute_fetchall(_READ)
    await connection.execute(_INSERT, _ROW)
    await connection.execute("COMMIT")


async def _opened(stack: AsyncExitStack, path: Path) -> aiosqlite.Connection:
    connection = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
    for pragma in _PRAGMAS:
        await connection.execute_fetchall(f"PRAGMA {pragma}")
    return connection


async def transactions() -> None:
    sys.setswitchinterval(0.0005)  # as the bot does
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        database = SqliteDatabase(f"sqlite:///{folder / 'ours.db'}")
        stack.push_async_callback(database.aclose)
        await database.write(lambda tx: tx.exec_driver_sql(_TABLE))
        one = await _opened(stack, folder / "one.db")
        many = [await _opened(stack, folder / "many.db") for _ in range(_POOL)]
        for connection in (one, many[0]):
            await connection.execute(_TABLE)
        ways = ours(database) | theirs(one, many)
        for callers in WRITERS:
            found: dict[str, list[Rate]] = {way: [] for way in ways}
            for _ in range(ROUNDS):
                for way, once in ways.items():
                    found[way].append(await rate(callers, once))
            for way, rates in found.items():
                middle = sorted(rates, key=lambda each: each.per_second)[ROUNDS // 2]
                spread = statistics.pstdev(each.per_second for each in rates)
                print(
                    f"{callers:>4} {way:<18} {middle.per_second:>8.0f}/s (±{spread:.0f}), "
                    f"p50 {middle.p50:.2f} ms, p99 {middle.p99:.1f} ms",
                    flush=True,
                )


if __name__ == "__main__":
    asyncio.run(transactions())
