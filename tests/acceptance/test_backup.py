"""A copy made beside a running bot is a bot again; and a running bot sees what another process writes."""

import asyncio
import os
import shutil
import sqlite3
import sys
import time as stopwatch
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from core.domain.plan_state import PlanState
from core.persistence.tables import jobs
from tests.faults.bot_process import ROOT
from tests.faults.night_out import CLOCK, NightOut, night_out

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(180)]

KEPT = ("guests", "plans", "plan_friends", "jobs", "outbox", "dialogues", "web_messages", "house_venues")
"""Tables whose rows stay for a while once they are there."""


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[NightOut]:
    (tmp_path / "first").mkdir()
    async with night_out(tmp_path / "first") as prepared:
        yield prepared


async def _fourtop(folder: Path, *words: str) -> str:
    """`fourtop …` in another shell; what it says, once it went well."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "FOURTOP_DATA_DIR": str(folder),
    }
    command = [sys.executable, "-m", "bot", *words]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def _armed(night: NightOut) -> None:
    await night.release(after=timedelta(hours=2), tables=3)
    ann = night.friends["Ann"]
    await night.do("Ann", ann.say(f"/reserve casa luna 4 {night.on.isoformat()} 19:00-20:00"))
    await ann.see("I will try")
    await night.do("Ann", ann.tap("Yes, go for it", on="I will try"))
    await ann.see("Tables are released")
    await night.told()


def _ids(file: Path) -> dict[str, set[object]]:
    with closing(sqlite3.connect(file)) as connection:
        return {table: {row[0] for row in connection.execute(f"SELECT * FROM {table}")} for table in KEPT}


async def _talk(night: NightOut, over: asyncio.Event) -> int:
    """Bob does not stop asking."""
    asked, bob = 0, night.friends["Bob"]
    while not over.is_set():
        await night.do("Bob", bob.say("/help"))
        asked += 1
    return asked


async def test_a_copy_made_of_a_busy_bot_starts_elsewhere_and_books_the_table(night, tmp_path):
    await night.start()
    await _armed(night)
    assert (night.folder / "fourtop.db-wal").stat().st_size > 0, "some of it is only in the log"
    before, over = _ids(night.folder / "fourtop.db"), asyncio.Event()
    assert all(before[table] for table in ("guests", "plans", "jobs", "outbox"))
    talking = asyncio.create_task(_talk(night, over))
    said = await _fourtop(night.folder, "backup", str(tmp_path / "copy.db"))
    over.set()
    assert await talking >= 1
    assert said.splitlines()[-1].startswith("The secret key is not in it")
    assert "ERROR" not in night.bot.output
    await night.kill()

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / "copy.db", elsewhere / "fourtop.db")
    shutil.copy(night.folder / "secret.key", elsewhere / "secret.key")
    restored = _ids(elsewhere / "fourtop.db")
    assert {table: ids - restored[table] for table, ids in before.items() if ids - restored[table]} == {}

    async with night_out(elsewhere) as again:
        again.on = night.on
        await again.release(after=timedelta(seconds=8), tables=3)
        moment = {"drop_at": again.drop_at, "due_at": again.drop_at - timedelta(seconds=5)}
        await again.database.write(lambda tx: tx.execute(update(jobs).values(**moment)))
        await again.start()
        await again.friends["Ann"].see("it is!")
        await again.over()
        assert await again.untruths() == []
        assert [plan.state for plan in await again.plans()] == [PlanState.BOOKED]
        assert (elsewhere / "secret.key").read_bytes() == (night.folder / "secret.key").read_bytes()


VENUE = """
venues:
  - id: alcove
    name: The Alcove
    zone: UTC
    horizon_days: 60
    shifts: [{ name: dinner, days: daily, first: "18:00", last: "21:00", every: 30 }]
    tables: [{ name: T, count: 2, seats: 1-4 }]
    turn: { 4: 120 }
"""


async def test_what_is_written_in_another_shell_is_seen_at_once(night, tmp_path):
    await night.start()
    await _armed(night)
    (tmp_path / "alcove.yaml").write_text(VENUE)
    assert "The Alcove" in await _fourtop(night.folder, "venue", "import", str(tmp_path / "alcove.yaml"))
    ann = night.friends["Ann"]
    await night.do("Ann", ann.say(f"/reserve alcove 2 {night.on.isoformat()} 19:00"))
    await ann.see("I will book")

    now = CLOCK.now()
    too_late = {"due_at": now - timedelta(days=2), "until": now - timedelta(days=1)}
    began = stopwatch.monotonic()
    await night.database.write(lambda tx: tx.execute(update(jobs).values(**too_late)))
    await ann.see("I was not running when it was time, and now it is too late.")
    assert stopwatch.monotonic() - began < 5, "it does not wait for the next look, half a minute later"
