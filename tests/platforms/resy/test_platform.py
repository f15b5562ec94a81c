"""What the port answers of itself: links to pages, and favourites."""

import pytest

from core.errors import VenueGone
from platforms.resy.lookalike import MADRID
from tests.platforms.resy.scene import ANN, BOB, ON, Resy, ref_of


@pytest.mark.parametrize("city", ["new-york-ny", "ny"])
async def test_a_pasted_link_is_read_whatever_it_calls_the_city(resy: Resy, city: str):
    venue = resy.venue()
    linked = await resy.platform.read_link(f"https://resy.com/cities/{city}/carbone?date=2026-12-10&seats=4")
    assert linked is not None
    assert (linked.ref, linked.on, linked.party_size) == (ref_of(venue), ON, 4)


async def test_a_widget_names_its_venue_by_number(resy: Resy):
    venue = resy.venue()
    linked = await resy.platform.read_link(f"https://widgets.resy.com/?venueId={venue.id}")
    assert linked is not None
    assert linked.ref == ref_of(venue)


async def test_a_link_to_a_venue_that_is_not_there_says_so(resy: Resy):
    with pytest.raises(VenueGone):
        await resy.platform.read_link("https://resy.com/cities/ny/never-was")
    assert await resy.platform.read_link("https://example.org/cities/ny/carbone") is None


async def test_a_link_that_is_written_can_be_read(resy: Resy):
    venue = await resy.platform.venue(ref_of(resy.venue()))
    link = resy.platform.link(venue, on=ON, party_size=3)
    assert link == "https://resy.com/cities/new-york-ny/venues/carbone?date=2026-12-10&seats=3"
    linked = await resy.platform.read_link(link)
    assert linked is not None
    assert (linked.ref, linked.on, linked.party_size) == (venue.ref, ON, 3)


async def test_what_is_marked_there_is_a_favourite_in_its_own_time_zone(resy: Resy):
    here, there = resy.venue(), resy.venue(name="Carbone Madrid", city=MADRID)
    for liked in (here, there):
        resy.world.wishes.like(resy.person(1).id, liked.key, liked=True)
    found = await resy.platform.favourites(booker=ANN)
    assert {venue.ref: venue.zone for venue in found} == {
        ref_of(here): "America/New_York",
        ref_of(there): "Europe/Madrid",
    }
    assert not await resy.platform.favourites(booker=BOB)
