"""A connection of its own to SQLite's file, beside the writer."""

import asyncio
import sqlite3
import threading

import pytest

from core.persistence.beside import beside, scalar


@pytest.fixture
def file(tmp_path):
    """A file whose name an address has to spell out, with a table."""
    found = tmp_path / "four top?#.db"
    with sqlite3.connect(found) as writer:
        writer.execute("CREATE TABLE notes(id INTEGER)")
    writer.close()
    return found


async def test_a_file_that_is_not_there_is_not_made(tmp_path):
    before = set(threading.enumerate())
    with pytest.raises(sqlite3.OperationalError):
        await beside(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
    for its in set(threading.enumerate()) - before:  # it has something to tell this loop yet
        await asyncio.to_thread(its.join)


async def test_it_sees_what_the_writer_commits(file):
    async with beside(file) as connection:
        assert await scalar(connection, "SELECT id FROM notes") is None
        with sqlite3.connect(file) as writer:
            writer.execute("INSERT INTO notes VALUES (7)")
        writer.close()
        assert await scalar(connection, "SELECT id FROM notes") == 7


async def test_a_query_that_was_answered_holds_nobody_up(file):
    async with beside(file) as connection:
        await connection.execute("INSERT INTO notes VALUES (1), (2)")
        assert await scalar(connection, "SELECT id FROM notes") == 1
        await connection.execute("DROP TABLE notes")
