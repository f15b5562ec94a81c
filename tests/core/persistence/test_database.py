"""What `read` and `write` promise, on both databases; and what the writer thread of SQLite adds."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from core.errors import BadInput
from core.persistence.database_url import file_of
from core.persistence.open_database import open_database
from core.persistence.postgres_database import PostgresDatabase
from core.persistence.sqlite_database import SqliteDatabase
from tests.expect import present

metadata = MetaData()
counters = Table(
    "counters",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    metadata.create_all(opened.engine)
    yield opened
    await opened.aclose()


def add(number, count=0):
    return lambda tx: tx.execute(insert(counters).values(id=number, count=count))


def rows(tx):
    return tx.execute(select(func.count()).select_from(counters)).scalar_one()


def increment(tx):
    before = tx.execute(select(counters.c.count).where(counters.c.id == 1).with_for_update()).scalar_one()
    tx.execute(update(counters).where(counters.c.id == 1).values(count=before + 1))
    return before


def test_the_url_says_which_database(database_url):
    database = open_database(database_url)
    assert isinstance(database, SqliteDatabase if database_url.startswith("sqlite") else PostgresDatabase)
    assert database.engine.dialect.name in database_url
    database.engine.dispose()


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite", "sqlite+aiosqlite"])
async def test_a_file_is_opened_whichever_driver_its_address_names(scheme, tmp_path):
    database = open_database(f"{scheme}:///{tmp_path}/mine.db")
    await database.write(metadata.create_all)
    assert await database.read(rows) == 0
    assert (tmp_path / "mine.db").exists()
    await database.aclose()


@pytest.mark.parametrize(
    "scheme",
    ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"],
)
def test_postgres_is_spoken_to_by_the_driver_that_is_shipped(scheme):
    database = open_database(f"{scheme}://name:pass@127.0.0.1:1/fourtop")
    assert isinstance(database, PostgresDatabase)
    assert database.engine.dialect.driver == "psycopg"
    assert database.engine.url.password == "pass"
    database.engine.dispose()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////var/lib/a.db", "/var/lib/a.db"),
        ("sqlite+aiosqlite:////var/lib/a.db?timeout=5", "/var/lib/a.db"),
        ("sqlite:///a.db", "a.db"),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql+asyncpg://host/fourtop", None),
    ],
)
def test_an_address_says_where_its_file_is(url, file):
    assert file_of(url) == (None if file is None else Path(file))


@pytest.mark.parametrize(
    "url", ["sqlite+pysqlcipher:///a.db", "postgresql+odd://host/a", "mysql+aiomysql://a/b"]
)
def test_an_address_with_a_driver_nobody_knows_is_refused_by_what_is_accepted(url):
    with pytest.raises(BadInput, match=r"FOURTOP_DATABASE_URL: Expected sqlite:///\S+ or postgresql://\S+"):
        open_database(url)


@pytest.mark.parametrize("url", ["postgresql://name:pa@ss@host/db", "postgresql+asyncpg://name:@ss@host/db"])
def test_half_a_password_is_not_taken_for_a_host(url):
    """It would be shown: hosts are no secret."""
    with pytest.raises(BadInput, match="An @ in the password is written %40") as refused:
        open_database(url)
    assert "ss" not in str(refused.value).replace("password", "")


def test_a_file_with_too_few_slashes_is_refused_in_one_sentence():
    with pytest.raises(BadInput, match=r"FOURTOP_DATABASE_URL: Expected .* Three slashes"):
        open_database("sqlite://data/fourtop.db")


@pytest.mark.parametrize("url", ["", "mysql://a:b@c/d", "fourtop.db", "sqlite", "postgresql"])
def test_an_address_of_no_database_is_refused_by_the_name_of_its_setting(url):
    with pytest.raises(BadInput, match="FOURTOP_DATABASE_URL: Expected"):
        open_database(url)


async def test_what_was_written_can_be_read(database):
    await database.write(add(1))
    assert await database.read(rows) == 1


async def test_a_transaction_answers_with_what_its_function_returns(database):
    await database.write(add(1, count=41))
    assert await database.write(increment) == 41


async def test_a_transaction_that_raises_leaves_nothing_and_its_error_reaches_the_caller(database):
    def half(tx):
        add(1)(tx)
        raise LookupError("changed my mind")

    with pytest.raises(LookupError, match="changed my mind"):
        await database.write(half)
    assert await database.read(rows) == 0


async def test_a_transaction_that_fails_does_not_undo_its_neighbours(database):
    def broken(number):
        def work(tx):
            add(number)(tx)
            raise LookupError(number)

        return work

    works = [add(n) if n % 3 else broken(n) for n in range(60)]
    answers = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert [isinstance(answer, LookupError) for answer in answers] == [n % 3 == 0 for n in range(60)]
    assert await database.read(rows) == 40


async def test_a_work_that_runs_out_of_an_iterator_keeps_nobody_waiting(database):
    broken, neighbour = database.write(lambda _: next(iter(()))), database.write(add(1))
    answers = await asyncio.wait_for(asyncio.gather(broken, neighbour, return_exceptions=True), 10)
    assert isinstance(answers[0], RuntimeError)
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(database.read(lambda _: next(iter(()))), 10)
    assert await database.read(rows) == 1


async def test_a_constraint_refuses_one_and_not_its_neighbours(database):
    works = [add(n // 2) for n in range(40)]
    answers = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 20
    assert await database.read(rows) == 20


async def test_transactions_at_the_same_time_lose_no_update(database):
    await database.write(add(1))
    before = await asyncio.gather(*(database.write(increment) for _ in range(200)))
    assert sorted(before) == list(range(200))


async def test_a_write_sees_the_writes_it_was_called_after(database):
    await database.write(add(1))
    for expected in range(20):
        assert await database.write(increment) == expected


async def test_a_read_sees_only_what_is_committed(database):
    written, go_on = threading.Event(), threading.Event()

    def slow(tx):
        add(1)(tx)
        written.set()
        assert go_on.wait(10)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(written.wait, 10)
    assert await database.read(rows) == 0
    go_on.set()
    await writing
    assert await database.read(rows) == 1


async def test_a_read_is_not_held_up_by_a_long_write(database):
    go_on, begun = threading.Event(), threading.Event()

    def slow(tx):
        add(1)(tx)
        begun.set()
        assert go_on.wait(10)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    async with asyncio.timeout(5):
        await asyncio.gather(*(database.read(rows) for _ in range(20)))
    go_on.set()
    await writing


async def test_a_waiter_that_gives_up_harms_nobody_else(database):
    go_on, begun = threading.Event(), threading.Event()

    def slow(tx):
        begun.set()
        assert go_on.wait(10)

    first = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    impatient = asyncio.create_task(database.write(add(1)))
    patient = asyncio.create_task(database.write(add(2)))
    await asyncio.sleep(0)
    impatient.cancel()
    go_on.set()
    await asyncio.gather(first, patient)
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert (
        await database.read(lambda tx: tx.execute(select(counters.c.id).where(counters.c.id == 2)).scalar())
        == 2
    )
    await database.write(add(3))


async def test_closing_waits_for_what_was_begun(database_url):
    database = open_database(database_url)
    metadata.create_all(database.engine)
    writes = [asyncio.create_task(database.write(add(n))) for n in range(30)]
    await asyncio.sleep(0)
    await database.aclose()
    await asyncio.gather(*writes)
    again = open_database(database_url)
    assert await again.read(rows) == 30
    await again.aclose()


async def test_a_closed_database_says_so_instead_of_keeping_the_caller_waiting(database_url):
    database = open_database(database_url)
    await database.aclose()
    for call in (database.read, database.write):
        with pytest.raises(RuntimeError):
            await call(rows)


@pytest.fixture
async def sqlite(tmp_path):
    opened = SqliteDatabase(f"sqlite:///{tmp_path / 'a.db'}")
    metadata.create_all(opened.engine)
    yield opened
    await opened.aclose()


async def test_sqlite_commits_what_waits_in_one_go(sqlite):
    commits = []
    go_on, begun = threading.Event(), threading.Event()

    def first(tx):
        tx.connection.dbapi_connection.set_trace_callback(
            lambda statement: commits.append(statement) if statement == "COMMIT" else None
        )
        begun.set()
        assert go_on.wait(10)

    opening = asyncio.create_task(sqlite.write(first))
    await asyncio.to_thread(begun.wait, 10)
    rest = [asyncio.create_task(sqlite.write(add(n))) for n in range(50)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(opening, *rest)
    assert len(commits) <= 2
    assert await sqlite.read(rows) == 50


async def test_sqlite_refuses_a_row_that_refers_to_nothing(sqlite):
    with sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert (
            connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        )  # FULL: a commit survives a power cut


async def test_sqlite_waits_for_another_process_that_writes(sqlite, tmp_path):
    other = SqliteDatabase(f"sqlite:///{tmp_path / 'a.db'}")
    go_on, begun = threading.Event(), threading.Event()

    def slow(tx):
        add(1)(tx)
        begun.set()
        assert go_on.wait(10)

    theirs = asyncio.create_task(other.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    ours = asyncio.create_task(sqlite.write(add(2)))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(theirs, ours)
    assert await sqlite.read(rows) == 2
    await other.aclose()


async def test_sqlite_opens_a_new_file_that_another_process_is_filling(tmp_path):
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    finished = threading.Timer(0.2, other.execute, ["COMMIT"])
    finished.start()
    database = SqliteDatabase(f"sqlite:///{tmp_path / 'a.db'}")
    assert await database.read(lambda tx: tx.exec_driver_sql("PRAGMA journal_mode").scalar()) == "wal"
    finished.join()
    other.close()
    await database.aclose()


async def test_postgres_runs_a_transaction_again_that_it_asked_to_run_again(database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has one writer and no deadlocks")
    database = open_database(database_url)
    metadata.create_all(database.engine)
    await database.write(add(1))
    await database.write(add(2))
    both = threading.Barrier(2, timeout=10)
    runs = []

    def crossing(first, second):
        def work(tx):
            runs.append(first)
            tx.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            tx.execute(update(counters).where(counters.c.id == first).values(count=counters.c.count + 1))
            if len(runs) <= 2:
                both.wait()
            tx.execute(update(counters).where(counters.c.id == second).values(count=counters.c.count + 1))

        return work

    await asyncio.gather(database.write(crossing(1, 2)), database.write(crossing(2, 1)))
    assert len(runs) == 3
    total = await database.read(lambda tx: tx.execute(select(func.sum(counters.c.count))).scalar_one())
    assert total == 4
    await database.aclose()


WRITER = """
import asyncio, sys
from sqlalchemy import text
from core.persistence.open_database import open_database

async def main():
    database = open_database(sys.argv[1])
    number = 0
    async def one():
        nonlocal number
        while True:
            number += 1
            mine = number
            await database.write(lambda tx: tx.execute(text(f"INSERT INTO counters VALUES ({mine}, 0)")))
            print(mine, flush=True)
    await asyncio.gather(*(one() for _ in range(8)))

asyncio.run(main())
"""


async def test_what_was_answered_as_written_survives_kill_9(database_url):
    database = open_database(database_url)
    metadata.create_all(database.engine)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, database_url, stdout=subprocess.PIPE
    )
    answered = [int(await present(process.stdout).readline()) for _ in range(100)]
    process.send_signal(signal.SIGKILL)
    # The last line may be cut off in the middle: it was not heard.
    answered += [
        int(line)
        for line in (await present(process.stdout).read()).splitlines(keepends=True)
        if line.endswith(b"\n")
    ]
    await process.wait()
    kept = await database.read(lambda tx: set(tx.execute(select(counters.c.id)).scalars()))
    assert set(answered) <= kept
    await database.write(add(1_000_000))
    await database.aclose()
