"""A guest's reservations at Resy: listed, given back, told of to the venue."""

import asyncio
from datetime import timedelta

import pytest

from core.domain.booking import Booked
from core.domain.mandate import for_this
from core.errors import CancelRefused, NotConnected, PlatformDown
from platforms.resy.lookalike import Fault, Policy
from tests.platforms.resy.scene import ANN, BOB, FEE, NOBODY, TIMES, Resy, ref_of


async def reservation(resy: Resy, **changes):
    return await reservation_at(resy, resy.venue(**changes))


async def reservation_at(resy: Resy, venue):
    slot = await resy.slot(venue)
    answer = await resy.platform.book(slot, mandate=for_this(slot, ANN), key="plan")
    assert isinstance(answer, Booked)
    return answer.reservation


async def test_without_an_account_there_is_no_list(resy: Resy):
    with pytest.raises(NotConnected):
        await resy.platform.reservations(booker=NOBODY)


async def test_a_list_says_when_it_is_by_the_venues_clock(resy: Resy):
    booked = await reservation(resy, policy=FEE)
    (listed,) = await resy.platform.reservations(booker=ANN)
    assert listed == booked
    assert listed.starts_at.time() == TIMES[1]
    assert str(listed.starts_at.tzinfo) == "America/New_York"
    assert str(listed.terms.late_fee) == "25.00 USD"


async def test_cancelling_takes_the_tokens_of_the_moment(resy: Resy):
    resy.turn(old_resy_tokens=False)
    await resy.platform.cancel(await reservation(resy), booker=ANN)
    assert not resy.world.live_reservations()


async def test_a_token_of_a_reservation_that_is_not_known_is_looked_up_again(resy: Resy):
    held = await reservation(resy)
    resy.world.faults.next("cancel", Fault.UNAUTHORIZED_401)
    await resy.platform.cancel(held, booker=ANN)
    assert not resy.world.live_reservations()
    assert resy.wallet.renewals == 0


async def test_a_419_on_cancel_is_no_dead_login(resy: Resy):
    held = await reservation(resy)
    resy.world.faults.next("cancel", Fault.UNAUTHORIZED_401, times=5)
    with pytest.raises(CancelRefused):
        await resy.platform.cancel(held, booker=ANN)
    assert resy.wallet.lost_accounts == []
    assert resy.asked("cancel") == 2


async def test_a_policy_that_forbids_cancelling_is_said(resy: Resy):
    held = await reservation(resy, policy=Policy(fee=25.0, cut_off=timedelta(days=20)))
    with pytest.raises(CancelRefused) as refused:
        await resy.platform.cancel(held, booker=ANN)
    assert refused.value.reason.endswith(".")
    assert len(resy.world.live_reservations()) == 1


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER_COMMIT, Fault.TIMEOUT_504_AFTER_COMMIT, Fault.CUT_IN_BODY])
async def test_a_cancelling_whose_answer_is_lost_is_looked_up(resy: Resy, fault: Fault):
    held = await reservation(resy)
    resy.world.faults.next("cancel", fault)
    await resy.platform.cancel(held, booker=ANN)
    assert not resy.world.live_reservations()


@pytest.mark.parametrize("fault", [Fault.TEXT_500, Fault.HTML_503])
async def test_a_cancelling_that_did_not_happen_is_breakage(resy: Resy, fault: Fault):
    held = await reservation(resy)
    resy.world.faults.next("cancel", fault)
    with pytest.raises(PlatformDown):
        await resy.platform.cancel(held, booker=ANN)
    assert len(resy.world.live_reservations()) == 1


async def test_what_is_not_listed_yet_is_not_said_to_be_given_back(resy: Resy):
    resy.turn(stale_reservations=timedelta(minutes=1))
    booking = asyncio.ensure_future(reservation(resy))
    while not booking.done():
        await resy.clock.advance(timedelta(milliseconds=250))
        await asyncio.sleep(0.001)
    with pytest.raises(PlatformDown):
        await resy.platform.cancel(booking.result(), booker=ANN)
    assert len(resy.world.live_reservations()) == 1
    resy.turn(stale_reservations=timedelta(0))
    await resy.platform.cancel(booking.result(), booker=ANN)
    assert not resy.world.live_reservations()


async def test_what_another_account_holds_is_not_cancelled(resy: Resy):
    held = await reservation(resy)
    with pytest.raises(CancelRefused):
        await resy.platform.cancel(held, booker=BOB)
    assert len(resy.world.live_reservations()) == 1


async def test_the_last_word_to_the_venue_is_beside_the_reservation(resy: Resy):
    held = await reservation(resy)
    for words in ("By the window.", "It is a birthday."):
        await resy.platform.tell_venue(held, words, booker=ANN)
    (live,) = resy.world.live_reservations()
    assert (str(live.id), live.request) == (held.id, "It is a birthday.")


async def test_a_word_about_a_table_that_was_given_back_goes_nowhere(resy: Resy):
    held = await reservation(resy)
    await resy.platform.cancel(held, booker=ANN)
    with pytest.raises(PlatformDown):
        await resy.platform.tell_venue(held, "By the window.", booker=ANN)
    assert resy.asked("special_request") == 0


async def test_a_number_that_nobody_knows_any_more_is_found_by_the_slug(resy: Resy):
    venue = resy.venue()
    await reservation_at(resy, venue)
    started_again = type(resy)(resy.world, resy.url, resy.clock)
    started_again.wallet.kept = resy.wallet.kept
    await started_again.platform.venue(ref_of(resy.world.retire_id(venue)))
    (listed,) = await started_again.platform.reservations(booker=ANN)
    assert listed.venue == ref_of(venue)
    await started_again.platform.aclose()
