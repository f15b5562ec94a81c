"""What another process commits is noticed, on both databases."""

import asyncio
import subprocess
import sys

import pytest
from sqlalchemy import text

from core.persistence.commit_look import commit_look
from core.persistence.open_database import open_database
from tests.expect import present

WRITER = """
import asyncio, sys
from sqlalchemy import text
from core.persistence.open_database import open_database

async def main():
    database = open_database(sys.argv[1])
    for line in sys.stdin:
        await database.write(lambda tx: tx.execute(text(line)))
        print("done", flush=True)
    await database.aclose()

asyncio.run(main())
"""


class AnotherProcess:
    """Commits what it is told to."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, self._url, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    async def write(self, statement: str) -> None:
        present(self._process.stdin).write(f"{statement}\n".encode())
        assert await present(self._process.stdout).readline() == b"done\n"

    async def __aexit__(self, *_):
        await self._process.communicate(b"")  # which closes what it reads


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    await opened.write(lambda tx: tx.execute(text("CREATE TABLE notes(id INTEGER)")))
    yield opened
    await opened.aclose()


@pytest.fixture
async def look(database):
    """A look that has looked once."""
    one = commit_look(database)
    assert not await one.changed()
    yield one
    await one.aclose()


def add(number):
    return lambda tx: tx.execute(text(f"INSERT INTO notes VALUES ({number})"))


async def test_each_commit_of_another_process_is_seen_by_the_next_look_and_once(look, database_url):
    async with AnotherProcess(database_url) as other:
        assert not await look.changed()
        for number in range(3):
            await other.write(f"INSERT INTO notes VALUES ({number})")
            assert await look.changed()
            assert not await look.changed()


async def test_a_commit_of_another_process_is_seen_among_many_of_our_own(look, database, database_url):
    async with AnotherProcess(database_url) as other:
        for number in range(20):
            await database.write(add(number))
        await other.write("INSERT INTO notes VALUES (100)")
        for number in range(20):
            await database.write(add(number))
        assert await look.changed()


async def test_where_nobody_writes_there_is_nothing_to_see(look, database):
    for _ in range(5):
        await database.read(lambda tx: tx.execute(text("SELECT * FROM notes")).all())
        assert not await look.changed()


async def test_on_sqlite_our_own_commits_are_not_taken_for_another_s(look, database, database_url):
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL does not tell who wrote: one look too many costs little")
    for number in range(10):
        await database.write(add(number))
        assert not await look.changed()
    with pytest.raises(LookupError):
        await database.write(lambda _: (_ for _ in ()).throw(LookupError("undone")))
    assert not await look.changed()


async def test_on_postgresql_a_transaction_that_began_before_the_look_is_seen_when_it_commits(
    look, database, database_url
):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite's version changes with the commit and with nothing else")
    with database.engine.connect() as slow:
        slow.execute(text("INSERT INTO notes VALUES (1)"))
        await look.changed()  # its number is out
        assert not await look.changed()
        slow.commit()
        assert await look.changed()


async def test_a_look_that_failed_is_made_up_for(database, database_url, monkeypatch):
    look = commit_look(database)
    await look.changed()
    async with AnotherProcess(database_url) as other:
        await other.write("INSERT INTO notes VALUES (1)")

        async def gone(_):
            raise OSError("the disk")

        with monkeypatch.context() as patch:
            patch.setattr(database, "write", gone)
            patch.setattr(database, "read", gone)
            with pytest.raises(OSError, match="the disk"):
                await look.changed()
        assert await look.changed()
    await look.aclose()
