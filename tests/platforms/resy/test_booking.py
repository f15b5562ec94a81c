import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from core.domain.account import AccountState
from core.domain.booking import Booked, Conflict, GuestAction, NeedsGuest, SlotTaken, Unknown
from core.domain.mandate import for_this
from core.domain.terms import Ceiling, Money
from core.errors import PlatformDown, SignInNeeded
from platforms.resy import booking, wire
from platforms.resy.lookalike import Card, DaysAhead, Fault, Policy, Sitting, seatings
from platforms.resy.lookalike.endpoints import Endpoint
from tests.expect import expect
from tests.platforms.resy.scene import ANN, BOB, FEE, NOBODY, ON, TIMES, Resy, ref_of

NO_MORE_THAN_20 = Ceiling(late_fee=Money(amount=Decimal(20), currency="USD"))
UP_TO_25 = Ceiling(late_fee=Money(amount=Decimal(25), currency="USD"))


async def book(resy: Resy, slot, *, booker=ANN, ceiling=UP_TO_25):
    return await resy.platform.book(slot, mandate=for_this(slot, booker, ceiling=ceiling), key="plan")


async def test_a_booking_is_details_and_one_call_and_is_read_back(resy: Resy):
    slot = await resy.slot(resy.venue())
    answer = await book(resy, slot)
    assert isinstance(answer, Booked)
    (live,) = resy.world.live_reservations()
    assert answer.reservation.id == answer.reservation.confirmation == str(live.id)
    assert answer.reservation.read_back
    assert (resy.asked("details"), resy.asked("book"), resy.asked("reservations")) == (1, 1, 1)
    assert resy.asked("venue") == 1


async def test_a_booking_that_is_not_listed_yet_is_a_booking_that_was_not_read_back(resy: Resy):
    slot = await resy.slot(resy.venue())
    resy.turn(stale_reservations=timedelta(minutes=1))
    under_way = asyncio.ensure_future(book(resy, slot))
    while not under_way.done():
        await resy.clock.advance(timedelta(milliseconds=250))
        await asyncio.sleep(0.001)
    answer = under_way.result()
    assert isinstance(answer, Booked)
    assert not answer.reservation.read_back
    assert answer.reservation.starts_at == slot.starts_at
    assert resy.asked("reservations") == 4


async def test_a_booking_that_is_listed_late_is_read_back_all_the_same(resy: Resy):
    slot = await resy.slot(resy.venue())
    resy.turn(stale_reservations=timedelta(milliseconds=600))
    under_way = asyncio.ensure_future(book(resy, slot))
    while not under_way.done():
        await resy.clock.advance(timedelta(milliseconds=250))
        await asyncio.sleep(0.001)
    assert expect(Booked, under_way.result()).reservation.read_back


async def test_without_an_account_nothing_is_asked(resy: Resy):
    slot = await resy.slot(resy.venue())
    assert await book(resy, slot, booker=NOBODY) == NeedsGuest(action=GuestAction.SIGN_IN)
    assert resy.asked("details") == 0


async def test_what_was_prepared_leaves_one_call(resy: Resy):
    slot = await resy.slot(resy.venue())
    await resy.platform.prepare(slot, booker=ANN)
    assert resy.asked("details") == 1
    assert isinstance(await book(resy, slot), Booked)
    assert resy.asked("details") == 1


async def test_what_was_prepared_serves_once_and_for_seconds(resy: Resy):
    venue = resy.venue(allow_multiple=True)
    slot, other = await resy.slot(venue), await resy.slot(venue, TIMES[0])
    await resy.platform.prepare(slot, booker=ANN)
    await book(resy, slot)
    await book(resy, slot)
    assert resy.asked("details") == 2
    await resy.platform.prepare(other, booker=ANN)
    resy.clock.jump(resy.clock.now() + timedelta(seconds=21))
    await book(resy, other)
    assert resy.asked("details") == 4


