from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.booking import SlotTaken
from core.domain.drop import DropRule
from core.domain.slot import Cause, DayState
from tests.conformance.platforms.acts import AT_NINE, BOB, INSTANT, ON, book, booked, drop_of, slot_at, slots
from tests.conformance.platforms.stage import NEW_YORK, Spec, Stage


async def test_every_time_in_every_seating_is_a_slot_in_order_of_time(stage: Stage):
    ref = await stage.add_venue(Spec(times=(time(17), time(19)), tables={"room": 2, "bar": 1}))
    found = await slots(stage, ref)
    assert [(slot.starts_at.time(), slot.seating) for slot in found] == [
        (time(17), "room"),
        (time(17), "bar"),
        (time(19), "room"),
        (time(19), "bar"),
    ]
    assert len({slot.token for slot in found}) == 4
    assert {(slot.venue, slot.party_size) for slot in found} == {(ref, 2)}


async def test_a_slot_is_aware_in_the_venues_zone(stage: Stage):
    ref = await stage.add_venue(Spec(zone="Europe/Lisbon", tables={"": 1}))
    slot = await slot_at(stage, ref)
    assert str(slot.starts_at.tzinfo) == "Europe/Lisbon"
    assert slot.starts_at == datetime(2026, 12, 24, 19, 0, tzinfo=ZoneInfo("Europe/Lisbon"))


async def test_a_slot_says_until_when_cancelling_is_free(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, free_until=timedelta(hours=24)))
    slot = await slot_at(stage, ref)
    assert slot.terms.free_until == slot.starts_at - timedelta(hours=24)
    assert slot.terms.late_fee is not None
    assert str(slot.terms.late_fee) == "25.00 USD"


async def test_a_slot_is_there_until_its_last_table_is_taken(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 2}))
    slot = await slot_at(stage, ref)
    await booked(stage, slot, key="one")
    await booked(stage, await slot_at(stage, ref), booker=BOB, key="two")
    assert [left.starts_at.time() for left in await slots(stage, ref)] == [time(17), time(21)]


