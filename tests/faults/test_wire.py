"""A house behind HTTP, and a booking call whose answer never comes: looked up, never repeated blindly."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from platforms.house.http.client import HouseClient
from platforms.house.platform import HousePlatform
from platforms.house.venue_files.import_venues import import_venues, samples
from tests.fakes.database import InlineDatabase
from tests.fakes.keys import a_key
from tests.faults.hurry import HurriedClock
from tests.faults.truth import house_tables_of, is_over, plan_ids, untruths
from tests.faults.wire import Trouble, wired
from tests.stage import Stage

START = datetime(2026, 12, 1, 13, 59, 45, tzinfo=UTC)
"""Casa Luna's tables for Tue 22 Dec come out at 14:00."""

_A_MOMENT = timedelta(seconds=0.1)

pytestmark = pytest.mark.realtime


async def test_a_booking_call_without_an_answer_ends_in_one_table_and_a_true_result():
    await asyncio.gather(*(_without_an_answer(trouble) for trouble in Trouble))


async def _without_an_answer(trouble: Trouble) -> None:
    clock, house = HurriedClock(START, times=4), InlineDatabase()
    await house.write(lambda tx: import_venues(tx, samples(), file="samples", now=START))
    async with wired(house, clock) as wire:
        client = HouseClient(wire.url, clock, key=await a_key(house))
        client._http.timeout = httpx.Timeout(1.5)
        platform = HousePlatform(client, caller="us")
        async with Stage(clock=clock, platforms={"house": platform}) as stage:
            wire.trouble = trouble
            await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining")
            await _shown(stage, "I will")
            await stage.fake.tap("ann", "Yes,")
            await _shown(stage, "Booked: Tue 22 Dec at 19:00")
            await _settled(stage)
            now = clock.now()
            plan_id = (await stage.database.read(plan_ids))[0]
            kept = await house.read(lambda tx: house_tables_of(tx, plan_id))
            wrong = await stage.database.read(lambda tx: untruths(tx, now=now, kept=lambda _: kept))
            assert (wrong, len(kept)) == ([], 1), trouble
        await platform.aclose()
    calls = 2 if trouble in {Trouble.CUT_BEFORE, Trouble.DEAD_BEFORE} else 1
    assert wire.booking_calls == calls, trouble


async def _shown(stage: Stage, words: str) -> None:
    """Wait until the group's card says so."""
    async with asyncio.timeout(45):
        while words not in "".join(message.text for message in (await stage.fake.messages())[:1]):
            await stage.clock.sleep(_A_MOMENT)


async def _settled(stage: Stage) -> None:
    """Wait until the result has been told everywhere."""
    async with asyncio.timeout(45):
        while not await stage.database.read(lambda tx: is_over(tx, now=stage.clock.now())):
            await stage.clock.sleep(_A_MOMENT)
