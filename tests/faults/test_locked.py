"""Another program keeps the database locked for two seconds: a backup, a curious host with a shell."""

import asyncio
import sqlite3
import time as stopwatch
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.plan_state import PlanState
from tests.faults.night_out import CLOCK, night_out

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(120)]

LOCKED_FOR = timedelta(seconds=2)


@asynccontextmanager
async def _locked(folder: Path) -> AsyncIterator[None]:
    """Locked for two seconds from now on; what is done inside is done while it is."""
    stranger = sqlite3.connect(folder / "fourtop.db", isolation_level=None, timeout=5)
    stranger.execute("BEGIN EXCLUSIVE")

    async def let_go() -> None:
        await CLOCK.sleep(LOCKED_FOR)
        stranger.execute("ROLLBACK")

    letting_go = asyncio.create_task(let_go())
    try:
        yield
    finally:
        await letting_go
        stranger.close()


async def test_what_is_said_and_booked_meanwhile_is_done_when_the_lock_is_gone(tmp_path):
    async with night_out(tmp_path) as night:
        await night.start()
        await night.release(after=timedelta(seconds=8), tables=1)
        ann = night.friends["Ann"]
        async with _locked(tmp_path):
            began = stopwatch.monotonic()
            await night.do("Ann", ann.say(f"/reserve casa luna 4 {night.on.isoformat()} 19:00-20:00"))
            assert stopwatch.monotonic() - began > 1.5
        await ann.see("I will try")
        await night.do("Ann", ann.tap("Yes, go for it", on="I will try"))
        await ann.see("Tables are released")
        await CLOCK.sleep_until(night.drop_at - timedelta(seconds=0.05))
        async with _locked(tmp_path):
            assert CLOCK.now() < night.drop_at + LOCKED_FOR
        await ann.see("it is!")
        await night.over()
        assert await night.untruths() == []
        assert [plan.state for plan in await night.plans()] == [PlanState.BOOKED]
        assert night.starts == 1
