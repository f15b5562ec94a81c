import asyncio
from datetime import UTC, time, timedelta

import pytest

from core.domain.booking import Booked, Booker, SlotTaken, Unknown
from core.domain.reservation import ReservationState
from core.errors import CancelRefused
from tests.conformance.platforms.acts import ANN, BOB, book, booked, slot_at, slots
from tests.conformance.platforms.stage import Spec, Stage


def guest(number: int) -> Booker:
    return Booker(guest_id=number, name=f"Guest {number}", account_id=number)


def must_keep_keys(stage: Stage) -> None:
    if not stage.keeps_keys:
        pytest.skip("this platform keeps no keys")


async def test_a_booking_answers_with_the_reservation(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"bar": 1}, free_until=timedelta(hours=24)))
    slot = await slot_at(stage, ref)
    reservation = await booked(stage, slot, key="plan-1")
    assert reservation.venue == ref
    assert reservation.starts_at == slot.starts_at
    assert str(reservation.starts_at.tzinfo) == "America/New_York"
    assert (reservation.party_size, reservation.seating) == (2, "bar")
    assert reservation.terms == slot.terms
    assert reservation.state is ReservationState.BOOKED
    assert reservation.key == ("plan-1" if stage.keeps_keys else None)
    assert reservation.confirmation
    assert reservation.read_back


async def test_the_second_for_the_last_table_is_told_that_it_is_taken(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    await booked(stage, slot, booker=ANN, key="one")
    assert await book(stage, slot, booker=BOB, key="two") == SlotTaken()
    assert not await stage.platform.reservations(booker=BOB)


async def test_many_at_once_get_as_many_tables_as_there_are(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 5}))
    slot = await slot_at(stage, ref)
    answers = await asyncio.gather(
        *(
            book(stage, slot, booker=Booker(guest_id=n, name=f"Guest {n}", account_id=n), key=f"plan-{n}")
            for n in range(25)
        )
    )
    won = [answer for answer in answers if isinstance(answer, Booked)]
    assert len(won) == 5
    assert answers.count(SlotTaken()) == 20
    assert len({answer.reservation.id for answer in won}) == 5


async def test_the_same_slot_again_gets_the_same_reservation(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 2}))
    slot = await slot_at(stage, ref)
    first = await booked(stage, slot)
    assert await booked(stage, slot) == first
    assert len(await stage.platform.reservations(booker=ANN)) == 1


async def test_the_same_slot_at_once_gets_one_table(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 3}))
    slot = await slot_at(stage, ref)
    reservations = await asyncio.gather(*(booked(stage, slot) for _ in range(5)))
    assert len({reservation.id for reservation in reservations}) == 1
    assert len(await stage.platform.reservations(booker=ANN)) == 1


async def test_the_same_key_again_gets_the_same_reservation(stage: Stage):
    must_keep_keys(stage)
    ref = await stage.add_venue(Spec(tables={"": 2}))
    slot = await slot_at(stage, ref)
    first = await booked(stage, slot)
    other = await slot_at(stage, ref, time(21))
    assert await booked(stage, other) == first
    assert len(await stage.platform.reservations(booker=ANN)) == 1


async def test_the_same_key_at_once_gets_one_table(stage: Stage):
    must_keep_keys(stage)
    ref = await stage.add_venue(Spec(tables={"": 3}))
    wanted = await slots(stage, ref)
    reservations = await asyncio.gather(*(booked(stage, wanted[n % 3]) for n in range(9)))
    assert len({reservation.id for reservation in reservations}) == 1
    assert len({reservation.starts_at for reservation in reservations}) == 1
    assert len(await stage.platform.reservations(booker=ANN)) == 1


async def test_a_guest_sees_their_own_upcoming_reservations_in_order(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 2}))
    late = await booked(stage, await slot_at(stage, ref, time(21)), key="late")
    early = await booked(stage, await slot_at(stage, ref, time(17)), key="early")
    await booked(stage, await slot_at(stage, ref), booker=BOB, key="bobs")
    assert list(await stage.platform.reservations(booker=ANN)) == [early, late]
    stage.clock.jump(early.starts_at.astimezone(UTC))
    assert list(await stage.platform.reservations(booker=ANN)) == [late]


async def test_cancelling_gives_the_table_back(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    reservation = await booked(stage, slot)
    await stage.platform.cancel(reservation, booker=ANN)
    assert not await stage.platform.reservations(booker=ANN)
    await booked(stage, await slot_at(stage, ref), booker=BOB, key="bobs")


async def test_cancelling_twice_is_fine_and_takes_nothing_from_who_came_after(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    reservation = await booked(stage, slot)
    await stage.platform.cancel(reservation, booker=ANN)
    bobs = await booked(stage, slot, booker=BOB, key="bobs")
    await stage.platform.cancel(reservation, booker=ANN)
    assert list(await stage.platform.reservations(booker=BOB)) == [bobs]


async def test_a_key_whose_reservation_was_cancelled_may_book_again(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    first = await booked(stage, slot)
    await stage.platform.cancel(first, booker=ANN)
    again = await booked(stage, slot)
    assert again.id != first.id


async def test_nobody_cancels_what_another_booked(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    reservation = await booked(stage, await slot_at(stage, ref))
    with pytest.raises(CancelRefused):
        await stage.platform.cancel(reservation, booker=BOB)
    assert list(await stage.platform.reservations(booker=ANN)) == [reservation]


async def test_what_has_begun_is_not_cancelled(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    reservation = await booked(stage, await slot_at(stage, ref))
    stage.clock.jump(reservation.starts_at.astimezone(UTC))
    with pytest.raises(CancelRefused) as refused:
        await stage.platform.cancel(reservation, booker=ANN)
    assert refused.value.reason.endswith(".")


async def test_a_lost_answer_is_unknown_and_the_table_is_found(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 2}))
    slot = await slot_at(stage, ref)
    stage.lose_answer(booked=True)
    assert await book(stage, slot, key="plan-1") == Unknown(sent_at=stage.clock.now())
    (found,) = await stage.platform.reservations(booker=ANN)
    assert found.key == ("plan-1" if stage.keeps_keys else None)
    assert (found.venue, found.starts_at, found.party_size) == (ref, slot.starts_at, 2)
    assert await booked(stage, slot, key="plan-1") == found


async def test_a_lost_answer_may_also_mean_that_nothing_was_booked(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    stage.lose_answer(booked=False)
    assert await book(stage, slot) == Unknown(sent_at=stage.clock.now())
    assert not await stage.platform.reservations(booker=ANN)
    await booked(stage, slot)