async def test_a_time_that_has_come_is_no_slot(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    stage.clock.jump(datetime(2026, 12, 24, 19, 0, tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC))
    assert [slot.starts_at.time() for slot in await slots(stage, ref)] == [time(21)]


@pytest.mark.parametrize(
    ("on", "size", "cause"),
    [
        (ON, 1, Cause.PARTY_TOO_SMALL),
        (ON, 7, Cause.PARTY_TOO_LARGE),
        (date(2026, 11, 30), 2, Cause.PAST),
        (date(2026, 12, 25), 2, Cause.CLOSED),
        (date(2027, 1, 31), 2, Cause.BEYOND_HORIZON),
    ],
)
async def test_a_day_without_slots_says_why(stage: Stage, on: date, size: int, cause: Cause):
    ref = await stage.add_venue(Spec(tables={"": 1}, party_min=2, closed=(date(2026, 12, 25),)))
    availability = await stage.platform.slots(ref, on=on, party_size=size)
    assert (availability.slots, availability.cause) == ((), cause)


async def test_the_last_day_of_the_horizon_is_open(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    assert await slots(stage, ref, on=date(2027, 1, 30))


async def test_a_day_whose_tables_are_all_taken_is_full(stage: Stage):
    ref = await stage.add_venue(Spec(times=(time(19),), tables={"": 1}))
    await booked(stage, await slot_at(stage, ref))
    availability = await stage.platform.slots(ref, on=ON, party_size=2)
    assert (availability.slots, availability.cause) == ((), Cause.FULL)


async def test_a_day_whose_times_have_all_come_is_past(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    stage.clock.jump(datetime(2026, 12, 25, 3, 0, tzinfo=UTC))  # ten in the evening of the 24th
    assert (await stage.platform.slots(ref, on=ON, party_size=2)).cause is Cause.PAST


async def test_tables_appear_at_the_drop_and_not_an_instant_before(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, drop=AT_NINE))
    stage.clock.jump(drop_of() - INSTANT)
    availability = await stage.platform.slots(ref, on=ON, party_size=2)
    assert (availability.slots, availability.cause) == ((), Cause.NOT_RELEASED)
    stage.clock.jump(drop_of())
    assert len(await slots(stage, ref)) == 3


async def test_nothing_can_be_booked_before_the_drop_by_who_knows_the_slot(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, drop=AT_NINE))
    stage.clock.jump(drop_of())
    slot = await slot_at(stage, ref)
    stage.clock.jump(drop_of() - INSTANT)
    assert await book(stage, slot) == SlotTaken()
    stage.clock.jump(drop_of())
    await booked(stage, slot)


@pytest.mark.parametrize(
    ("on", "at", "dropped_at"),
    [
        # Clocks go forward on 14 March 2027 at 02:00: half past two is never shown, three is what comes next.
        (date(2027, 3, 15), time(2, 30), datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        # Clocks go back on 7 November 2027 at 02:00: half past one is shown twice, the first time counts.
        (date(2027, 11, 8), time(1, 30), datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
    ],
)
async def test_the_drop_is_right_on_days_when_clocks_change(
    stage: Stage, on: date, at: time, dropped_at: datetime
):
    rule = DropRule(days_ahead=1, at=at, zone=NEW_YORK)
    ref = await stage.add_venue(Spec(tables={"": 1}, drop=rule))
    stage.clock.jump(dropped_at - INSTANT)
    assert not await slots(stage, ref, on=on)
    stage.clock.jump(dropped_at)
    assert len(await slots(stage, ref, on=on)) == 3


@pytest.mark.parametrize(
    ("on", "offset"), [(date(2027, 3, 14), -4), (date(2027, 3, 13), -5), (date(2027, 11, 7), -5)]
)
async def test_a_slots_time_is_what_the_wall_clock_shows_when_clocks_change(
    stage: Stage, on: date, offset: int
):
    ref = await stage.add_venue(Spec(tables={"": 1}))
    stage.clock.jump(datetime(on.year, on.month, 1, tzinfo=UTC))
    found = await slots(stage, ref, on=on)
    assert [slot.starts_at.time() for slot in found] == [time(17), time(19), time(21)]
    assert {slot.starts_at.utcoffset() for slot in found} == {timedelta(hours=offset)}
    assert (await booked(stage, found[0])).starts_at == found[0].starts_at


async def test_the_calendar_has_every_day_with_its_state(stage: Stage):
    ref = await stage.add_venue(
        Spec(times=(time(19),), tables={"": 1}, drop=AT_NINE, closed=(date(2026, 12, 21),))
    )
    await booked(stage, await slot_at(stage, ref, on=date(2026, 12, 20)))
    days = await stage.platform.days(ref, party_size=2, first=date(2026, 11, 30), last=date(2026, 12, 24))
    assert [day.on for day in days] == [date(2026, 11, 30) + timedelta(days=n) for n in range(25)]
    states = {day.on: day for day in days}
    assert states[date(2026, 11, 30)].state is DayState.CLOSED
    assert states[date(2026, 12, 19)].state is DayState.OPEN
    assert states[date(2026, 12, 20)].state is DayState.FULL
    assert states[date(2026, 12, 21)].state is DayState.CLOSED
    assert states[ON].state is DayState.NOT_RELEASED
    assert states[ON].drop_at == drop_of()
    assert states[date(2026, 12, 19)].drop_at is None


async def test_the_calendar_agrees_with_the_slots(stage: Stage):
    ref = await stage.add_venue(Spec(tables={"": 1}, drop=AT_NINE, closed=(date(2026, 12, 5),)))
    first = date(2026, 12, 1)
    days = await stage.platform.days(ref, party_size=2, first=first, last=first + timedelta(days=30))
    for day in days[::5]:
        assert (day.state is DayState.OPEN) == bool(await slots(stage, ref, on=day.on))