async def test_what_was_prepared_too_long_ago_is_prepared_again(resy: Resy):
    slot = await resy.slot(resy.venue())
    await resy.platform.prepare(slot, booker=ANN)
    await resy.platform.prepare(slot, booker=ANN)
    assert resy.asked("details") == 1
    resy.clock.jump(resy.clock.now() + timedelta(seconds=21))
    await resy.platform.prepare(slot, booker=ANN)
    assert resy.asked("details") == 2


async def test_what_was_prepared_for_one_account_does_not_serve_another(resy: Resy):
    slot = await resy.slot(resy.venue())
    await resy.platform.prepare(slot, booker=ANN)
    assert isinstance(await book(resy, slot, booker=BOB), Booked)
    assert resy.asked("details") == 2


async def test_a_preparation_that_is_under_way_is_waited_for(resy: Resy):
    slot = await resy.slot(resy.venue())
    preparing = asyncio.ensure_future(resy.platform.prepare(slot, booker=ANN))
    await asyncio.sleep(0)
    assert isinstance(await book(resy, slot), Booked)
    await preparing
    assert resy.asked("details") == 1


async def test_a_preparation_that_failed_is_no_error_and_is_made_up_for(resy: Resy):
    slot = await resy.slot(resy.venue())
    resy.world.faults.next("details", Fault.HTML_504)
    await resy.platform.prepare(slot, booker=ANN)
    assert isinstance(await book(resy, slot), Booked)


async def test_a_slot_that_went_to_somebody_else_is_taken(resy: Resy):
    venue = resy.venue()
    slot = await resy.slot(venue)
    resy.world.sell_out(venue, ON)
    assert await book(resy, slot) == SlotTaken()


async def test_details_of_a_slot_that_is_none_say_that_it_is_taken(resy: Resy):
    slot = replace(await resy.slot(resy.venue()), token="rgs://resy/1/2/3")
    assert await book(resy, slot) == SlotTaken()
    assert resy.asked("book") == 0


# What it costs.


async def test_a_fee_within_the_ceiling_is_agreed_to(resy: Resy):
    slot = await resy.slot(resy.venue(policy=FEE))
    answer = await book(resy, slot)
    assert isinstance(answer, Booked)
    terms = answer.reservation.terms
    assert str(terms.late_fee) == "25.00 USD"
    assert terms.free_until == (slot.starts_at - timedelta(hours=24)).astimezone(UTC)
    assert terms.policy == ("$25 a person if you don't come.",)


async def test_a_fee_above_the_ceiling_is_the_guests_to_accept(resy: Resy):
    slot = await resy.slot(resy.venue(policy=FEE))
    answer = await book(resy, slot, ceiling=NO_MORE_THAN_20)
    assert isinstance(answer, NeedsGuest)
    assert answer.action is GuestAction.ACCEPT_TERMS
    assert answer.terms is not None
    assert str(answer.terms.late_fee) == "25.00 USD"
    assert resy.asked("book") == 0
    agreed = replace(NO_MORE_THAN_20, agreed=answer.terms)
    assert isinstance(await book(resy, slot, ceiling=agreed), Booked)


async def test_what_is_paid_at_once_is_never_agreed_to_silently(resy: Resy):
    slot = await resy.slot(resy.venue(policy=Policy(deposit=30.0)))
    answer = await book(resy, slot, ceiling=Ceiling())
    assert isinstance(answer, NeedsGuest)
    assert answer.action is GuestAction.ACCEPT_TERMS
    assert answer.terms is not None
    assert str(answer.terms.deposit) == "60.00 USD"
    assert not resy.world.live_reservations()


async def test_what_a_person_has_to_agree_to_is_not_agreed_to_silently(resy: Resy):
    slot = await resy.slot(resy.venue(double_confirmation=("I am of age.",)))
    answer = await book(resy, slot)
    assert isinstance(answer, NeedsGuest)
    assert answer.terms is not None
    assert answer.terms.to_agree == ("I am of age.",)


