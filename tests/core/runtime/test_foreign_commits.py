"""Whoever listens is told of what others write: soon, and not in the quiet around a drop."""

import asyncio
import logging
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.clock import SystemClock
from core.persistence.commit_look import commit_look
from core.persistence.open_database import open_database
from core.runtime.bell import Bell
from core.runtime.foreign_commits import LOOKS_EVERY, ForeignCommits
from core.runtime.quiet_window import QuietWindow
from tests.expect import present
from tests.fakes.clock import FakeClock

WRITE_ONCE = """
import asyncio, sys, time
from sqlalchemy import text
from core.persistence.open_database import open_database

async def main():
    database = open_database(sys.argv[1])
    await database.write(lambda tx: tx.execute(text("INSERT INTO notes VALUES (1)")))
    print(time.time(), flush=True)
    await database.aclose()

asyncio.run(main())
"""


class ScriptedLook:
    """Sees what it is told to."""

    def __init__(self) -> None:
        self.looks = 0
        self.finds: bool | Exception = False

    async def changed(self) -> bool:
        self.looks += 1
        if isinstance(self.finds, Exception):
            raise self.finds
        return self.finds

    async def aclose(self) -> None:
        self.looks = -1


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def quiet_window():
    return QuietWindow()


@pytest.fixture
async def scripted(clock, quiet_window):
    """A look, and who of two that listen heard the bell."""
    look, told, bell = ScriptedLook(), [], Bell()
    foreign = ForeignCommits(look=look, clock=clock, quiet_window=quiet_window, bell=bell)
    bell.listen(lambda: told.append("one"))
    bell.listen(lambda: told.append("two"))
    foreign.start()
    yield look, told
    await foreign.stop()
    assert look.looks == -1, "its connection is closed"


async def test_all_who_listen_are_told_of_a_change_and_not_without_one(scripted, clock):
    look, told = scripted
    await clock.advance(LOOKS_EVERY * 4)
    assert look.looks >= 4
    assert told == []
    look.finds = True
    await clock.advance(LOOKS_EVERY)
    assert told == ["one", "two"]


async def test_nobody_looks_in_the_quiet_around_a_drop(scripted, clock, quiet_window):
    look, _ = scripted
    await clock.advance(LOOKS_EVERY)
    async with quiet_window.quiet():
        before = look.looks
        await clock.advance(LOOKS_EVERY * 10)
        assert look.looks == before
    await clock.advance(LOOKS_EVERY)
    assert look.looks > before


async def test_a_look_that_fails_is_said_once_and_repeated_until_it_works(scripted, clock, caplog):
    look, told = scripted
    look.finds = OSError("the disk")
    with caplog.at_level(logging.ERROR):
        await clock.advance(LOOKS_EVERY * 5)
    assert len(caplog.records) == 1
    look.finds = True
    await clock.advance(LOOKS_EVERY)
    assert told == ["one", "two"]


@pytest.mark.realtime
async def test_what_another_process_commits_is_told_within_a_second(database_url):
    database = open_database(database_url)
    await database.write(lambda tx: tx.execute(text("CREATE TABLE notes(id INTEGER)")))
    clock, told, bell = SystemClock(), asyncio.Event(), Bell()
    bell.listen(told.set)
    foreign = ForeignCommits(look=commit_look(database), clock=clock, quiet_window=QuietWindow(), bell=bell)
    foreign.start()
    await clock.sleep(timedelta(seconds=0.2))
    told.clear()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE_ONCE, database_url, stdout=subprocess.PIPE
    )
    async with asyncio.timeout(30):
        committed_at = float(await present(process.stdout).readline())
        await told.wait()
    assert clock.now().timestamp() - committed_at < 1
    await process.communicate()
    await foreign.stop()
    await database.aclose()
