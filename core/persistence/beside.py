"""Where aiosqlite has its place: connections to SQLite's file beside the one writer."""

from pathlib import Path

import aiosqlite

_PATIENCE = 5.0


def beside(file: Path) -> aiosqlite.Connection:
    """A connection of its own, for `async with` or `await`; a file that is not there is not made."""
    address = f"{file.absolute().as_uri()}?mode=rw"
    return aiosqlite.connect(address, uri=True, isolation_level=None, timeout=_PATIENCE)


async def scalar(connection: aiosqlite.Connection, query: str) -> object:
    """The first value of the first row, None without one; the query is over then, which a cursor left open is not."""
    async with connection.execute(query) as cursor:
        row = await cursor.fetchone()
    return None if row is None else row[0]
