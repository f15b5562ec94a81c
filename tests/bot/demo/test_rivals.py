import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.demo.contest import contest
from bot.demo.rivals import USUAL, Race, Rival, compete
from core.domain.drop import DropRule
from core.domain.venue import VenueRef
from core.security.secret import Secret
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault

NOW = datetime(2026, 11, 20, 13, 59, tzinfo=UTC)
DROP_AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)
BOT = Rival(
    name="Bot",
    habit="",
    first=timedelta(0),
    gap=50 * MS,
    party_size=2,
    times=(time(19, 30), time(20)),
    patience=timedelta(seconds=2),
)


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def platform(clock):
    return FakePlatform(clock)


@pytest.fixture
def race(platform):
    rule = DropRule(days_ahead=14, at=time(9), zone="America/New_York")
    venue = platform.add_venue(tables={"patio": 1}, drop=rule)
    return Race(url="", venue=venue.ref, on=datetime(2026, 12, 4).date(), drop_at=DROP_AT, rivals=())


async def competed(rival, race, platform, clock):
    task = asyncio.create_task(compete(rival, number=1, race=race, platform=platform, clock=clock))
    await clock.run_until(DROP_AT + timedelta(seconds=30))
    assert task.done()
    return task.result()


def looks(platform):
    return [(call.at - DROP_AT) / MS for call in platform.calls_of("slots")]


async def test_a_rival_books_the_best_table_as_soon_as_it_is_out(race, platform, clock):
    platform.latency = 4 * MS
    taking = await competed(BOT, race, platform, clock)
    assert (taking.looks, taking.tries) == (1, 1)
    assert present(taking.table).starts_at.time() == time(19, 30)
    assert present(taking.table).after == 8 * MS
    assert len(platform.booked) == 1


async def test_a_rival_who_begins_early_asks_until_the_tables_are_out(race, platform, clock):
    await competed(replace(BOT, first=-200 * MS), race, platform, clock)
    assert looks(platform) == [-200, -150, -100, -50, 0]


async def test_a_rival_who_loses_a_table_tries_the_next(race, platform, clock):
    platform.fail("book", Fault.TAKEN)
    taking = await competed(BOT, race, platform, clock)
    assert taking.tries == 2
    assert present(taking.table).starts_at.time() == time(20)


async def test_a_rival_gives_up_in_time(race, platform, clock):
    for at in BOT.times:
        platform.rival(race.venue, on=race.on, at=at, seating="patio", acts_at=DROP_AT)
    taking = await competed(BOT, race, platform, clock)
    assert taking.table is None
    assert max(looks(platform)) <= 2000


async def test_a_rival_makes_no_more_looks_than_allowed(race, platform, clock):
    taking = await competed(replace(BOT, first=timedelta(seconds=-9), looks=7), race, platform, clock)
    assert taking.looks == 7


async def test_a_rival_lets_a_house_be_that_does_not_answer(race, platform, clock):
    platform.fail("slots", Fault.DOWN, times=99)
    taking = await competed(BOT, race, platform, clock)
    assert taking.looks == 3


async def test_a_rival_whose_answer_is_lost_never_books_a_second_table(race, platform, clock):
    platform.fail("book", Fault.LOST_AFTER)
    taking = await competed(BOT, race, platform, clock)
    assert (taking.tries, taking.table) == (1, None)
    assert len(platform.booked) == 1


def test_the_usual_rivals_are_done_within_a_quarter_of_a_minute():
    assert max(rival.patience + rival.gap for rival in USUAL) < timedelta(seconds=15)


@pytest.mark.realtime
async def test_rivals_are_a_process_of_their_own_that_ends_with_the_block():
    drop_at = datetime.now(UTC) + timedelta(hours=1)
    ref = VenueRef(platform="house", id="casa-luna")
    race = Race(url="http://127.0.0.1:9", venue=ref, on=drop_at.date(), drop_at=drop_at, rivals=USUAL)
    async with contest(race, Secret("fourtop_nothing")) as others:
        pid = others._process.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.realtime
async def test_rivals_say_what_they_got_when_nobody_answers():
    drop_at = datetime.now(UTC)
    ref = VenueRef(platform="house", id="casa-luna")
    rivals = tuple(replace(rival, first=timedelta(0), patience=timedelta(hours=1)) for rival in USUAL[:2])
    race = Race(url="http://127.0.0.1:9", venue=ref, on=drop_at.date(), drop_at=drop_at, rivals=rivals)
    async with contest(race, Secret("fourtop_nothing")) as others:
        takings = await others.takings()
    assert sorted((taking.name, taking.looks, taking.table) for taking in takings) == [
        ("Metronome", 3, None),
        ("Nonstop", 3, None),
    ]
