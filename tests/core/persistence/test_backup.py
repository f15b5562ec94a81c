"""A backup is the whole database as it was in one moment, or there is none."""

import asyncio
import os
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest

from core.errors import BadInput
from core.persistence import backup, migrate
from core.persistence.backup import back_up
from core.persistence.sqlite_database import SqliteDatabase


@pytest.fixture
def original(tmp_path):
    """A database in use, whose newest rows are only in its write-ahead log."""
    path = tmp_path / "data" / "fourtop.db"
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, words TEXT)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("INSERT INTO notes(words) VALUES ('only in the log')")
    yield path
    connection.close()


def rows(path: Path, table: str = "notes") -> list[tuple[object, ...]]:
    """What a copy holds that lies alone in a folder."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_is_only_in_the_write_ahead_log_is_in_the_copy(original, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    made = await back_up(original, alone / "copy.db")
    assert rows(alone / "copy.db") == [(1, "only in the log")]
    assert left_in(alone) == ["copy.db"], "one file, that needs no other"
    assert made.size == (alone / "copy.db").stat().st_size
    assert made.tables is None


async def test_the_copy_is_for_its_owner_alone_whatever_the_umask(original, tmp_path):
    before = os.umask(0)
    try:
        await back_up(original, tmp_path / "copy.db")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


async def test_it_says_at_which_tables_it_is(tmp_path):
    database = SqliteDatabase(f"sqlite:///{tmp_path / 'fourtop.db'}")
    migrate.upgrade(database.engine)
    made = await back_up(tmp_path / "fourtop.db", tmp_path / "copy.db")
    assert made.tables == migrate.head()
    await database.aclose()


async def test_a_copy_made_under_steady_writes_ends_is_of_one_moment_and_holds_no_writer_up(tmp_path):
    """Two tables that every transaction keeps equal; pages enough for a hundred steps."""
    path = tmp_path / "fourtop.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE filler(words TEXT)")
    connection.execute("CREATE TABLE one(n INTEGER)")
    connection.execute("CREATE TABLE two(n INTEGER)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 4000,)] * 12_000)
    connection.execute("COMMIT")
    connection.close()
    over, waits = threading.Event(), []

    def write() -> None:
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("PRAGMA busy_timeout=5000")
        n = 0
        while not over.is_set():
            n += 1
            began = time.perf_counter()
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO one VALUES (?)", (n,))
            writer.execute("INSERT INTO two VALUES (?)", (n,))
            writer.execute("COMMIT")
            waits.append(time.perf_counter() - began)
            time.sleep(0.002)
        writer.close()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        async with asyncio.timeout(60):
            await back_up(path, tmp_path / "copy.db")
    finally:
        over.set()
        writing.join()
    assert len(waits) > 20, "there were writes meanwhile"
    assert max(waits) < 2, "and none waited for the copy"
    assert rows(tmp_path / "copy.db", "one") == rows(tmp_path / "copy.db", "two")
    assert len(rows(tmp_path / "copy.db", "filler")) == 12_000


async def test_an_older_copy_stays_unless_it_is_to_go(original, tmp_path):
    older = tmp_path / "copy.db"
    older.write_text("older")
    with pytest.raises(BadInput, match="such a file already; --force"):
        await back_up(original, older)
    assert older.read_text() == "older"
    await back_up(original, older, force=True)
    assert rows(older) == [(1, "only in the log")]
    assert stat.S_IMODE(older.stat().st_mode) == 0o600
    assert left_in(tmp_path) == ["copy.db", "data"]


async def test_a_file_that_comes_there_meanwhile_stays(original, tmp_path, monkeypatch):
    copied = backup._copied

    async def somebody_is_faster(*args):
        tables = await copied(*args)
        (tmp_path / "copy.db").write_text("theirs")
        return tables

    monkeypatch.setattr(backup, "_copied", somebody_is_faster)
    with pytest.raises(BadInput, match="such a file already"):
        await back_up(original, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "theirs"
    assert left_in(tmp_path) == ["copy.db", "data"]


@pytest.mark.parametrize("name", ["fourtop.db", "fourtop.db-wal", "link.db", "../data/fourtop.db"])
async def test_the_database_is_no_copy_of_itself(original, name):
    (original.parent / "link.db").symlink_to(original)
    before = original.read_bytes()
    with pytest.raises(BadInput, match="the database itself"):
        await back_up(original, original.parent / name, force=True)
    assert original.read_bytes() == before


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
async def test_a_database_that_is_named_by_a_link_is_no_copy_of_itself_either(original, tmp_path, end):
    link = tmp_path / "fourtop.db"
    link.symlink_to(original)
    with pytest.raises(BadInput, match="the database itself"):
        await back_up(link, original.with_name(original.name + end), force=True)


@pytest.mark.parametrize("force", [True, False])
async def test_a_log_that_is_left_beside_the_name_is_never_taken_for_the_copys(original, tmp_path, force):
    (tmp_path / "copy.db-wal").write_bytes(b"what somebody wrote there")
    with pytest.raises(BadInput, match=r"copy\.db-wal is there"):
        await back_up(original, tmp_path / "copy.db", force=force)
    assert not (tmp_path / "copy.db").exists()


async def test_without_a_database_there_is_a_sentence_and_no_file(tmp_path):
    with pytest.raises(BadInput, match="no database yet"):
        await back_up(tmp_path / "fourtop.db", tmp_path / "copy.db")
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("/proc/copy.db", "can't be written: "),
        ("nowhere/copy.db", "there is no folder "),
        ("data", "that is a folder"),
    ],
)
async def test_where_nothing_can_be_written_there_is_a_sentence(original, tmp_path, to, why):
    with pytest.raises(BadInput, match=why):
        await back_up(original, tmp_path / to)
    assert left_in(tmp_path) == ["data"]


async def test_a_full_disk_is_named_and_leaves_nothing_behind(original, tmp_path, monkeypatch):
    opened = backup.beside

    class Small:
        """A copy for which there is one page of room: SQLite says what it says of a full disk."""

        def __init__(self, path):
            self._opening = opened(path)

        def __await__(self):
            connection = yield from self._opening.__await__()
            yield from connection.execute_fetchall("PRAGMA max_page_count=1").__await__()
            return connection

    monkeypatch.setattr(backup, "beside", lambda path: opened(path) if path == original else Small(path))
    with pytest.raises(BadInput, match="the disk is full; make room at"):
        await back_up(original, tmp_path / "copy.db")
    assert left_in(tmp_path) == ["data"]


async def test_a_damaged_database_is_named_and_its_copy_is_not_kept(tmp_path):
    path = tmp_path / "fourtop.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, words TEXT)")
    connection.executemany("INSERT INTO notes(words) VALUES (?)", [("x" * 500,)] * 200)
    connection.close()
    content = bytearray(path.read_bytes())
    content[5 * 4096 : 5 * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(BadInput, match="it is damaged"):
        await back_up(path, tmp_path / "copy.db")
    assert left_in(tmp_path) == ["fourtop.db"]


async def test_no_database_at_all_is_named(tmp_path):
    path = tmp_path / "fourtop.db"
    path.write_text("a shopping list" * 1000)
    with pytest.raises(BadInput, match="can't be read"):
        await back_up(path, tmp_path / "copy.db")
    assert left_in(tmp_path) == ["fourtop.db"]


async def test_given_up_halfway_it_leaves_nothing_behind(original, tmp_path, monkeypatch):
    begun = asyncio.Event()

    async def endless(*_):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(backup, "_copied", endless)
    copying = asyncio.create_task(back_up(original, tmp_path / "copy.db"))
    await begun.wait()
    assert len(left_in(tmp_path)) == 2
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert left_in(tmp_path) == ["data"]
