"""A guest's places on Resy's own list."""

from datetime import date, time

import pytest

from core.domain.plan import Wish
from core.errors import NotConnected, NotifyRefused
from tests.platforms.resy.scene import ANN, NOBODY, ON, TIMES, Resy, ref_of


def wish(resy: Resy, venue, *times: time, on: date = ON) -> Wish:
    return Wish(venue=ref_of(venue), on=on, party_size=2, times=times or TIMES)


async def test_a_guest_is_put_on_the_list_once(resy: Resy):
    venue = resy.venue()
    resy.world.sell_out(venue, ON)
    for _ in range(2):
        await resy.platform.ask_to_be_told(wish(resy, venue), booker=ANN)
    assert (resy.asked("notify"), resy.asked("notify_add")) == (2, 1)
    listed = await resy.platform._client.notifies((await resy.wallet.credentials(1)).token)
    (one,) = listed.notify
    assert (one.specs.venue_id, one.specs.day, one.specs.party_size) == (str(venue.id), ON, 2)
    assert one.specs.service_type_id == 2


async def test_a_day_that_is_too_far_away_is_refused(resy: Resy):
    venue = resy.venue()
    with pytest.raises(NotifyRefused):
        await resy.platform.ask_to_be_told(wish(resy, venue, on=date(2027, 3, 1)), booker=ANN)


async def test_without_an_account_there_is_no_place_on_it(resy: Resy):
    with pytest.raises(NotConnected):
        await resy.platform.ask_to_be_told(wish(resy, resy.venue()), booker=NOBODY)


async def test_a_place_on_the_list_can_be_given_up_and_only_that_one(resy: Resy):
    venue, other = resy.venue(), resy.venue(name="Via Carota")
    for one in (venue, other):
        await resy.platform.ask_to_be_told(wish(resy, one), booker=ANN)
    for _ in range(2):
        await resy.platform.ask_no_more(wish(resy, venue), booker=ANN)
    listed = await resy.platform._client.notifies((await resy.wallet.credentials(1)).token)
    assert [one.specs.venue_id for one in listed.notify] == [str(other.id)]
