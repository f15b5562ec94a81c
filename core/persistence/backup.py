"""A copy of SQLite's file, whole and checked, made while others read and write."""

import errno
import os
import secrets
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from core.disk import settle
from core.errors import BadInput
from core.persistence.beside import beside, scalar
from core.persistence.database_url import VARIABLE

_PAGES = 256  # a megabyte: a step takes a few milliseconds of the disk
_PAUSE = 0.01  # seconds between two steps, which are the bot's
_PART = ".part"
_BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """`tables` is the revision they are at, None for a database that has none yet."""

    path: Path
    size: int
    tables: str | None


async def back_up(database: Path, to: Path, *, force: bool = False) -> Backup:
    """Copy the database as it is in this moment, what is only in its write-ahead log included.

    The copy takes its name once it is on the disk and checked, and is for its owner alone. An older file of that name
    stays, unless `force`. Raises `BadInput` and leaves nothing behind.
    """
    database = _itself(database)
    _refuse(database, to, force=force)
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}{_PART}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        tables = await _copied(database, part)
        size = _written(part)
        _named(part, to, force=force)
    except OSError as error:
        raise BadInput(str(to), _unwritable(error, to.parent)) from None
    finally:
        for end in _BESIDE:
            with suppress(OSError):
                part.with_name(part.name + end).unlink()
    settle(to.parent)
    return Backup(path=to, size=size, tables=tables)


def _itself(database: Path) -> Path:
    """Where a link leads to: SQLite's other files are there."""
    return database.resolve()


def _refuse(database: Path, to: Path, *, force: bool) -> None:
    if not database.exists() or not database.stat().st_size:
        raise BadInput(str(database), "there is no database yet; the first start makes it.")
    if any(_same(to, database.with_name(database.name + end)) for end in _BESIDE):
        raise BadInput(str(to), "that is the database itself; name another file.")
    for end in _BESIDE[1:]:
        if to.with_name(to.name + end).exists():  # SQLite would take it for the copy's own
            beside_it = f"{to.name}{end}"
            raise BadInput(
                str(to), f"{beside_it} is there: somebody has that file open, or left it in a hurry."
            )
    if to.is_dir():
        raise BadInput(str(to), "that is a folder; name a file in it.")
    if to.exists() and not force:
        raise BadInput(str(to), "there is such a file already; --force puts the new copy in its place.")
    if not to.parent.is_dir():
        raise BadInput(str(to), f"there is no folder {to.parent}.")


def _same(one: Path, other: Path) -> bool:
    """Whether both are one file, under whichever name; one that is not there yet goes by its name."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


@asynccontextmanager
async def _open(path: Path) -> AsyncGenerator[aiosqlite.Connection]:
    try:
        connection = await beside(path)
    except sqlite3.OperationalError as error:
        raise BadInput(str(path), f"it can't be opened: {error}.") from None
    try:
        yield connection
    finally:
        await connection.close()


async def _copied(database: Path, part: Path) -> str | None:
    """Copy page by page, and check the copy; which tables are in it."""
    async with _open(database) as source, _open(part) as copy:
        try:
            # One transaction sees one state, and holds up nobody. Without it each step would see the newest, and what
            # another connection commits in between would begin the copy anew: beside a busy bot it never ends.
            await source.execute("BEGIN")
            tables = await _tables(source)
            await source.backup(copy, pages=_PAGES, sleep=_PAUSE)
            await source.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
            raise BadInput(VARIABLE, f"The database can't be read: {error}.") from None
        await _check(copy, database)
    return tables


async def _tables(connection: aiosqlite.Connection) -> str | None:
    known = await scalar(connection, "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    return None if known is None else str(await scalar(connection, "SELECT version_num FROM alembic_version"))


async def _check(copy: aiosqlite.Connection, database: Path) -> None:
    """One file, that needs no other beside it, and that is sound. Raises `BadInput` where the database is not."""
    try:
        await scalar(copy, "PRAGMA journal_mode=DELETE")
        found = await scalar(copy, "PRAGMA integrity_check(1)")
    except sqlite3.DatabaseError as error:
        found = error
    if found != "ok":
        raise BadInput(str(database), f"it is damaged, and so was the copy, which is not kept: {found}.")


def _written(part: Path) -> int:
    """Have the copy on the disk; its size in bytes."""
    handle = os.open(part, os.O_RDWR)
    try:
        os.fsync(handle)
        return os.fstat(handle).st_size
    finally:
        os.close(handle)


def _named(part: Path, to: Path, *, force: bool) -> None:
    """Give the copy its name. Without `force` a file that has come there meanwhile stays, too."""
    if force:
        part.replace(to)
        return
    try:
        os.link(part, to)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links
        part.replace(to)


def _unwritable(error: OSError, folder: Path) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"the disk is full; make room at {folder}, or name a file on another disk."
        case errno.EEXIST:
            return "there is such a file already; --force puts the new copy in its place."
        case _:
            return f"it can't be written: {error.strerror}."
