"""The process as a host knows it: it starts, it stops, there is one of it, and what was missed is said."""

import asyncio
import time as stopwatch
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from core.domain.plan_state import PlanState
from core.persistence.tables import jobs
from tests.fakes.keys import a_key
from tests.faults.bot_process import BotProcess
from tests.faults.night_out import CLOCK, NightOut, night_out
from tests.faults.wire import Trouble, wired

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(120)]

AT_MOST = 5.0
"""Seconds a stop may take."""


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[NightOut]:
    async with night_out(tmp_path) as prepared:
        yield prepared


async def _armed(night: NightOut, *, released_after: timedelta) -> None:
    """Ann has a plan, and its drop is so far off."""
    await night.release(after=released_after, tables=3)
    ann = night.friends["Ann"]
    await night.do("Ann", ann.say(f"/reserve casa luna 4 {night.on.isoformat()} 19:00-20:00"))
    await ann.see("I will try")
    await night.do("Ann", ann.tap("Yes, go for it", on="I will try"))
    await ann.see("Tables are released")


async def test_a_second_process_is_refused_in_a_sentence_and_a_killed_one_is_replaced_at_once(night):
    await night.start()
    second = await BotProcess.start(night.folder)
    assert await second.ended() != 0
    assert "Another Fourtop uses this database" in second.output
    assert f"process {night.bot.pid} on" in second.output
    assert "Traceback" not in second.output
    ann = night.friends["Ann"]
    await night.do("Ann", ann.say("/help"))
    await ann.see("/reserve")

    await night.bot.kill()
    began = stopwatch.monotonic()
    await night.start()
    assert stopwatch.monotonic() - began < 10, "a killed process keeps nobody out"


async def test_it_stops_when_told_within_seconds_and_with_nothing_to_complain_about(night):
    await night.start()
    await _armed(night, released_after=timedelta(hours=2))
    await night.told()
    began = stopwatch.monotonic()
    night.bot.ask_to_stop()
    assert await night.bot.ended() == 0
    assert stopwatch.monotonic() - began < AT_MOST
    for complaint in ("Traceback", "ERROR", "never retrieved", "was destroyed"):
        assert complaint not in night.bot.output, night.bot.output
    assert await night.untruths() == []


async def test_stopped_while_a_booking_call_is_out_it_stops_in_time_and_nothing_is_lost(night):
    key = (await a_key(night.database)).reveal()
    async with wired(night.database, CLOCK) as wire:
        await night.start(house_url=wire.url, house_token=key)
        await _armed(night, released_after=timedelta(seconds=6))
        wire.trouble = Trouble.DEAD_AFTER
        async with asyncio.timeout(30):
            while not wire.booking_calls:
                await CLOCK.sleep(timedelta(seconds=0.05))
        await CLOCK.sleep(timedelta(seconds=0.1))
        began = stopwatch.monotonic()
        night.bot.ask_to_stop()
        assert await night.bot.ended() == 0
        assert stopwatch.monotonic() - began < AT_MOST

        await night.start(house_url=wire.url, house_token=key)
        await night.over()
        assert wire.booking_calls == 1
        assert await night.untruths() == []
        assert [plan.state for plan in await night.plans()] == [PlanState.BOOKED]
        await night.friends["Ann"].see("it is!")


async def _moved_into_the_past(night: NightOut, *, drop: timedelta, until: timedelta) -> None:
    """As if the process had been down for long: the drop was so long ago, and so long is left."""
    now = CLOCK.now()
    times = {"due_at": now - drop, "drop_at": now - drop, "until": now + until}
    await night.database.write(lambda tx: tx.execute(update(jobs).values(**times)))


async def test_a_job_found_overdue_is_run_where_that_is_still_of_use(night):
    await night.start()
    await _armed(night, released_after=timedelta(seconds=20))
    await night.kill()
    await night.release(after=-timedelta(minutes=1), tables=3)
    await _moved_into_the_past(night, drop=timedelta(minutes=1), until=timedelta(minutes=2))
    await night.start()
    await night.friends["Ann"].see("it is!")
    await night.over()
    assert await night.untruths() == []


async def test_a_job_found_overdue_for_good_is_closed_with_a_message_that_says_why(night):
    await night.start()
    await _armed(night, released_after=timedelta(hours=1))
    await night.kill()
    await _moved_into_the_past(night, drop=timedelta(days=2), until=-timedelta(days=2))
    await night.start()
    ann = night.friends["Ann"]
    await ann.see("I was not running when it was time, and now it is too late.")
    await ann.see("I was not running", chat="dm:ann")
    await night.over()
    assert await night.untruths() == []
    assert [plan.state for plan in await night.plans()] == [PlanState.LOST]