async def test_a_fee_that_the_list_did_not_show_is_seen_in_the_details(resy: Resy):
    venue = resy.venue()
    slot = await resy.slot(venue)
    resy.world.change_venue(replace(venue, policy=FEE))
    assert isinstance(await book(resy, slot, ceiling=NO_MORE_THAN_20), NeedsGuest)


async def test_a_card_that_is_needed_and_not_there_is_the_guests_to_add(resy: Resy):
    resy.person(1, cards=())
    slot = await resy.slot(resy.venue(policy=FEE))
    answer = await book(resy, slot)
    assert isinstance(answer, NeedsGuest)
    assert answer.action is GuestAction.ADD_CARD
    assert resy.asked("book") == 0


async def test_details_that_hide_a_card_are_not_believed(resy: Resy):
    slot = await resy.slot(resy.venue(policy=FEE))
    resy.turn(null_payment_methods=True)
    assert isinstance(await book(resy, slot), Booked)


async def test_a_card_asked_for_without_a_word_before_is_asked_of_the_account(resy: Resy):
    slot = await resy.slot(resy.venue())
    resy.turn(null_payment_methods=True)
    resy.world.faults.next("book", Fault.PAYMENT_402)
    assert isinstance(await book(resy, slot), Booked)
    assert resy.asked("book") == 2


async def test_a_402_with_no_card_at_all_is_the_guests_to_mend(resy: Resy):
    resy.person(1, cards=())
    slot = await resy.slot(resy.venue())
    resy.world.faults.next("book", Fault.PAYMENT_402)
    answer = await book(resy, slot)
    assert isinstance(answer, NeedsGuest)
    assert answer.action is GuestAction.ADD_CARD


async def test_a_card_that_is_declined_says_so_in_the_platforms_words(resy: Resy):
    resy.person(1, cards=(Card(declines=True),))
    slot = await resy.slot(resy.venue(policy=FEE))
    answer = await book(resy, slot)
    assert isinstance(answer, NeedsGuest)
    assert (answer.action, answer.message) == (GuestAction.ADD_CARD, "Your card was declined.")


async def test_a_page_that_wants_to_see_a_person_is_left_alone(resy: Resy):
    slot = await resy.slot(resy.venue(recaptcha=True))
    with pytest.raises(PlatformDown, match="see a person") as down:
        await book(resy, slot)
    assert down.value.retry_after == timedelta(minutes=30)
    assert resy.asked("book") == 1


# Tokens.


@pytest.mark.parametrize("where", ["details", "book"])
async def test_a_token_that_ends_on_the_way_is_renewed_once(resy: Resy, where: Endpoint):
    slot = await resy.slot(resy.venue())
    resy.world.faults.next(where, Fault.TOKEN_EXPIRED)
    assert isinstance(await book(resy, slot), Booked)
    assert resy.wallet.renewals == 1
    assert len(resy.world.live_reservations()) == 1


async def test_an_account_that_can_not_be_renewed_has_to_sign_in(resy: Resy):
    slot = await resy.slot(resy.venue())
    await resy.wallet.credentials(1)
    resy.world.accounts.drop_all(resy.person(1).id, renewers=True)
    with pytest.raises(SignInNeeded) as needed:
        await book(resy, slot)
    assert needed.value.account_id == 1
    assert resy.wallet.lost_accounts == [(1, AccountState.EXPIRED)]
    assert resy.asked("book") == 0


@pytest.mark.parametrize(("where", "calls"), [("details", 0), ("book", 2)])
async def test_a_fresh_token_that_is_refused_as_well_ends_it(resy: Resy, where: Endpoint, calls: int):
    slot = await resy.slot(resy.venue())
    resy.world.faults.next(where, Fault.UNAUTHORIZED_401, times=5)
    with pytest.raises(SignInNeeded):
        await book(resy, slot)
    assert resy.wallet.renewals == 1
    assert resy.asked("book") == calls
    assert resy.wallet.lost_accounts == [(1, AccountState.EXPIRED)]


