from datetime import date, timedelta

import pytest

from core.domain.venue import VenueRef
from core.errors import PlatformDown, VenueGone
from tests.conformance.platforms.acts import ANN, AT_NINE, ON, slot_at, slots
from tests.conformance.platforms.stage import NEW_YORK, Spec, Stage


async def test_a_venue_is_found_by_the_beginning_of_its_words(stage: Stage):
    luna = await stage.add_venue(Spec(name="Casa Luna", tables={"": 1}))
    await stage.add_venue(Spec(name="Bistro Moulin", tables={"": 1}))
    for words in ("luna", "casa lu", "CASA LUNA"):
        assert [venue.ref for venue in await stage.platform.find_venues(words)] == [luna]


async def test_words_that_name_nothing_find_nothing(stage: Stage):
    await stage.add_venue(Spec(tables={"": 1}))
    assert not await stage.platform.find_venues("zanzibar")


async def test_no_words_list_every_venue_up_to_the_limit(stage: Stage):
    if not stage.lists_all:
        assert not await stage.platform.find_venues("")
        pytest.skip("this platform has too many venues to list them")
    for name in ("Alba", "Brio", "Cibo"):
        await stage.add_venue(Spec(name=name, tables={"": 1}))
    assert [venue.name for venue in await stage.platform.find_venues("")] == ["Alba", "Brio", "Cibo"]
    assert len(await stage.platform.find_venues("", limit=2)) == 2


async def test_a_venue_tells_its_zone_seatings_limits_and_drop(stage: Stage):
    ref = await stage.add_venue(
        Spec(tables={"dining room": 2, "bar": 1}, party_min=2, party_max=5, horizon_days=45, drop=AT_NINE)
    )
    assert await slots(stage, ref, on=date(2026, 12, 10))  # seatings may be known from what was on offer
    venue = await stage.platform.venue(ref)
    assert venue.ref == ref
    assert ref.platform == stage.platform.name
    assert venue.zone == NEW_YORK
    assert venue.seatings == ("dining room", "bar")
    assert (venue.party_min, venue.party_max) == (2, 5)
    assert venue.drop == AT_NINE
    assert venue.horizon_days == (45 if stage.tells_horizon_beyond_drop else None)


async def test_a_venue_without_a_drop_tells_none_and_how_far_ahead_it_is_open(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, horizon_days=45))
    venue = await stage.platform.venue(ref)
    assert (venue.drop, venue.horizon_days) == (None, 45)


async def test_a_venue_that_is_not_there_is_gone_for_every_call(stage: Stage):
    ref = VenueRef(platform=stage.platform.name, id="never-was")
    with pytest.raises(VenueGone):
        await stage.platform.venue(ref)
    with pytest.raises(VenueGone):
        await stage.platform.slots(ref, on=ON, party_size=2)
    with pytest.raises(VenueGone):
        await stage.platform.days(ref, party_size=2, first=ON, last=ON)


async def test_a_platform_that_does_not_answer_is_down(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    stage.go_down()
    with pytest.raises(PlatformDown):
        await stage.platform.find_venues("luna")
    with pytest.raises(PlatformDown):
        await stage.platform.venue(ref)
    with pytest.raises(PlatformDown):
        await stage.platform.slots(ref, on=ON, party_size=2)
    with pytest.raises(PlatformDown):
        await stage.platform.days(ref, party_size=2, first=ON, last=ON)
    with pytest.raises(PlatformDown):
        await stage.platform.reservations(booker=ANN)


async def test_warming_up_changes_nothing_and_never_fails(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, free_until=timedelta(hours=24)))
    await stage.platform.warm()
    assert await slot_at(stage, ref)
    stage.go_down()
    await stage.platform.warm()
