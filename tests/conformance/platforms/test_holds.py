from datetime import time

import pytest

from core.domain.booking import Booker, SlotTaken
from core.domain.slot import Slot
from core.powers.booking import Hold, Holds
from tests.conformance.platforms.acts import ANN, BOB, INSTANT, book, booked, slot_at, slots
from tests.conformance.platforms.stage import Spec, Stage


async def held(stage: Stage, slot: Slot, *, booker: Booker = ANN, key: str = "plan") -> Hold | SlotTaken:
    if not isinstance(stage.platform, Holds):
        pytest.skip("this platform keeps no holds")
    return await stage.platform.hold(slot, booker=booker, key=key)


async def kept(stage: Stage, slot: Slot, *, booker: Booker = ANN, key: str = "plan") -> Hold:
    hold = await held(stage, slot, booker=booker, key=key)
    assert isinstance(hold, Hold)
    return hold


async def test_a_held_table_is_nobody_elses(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    hold = await kept(stage, slot)
    assert (hold.slot, hold.expires_at) == (slot, stage.clock.now() + stage.hold_for)
    assert time(19) not in [left.starts_at.time() for left in await slots(stage, ref)]
    assert await held(stage, slot, booker=BOB, key="bobs") == SlotTaken()
    assert await book(stage, slot, booker=BOB, key="bobs") == SlotTaken()


async def test_a_hold_is_no_reservation(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    await kept(stage, await slot_at(stage, ref))
    assert not await stage.platform.reservations(booker=ANN)


async def test_a_hold_is_booked_by_its_key(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    await kept(stage, slot)
    reservation = await booked(stage, slot)
    stage.clock.jump(stage.clock.now() + 2 * stage.hold_for)
    assert await book(stage, slot, booker=BOB, key="bobs") == SlotTaken()
    assert list(await stage.platform.reservations(booker=ANN)) == [reservation]


async def test_a_hold_runs_out_and_is_taken_over(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    hold = await kept(stage, slot)
    stage.clock.jump(hold.expires_at - INSTANT)
    assert await book(stage, slot, booker=BOB, key="bobs") == SlotTaken()
    stage.clock.jump(hold.expires_at)
    await booked(stage, slot, booker=BOB, key="bobs")
    assert await book(stage, slot) == SlotTaken()


async def test_a_hold_that_ran_out_may_still_be_booked_if_nobody_came(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    hold = await kept(stage, slot)
    stage.clock.jump(hold.expires_at)
    await booked(stage, slot)


async def test_the_same_key_renews_its_hold(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 2}))
    slot = await slot_at(stage, ref)
    first = await kept(stage, slot)
    stage.clock.jump(first.expires_at - INSTANT)
    again = await kept(stage, slot)
    assert again.expires_at > first.expires_at
    await kept(stage, slot, booker=BOB, key="bobs")


async def test_a_key_that_holds_another_slot_lets_the_first_go(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    first, second = await slot_at(stage, ref, time(17)), await slot_at(stage, ref, time(21))
    await kept(stage, first)
    await kept(stage, second)
    await booked(stage, first, booker=BOB, key="bobs")
    assert await book(stage, second, booker=BOB, key="bobs too") == SlotTaken()


async def test_a_hold_stays_when_the_other_slot_is_not_to_be_had(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    first, second = await slot_at(stage, ref, time(17)), await slot_at(stage, ref, time(21))
    await booked(stage, second, booker=BOB, key="bobs")
    await kept(stage, first)
    assert await book(stage, second) == SlotTaken()
    assert await held(stage, first, booker=BOB, key="bobs too") == SlotTaken()
    await booked(stage, first)


async def test_a_released_hold_is_free_at_once_and_releasing_twice_is_fine(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    hold = await kept(stage, slot)
    assert isinstance(stage.platform, Holds)
    await stage.platform.release(hold)
    await booked(stage, slot, booker=BOB, key="bobs")
    await stage.platform.release(hold)
    assert len(await stage.platform.reservations(booker=BOB)) == 1


async def test_releasing_a_hold_that_was_booked_changes_nothing(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    slot = await slot_at(stage, ref)
    hold = await kept(stage, slot)
    reservation = await booked(stage, slot)
    assert isinstance(stage.platform, Holds)
    await stage.platform.release(hold)
    assert list(await stage.platform.reservations(booker=ANN)) == [reservation]


async def test_a_key_that_has_its_table_holds_no_second_one(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 2}))
    slot = await slot_at(stage, ref)
    await booked(stage, slot)
    assert await held(stage, await slot_at(stage, ref, time(21))) == SlotTaken()
    assert len(await slots(stage, ref)) == 3