async def test_a_closed_account_is_given_up(resy: Resy):
    slot = await resy.slot(resy.venue())
    await resy.wallet.credentials(1)
    resy.change(1, closed=True)
    with pytest.raises(SignInNeeded):
        await book(resy, slot)
    assert resy.wallet.lost_accounts == [(1, AccountState.CLOSED)]


# 412 in its three readings.


async def test_a_412_over_the_wanted_table_is_a_booking(resy: Resy):
    slot = await resy.slot(resy.venue(sittings=seatings(TIMES, {"Dining Room": 2})))
    first = await book(resy, slot)
    assert await book(resy, slot) == first
    assert len(resy.world.live_reservations()) == 1


async def test_a_412_over_another_reservation_is_a_conflict_with_its_name_and_time(resy: Resy):
    here, there = resy.venue(), resy.venue(name="Casa Luna")
    held = expect(Booked, await book(resy, await resy.slot(there, time(18))))
    answer = await book(resy, await resy.slot(here, time(18)))
    assert isinstance(answer, Conflict)
    assert answer.venue_name == "Casa Luna"
    assert answer.with_ == held.reservation


async def test_a_bare_412_finds_the_conflict_in_the_list(resy: Resy):
    resy.turn(conflict_has_specs=False)
    here, there = resy.venue(), resy.venue(name="Casa Luna")
    held = expect(Booked, await book(resy, await resy.slot(there, time(18))))
    assert await book(resy, await resy.slot(here, time(18))) == Conflict(
        with_=held.reservation, venue_name="Casa Luna"
    )


async def test_a_412_that_names_a_reservation_is_believed_whatever_its_hour(
    resy: Resy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(booking, "_is_against", lambda reservation, slot: False)
    venue = resy.venue()
    held = expect(Booked, await book(resy, await resy.slot(venue, time(18))))
    answer = await book(resy, await resy.slot(venue, time(21)))
    assert answer == Conflict(with_=held.reservation, venue_name="Carbone")


async def test_another_table_of_the_evening_at_the_same_venue_is_in_the_way(resy: Resy):
    resy.turn(conflict_has_specs=False)
    venue = resy.venue()
    held = expect(Booked, await book(resy, await resy.slot(venue, time(18))))
    answer = await book(resy, await resy.slot(venue, time(21)))
    assert answer == Conflict(with_=held.reservation, venue_name="Carbone")


async def test_a_bare_412_with_nothing_in_the_way_is_a_lost_slot(resy: Resy):
    lunch = Sitting(at=time(12), seating="Dining Room")
    venue = resy.venue()
    elsewhere = resy.venue(name="Casa Luna", sittings=(lunch,))
    assert isinstance(await book(resy, await resy.slot(elsewhere, time(12))), Booked)
    slot = await resy.slot(venue)
    resy.turn(sold_out_is_412=True)
    resy.world.sell_out(venue, ON)
    assert await book(resy, slot) == SlotTaken()


async def test_a_412_whose_list_does_not_answer_stays_unknown(resy: Resy):
    slot = await resy.slot(resy.venue(sittings=seatings(TIMES, {"Dining Room": 2})))
    await book(resy, slot)
    resy.world.faults.next("reservations", Fault.HTML_504, times=3)
    assert await book(resy, slot) == Unknown(sent_at=resy.clock.now())


async def test_a_412_that_names_the_wanted_table_before_it_is_listed_stays_unknown(resy: Resy):
    slot = await resy.slot(resy.venue(sittings=seatings(TIMES, {"Dining Room": 2})))
    resy.world.faults.next("book", Fault.CUT_AFTER_COMMIT)
    resy.turn(stale_reservations=timedelta(minutes=1))
    assert isinstance(await book(resy, slot), Unknown)
    assert isinstance(await book(resy, slot), Unknown)


# Faults on the way.


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TEXT_500,
        Fault.HTML_502,
        Fault.HTML_503,
        Fault.HTML_504,
        Fault.CUT,
        Fault.GARBAGE,
        Fault.EMPTY_500,
    ],
)
async def test_details_that_break_have_surely_booked_nothing(resy: Resy, fault: Fault):
    slot = await resy.slot(resy.venue())
    resy.world.faults.next("details", fault, times=2)
    with pytest.raises(PlatformDown):
        await book(resy, slot)
    assert resy.asked("book") == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TEXT_500,
        Fault.TEXT_500_AFTER_COMMIT,
        Fault.EMPTY_500,
        Fault.HTML_502,
        Fault.HTML_503,
        Fault.HTML_504,
        Fault.TIMEOUT_504_AFTER_COMMIT,
        Fault.CUT,
        Fault.CUT_AFTER_COMMIT,
        Fault.CUT_IN_BODY,
        Fault.GARBAGE,
        Fault.GARBAGE_AFTER_COMMIT,
        Fault.CUT_JSON,
        Fault.EMPTY_BODY,
    ],
)
async def test_a_booking_whose_answer_is_lost_is_unknown_and_not_repeated(resy: Resy, fault: Fault):
    slot = await resy.slot(resy.venue())
    resy.world.faults.next("book", fault)
    sent_at = resy.clock.now()
    assert await book(resy, slot) == Unknown(sent_at=sent_at)
    assert resy.asked("book") == 1
    listed = await resy.platform.reservations(booker=ANN)
    assert len(listed) == len(resy.world.live_reservations()) == int(fault.after_commit)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HANG_AFTER_COMMIT])
