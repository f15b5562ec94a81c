import asyncio
from datetime import timedelta

import pytest

from core.errors import PlatformDown
from platforms.resy.lookalike import MADRID, Fault
from tests.platforms.resy.scene import Resy, ref_of


async def test_a_venue_is_found_with_the_zone_of_its_city(resy: Resy):
    here = resy.venue()
    there = resy.venue(name="Carbone Madrid", city=MADRID)
    found = await resy.platform.find_venues("carbone")
    assert {venue.ref: venue.zone for venue in found} == {
        ref_of(here): "America/New_York",
        ref_of(there): "Europe/Madrid",
    }
    (only,) = await resy.platform.find_venues("carbone madrid")
    assert only.ref == ref_of(there)
    assert only.locality == "Madrid"


async def test_a_city_that_is_not_listed_is_asked_of_the_venue(resy: Resy):
    venue = resy.venue()
    resy.world.faults.next("cities", Fault.HTML_504)
    (found,) = await resy.platform.find_venues("carbone")
    assert (found.ref, found.zone) == (ref_of(venue), "America/New_York")
    assert resy.asked("venue") == 1


async def test_the_same_words_are_asked_once_in_a_while(resy: Resy):
    resy.venue()
    await asyncio.gather(*(resy.platform.find_venues("Carbone ") for _ in range(5)))
    assert len(await resy.platform.find_venues("carbone", limit=1)) == 1
    assert resy.asked("search") == 1
    resy.clock.jump(resy.clock.now() + timedelta(minutes=11))
    await resy.platform.find_venues("carbone")
    assert resy.asked("search") == 2


@pytest.mark.parametrize("words", ["", "  ", "c", "ca"])
async def test_a_letter_or_two_are_not_asked(resy: Resy, words: str):
    resy.venue()
    assert not await resy.platform.find_venues(words)
    assert resy.asked("search") == 0


async def test_a_search_that_breaks_is_breakage_and_not_kept(resy: Resy):
    resy.venue()
    resy.world.faults.next("search", Fault.TEXT_500)
    with pytest.raises(PlatformDown):
        await resy.platform.find_venues("carbone")
    assert len(await resy.platform.find_venues("carbone")) == 1
