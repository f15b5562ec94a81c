"""Platforms are asked side by side, and none of them for longer than people wait."""

import asyncio
from datetime import timedelta

import pytest

from bot.conversation.ask_platforms import OncePerTurn, everybody, if_known, in_time
from core.errors import PlatformDown, VenueGone
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault
from tests.fakes.platform import FakePlatform


def two(clock: FakeClock) -> tuple[FakePlatform, FakePlatform]:
    """Each with two venues."""
    platforms = FakePlatform(clock, name="one"), FakePlatform(clock, name="other")
    for platform, names in zip(platforms, (("A", "B"), ("C", "D")), strict=True):
        for name in names:
            platform.add_venue(name)
    return platforms


async def asked(clock: FakeClock, platforms, *, wait: float = 0):
    asking = asyncio.create_task(everybody(clock, platforms, lambda one: one.find_venues("")))
    await clock.advance(timedelta(seconds=wait))
    return await asking


async def test_the_best_of_each_come_first():
    clock = FakeClock()
    said = await asked(clock, two(clock))
    assert [venue.name for venue in said.found] == ["A", "C", "B", "D"]
    assert not said.silent


async def test_one_that_hangs_costs_three_seconds_and_is_named():
    clock = FakeClock()
    one, other = two(clock)
    one.latencies["find_venues"] = timedelta(hours=1)
    said = await asked(clock, (one, other), wait=3)
    assert [venue.name for venue in said.found] == ["C", "D"]
    assert said.silent == [one]
    assert said.needed() == said.found


async def test_nothing_is_found_only_when_everybody_said_so():
    clock = FakeClock()
    one, other = two(clock)
    one.fail("find_venues", Fault.DOWN)
    for venue in ("c", "d"):
        other.remove_venue((await other.find_venues(venue))[0].ref)
    said = await asked(clock, (one, other))
    with pytest.raises(PlatformDown):
        said.needed()


async def test_a_question_that_was_given_up_is_called_off():
    clock = FakeClock()
    platform = FakePlatform(clock)
    ended = []

    async def for_ever():
        try:
            await asyncio.Future()
        finally:
            ended.append(True)

    asking = asyncio.create_task(in_time(clock, platform, for_ever()))
    await clock.advance(timedelta(seconds=3))
    with pytest.raises(PlatformDown):
        await asking
    assert ended == [True]


async def test_what_would_be_nice_to_have_is_done_without():
    clock = FakeClock()
    platform = FakePlatform(clock)
    venue = platform.add_venue()
    assert await if_known(clock, platform, platform.venue(venue.ref)) == venue
    platform.remove_venue(venue.ref)
    assert await if_known(clock, platform, platform.venue(venue.ref)) is None
    with pytest.raises(VenueGone):
        await in_time(clock, platform, platform.venue(venue.ref))


async def test_one_question_is_asked_once_and_another_one_is_another():
    clock = FakeClock()
    one, other = two(clock)
    ask = OncePerTurn()
    ref = (await ask(one.find_venues, "A"))[0].ref
    assert await ask(one.find_venues, "A") == await ask(one.find_venues, "A")
    assert [call.name for call in one.calls] == ["find_venues"]
    await ask(one.find_venues, "B")
    await ask(other.find_venues, "A")
    await ask(one.venue, ref)
    assert [call.name for call in one.calls] == ["find_venues", "find_venues", "venue"]
    assert [call.name for call in other.calls] == ["find_venues"]


async def test_what_was_not_answered_is_asked_again():
    clock = FakeClock()
    one, _ = two(clock)
    one.fail("find_venues", Fault.DOWN)
    ask = OncePerTurn()
    with pytest.raises(PlatformDown):
        await ask(one.find_venues, "A")
    assert [venue.name for venue in await ask(one.find_venues, "A")] == ["A"]
