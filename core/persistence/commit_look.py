"""Whether another process has written to the database since the last look."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import aiosqlite
from sqlalchemy import Connection

from core.persistence.beside import beside, scalar
from core.persistence.database import Database

_VERSION = "PRAGMA data_version"
_SNAPSHOT = "SELECT CAST(txid_current_snapshot() AS text)"


class CommitLook(Protocol):
    """One look after the other; raises what the database raises, and the next look finds what this one would have."""

    async def changed(self) -> bool:
        """Whether others have committed since the look before; the first one only remembers how it is."""
        ...

    async def aclose(self) -> None: ...


def commit_look(database: Database) -> CommitLook:
    """The look for this kind of database."""
    file = database.engine.url.database
    if database.engine.dialect.name == "sqlite" and file:
        return SqliteLook(Path(file), database)
    return PostgresLook(database)


class SqliteLook:
    """`PRAGMA data_version`: another number after each commit of any connection but the one that asks.

    Asked on a connection of its own it says at next to no cost that somebody wrote. Where that was this process, as it
    mostly is, the writer's connection knows of no change: all that this process commits goes through that one.
    """

    def __init__(self, file: Path, database: Database) -> None:
        self._file = file
        self._database = database
        self._opening: asyncio.Task[aiosqlite.Connection] | None = None
        self._anybodys: object = None
        self._others: object = None

    async def changed(self) -> bool:
        anybodys = await scalar(await self._connection(), _VERSION)
        if anybodys == self._anybodys:
            return False
        others = await self._database.write(_version)
        first = self._anybodys is None
        changed = others != self._others and not first
        self._anybodys, self._others = anybodys, others
        return changed

    async def _connection(self) -> aiosqlite.Connection:
        """Opened by a task of its own: one that is opening when the looks end is to be closed, too."""
        opening = self._opening = self._opening or asyncio.create_task(_opened(self._file))
        try:
            return await asyncio.shield(opening)
        except sqlite3.Error:
            self._opening = None
            raise

    async def aclose(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            with suppress(sqlite3.Error):
                await (await opening).close()


class PostgresLook:
    """The snapshot of transactions: another one after each that wrote, whoever did, to any database of the server.

    It is the cheapest thing to ask that misses nothing. `NOTIFY` would tell who wrote, and cost every one of our own
    commits a wait for the one before it; what is typed in `psql` would not notify at all. So our own writes count here.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: object = None

    async def changed(self) -> bool:
        before, self._seen = self._seen, await self._database.read(_snapshot)
        return before is not None and before != self._seen

    async def aclose(self) -> None:
        """Its connections are the database's."""


async def _opened(file: Path) -> aiosqlite.Connection:
    return await beside(file)


def _version(tx: Connection) -> object:
    return tx.exec_driver_sql(_VERSION).scalar()


def _snapshot(tx: Connection) -> object:
    return tx.exec_driver_sql(_SNAPSHOT).scalar()