async def test_a_booking_that_hangs_is_unknown(resy: Resy, fault: Fault, monkeypatch: pytest.MonkeyPatch):
    slot = await resy.slot(resy.venue())
    await resy.platform.prepare(slot, booker=ANN)
    monkeypatch.setattr(wire, "_PATIENCE", 0.3)
    resy.world.faults.next("book", fault)
    assert isinstance(await book(resy, slot), Unknown)
    assert resy.asked("book") == 1


@pytest.mark.parametrize(("fault", "wait"), [(Fault.TOO_MANY, 2), (Fault.TOO_MANY_RETRY_AFTER, 7)])
async def test_a_429_at_book_has_surely_booked_nothing(resy: Resy, fault: Fault, wait: int):
    slot = await resy.slot(resy.venue())
    resy.world.faults.next("book", fault)
    with pytest.raises(PlatformDown) as down:
        await book(resy, slot)
    assert down.value.retry_after == timedelta(seconds=wait)
    assert not resy.world.live_reservations()


async def test_a_server_that_is_not_there_has_surely_booked_nothing(resy: Resy):
    slot = await resy.slot(resy.venue())
    await resy.platform.prepare(slot, booker=ANN)
    gone = type(resy)(resy.world, "http://127.0.0.1:9", resy.clock)
    with pytest.raises(PlatformDown):
        await gone.platform._client.book((await resy.wallet.credentials(1)).token, "token", card=None)
    await gone.platform.aclose()


async def test_a_book_token_that_ended_is_a_lost_slot(resy: Resy):
    slot = await resy.slot(resy.venue())
    resy.turn(book_token_life=timedelta(0))
    for status in (404, 400):
        resy.turn(bad_book_token=status)
        assert await book(resy, slot) == SlotTaken()
    assert not resy.world.live_reservations()


async def test_a_reservation_of_an_id_that_changed_is_still_at_its_venue(resy: Resy):
    venue = resy.venue(release=DaysAhead(days=14, at=time(0)))
    answer = expect(Booked, await book(resy, await resy.slot(venue)))
    resy.world.retire_id(venue)
    (listed,) = await resy.platform.reservations(booker=ANN)
    assert listed.venue == answer.reservation.venue == ref_of(venue)
    assert listed.starts_at == datetime(2026, 12, 11, 0, 30, tzinfo=UTC)
