"""Which slots would do, and which of them first."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.domain.slot import Slot
from core.domain.venue import VenueRef

LUNA = VenueRef(platform="house", id="luna")
DAY = date(2026, 12, 24)
NEW_YORK = ZoneInfo("America/New_York")


def slot(
    at: str, *, seating: str = "Bar", party_size: int = 4, on: date = DAY, token: str | None = None
) -> Slot:
    return Slot(
        venue=LUNA,
        token=token if token is not None else f"{on} {at} {seating} {party_size}",
        starts_at=datetime.combine(on, time.fromisoformat(at), tzinfo=NEW_YORK),
        party_size=party_size,
        seating=seating,
    )


def wish(*times: str, seatings: tuple[str, ...] = ()) -> Wish:
    return Wish(
        venue=LUNA,
        on=DAY,
        party_size=4,
        times=tuple(time.fromisoformat(at) for at in times),
        seatings=seatings,
    )


def test_slots_come_in_the_order_of_the_times_wanted_and_not_of_the_clock():
    early, middle, late = slot("19:00"), slot("19:30"), slot("20:00")
    assert wish("19:30", "20:00", "19:00").rank([early, middle, late]) == [middle, late, early]


def test_a_wanted_time_in_any_seating_comes_before_the_next_time():
    bar, room, later = slot("19:30"), slot("19:30", seating="Room"), slot("20:00", seating="Room")
    assert wish("19:30", "20:00", seatings=("Room", "Bar")).rank([later, bar, room]) == [room, bar, later]


def test_without_seatings_any_seating_will_do_in_the_order_the_platform_gave():
    room, bar = slot("19:30", seating="Room"), slot("19:30")
    assert wish("19:30").rank([room, bar]) == [room, bar]
    assert wish("19:30").rank([bar, room]) == [bar, room]


def test_a_seating_is_the_same_in_any_case():
    bar = slot("19:30", seating="BAR")
    assert wish("19:30", seatings=("bar",)).rank([bar]) == [bar]


@pytest.mark.parametrize(
    "other",
    [
        slot("19:45"),
        slot("19:30", party_size=2),
        slot("19:30", on=DAY + timedelta(days=1)),
        slot("19:30", seating="Patio"),
    ],
    ids=["time", "party", "day", "seating"],
)
def test_a_slot_that_was_not_wished_for_is_left_out(other):
    assert wish("19:30", seatings=("Bar",)).rank([other]) == []


def test_a_lost_slot_is_not_tried_again():
    bar, room = slot("19:30"), slot("19:30", seating="Room")
    assert wish("19:30").rank([bar, room], lost={bar.token}) == [room]


def test_a_slot_told_twice_is_tried_once():
    assert wish("19:30").rank([slot("19:30"), slot("19:30")]) == [slot("19:30")]


def test_a_time_is_read_on_the_clock_of_the_venue():
    moved = slot("19:30")
    assert moved.starts_at.astimezone(ZoneInfo("UTC")).date() != DAY
    assert wish("19:30").rank([moved]) == [moved]


clock = st.sampled_from(["18:00", "18:30", "19:00", "19:30", "20:00"])
seats = st.sampled_from(["Bar", "Room", "Patio"])
slots = st.lists(
    st.builds(
        lambda at, seating, size, on: slot(at, seating=seating, party_size=size, on=on),
        clock,
        seats,
        st.sampled_from([2, 4]),
        st.sampled_from([DAY, DAY + timedelta(days=1)]),
    )
)


@given(slots, st.lists(clock, unique=True), st.lists(seats, unique=True))
def test_a_ranking_is_of_fitting_slots_once_each_and_in_order(offered, times, seatings):
    wanted = wish(*times, seatings=tuple(seatings))
    ranked = wanted.rank(offered)
    assert len({one.token for one in ranked}) == len(ranked)
    assert {one.token for one in ranked} == {
        one.token
        for one in offered
        if one.starts_at.date() == DAY
        and one.party_size == 4
        and f"{one.starts_at:%H:%M}" in times
        and (not seatings or one.seating in seatings)
    }
    places = [times.index(f"{one.starts_at:%H:%M}") for one in ranked]
    assert places == sorted(places)
    for at in times:
        same_time = [one.seating for one in ranked if f"{one.starts_at:%H:%M}" == at]
        assert not seatings or same_time == sorted(same_time, key=seatings.index)


@given(slots, st.data())
def test_losing_a_slot_changes_nothing_else(offered, data):
    wanted = wish("19:00", "19:30", "18:00")
    ranked = wanted.rank(offered)
    lost = data.draw(st.sets(st.sampled_from([one.token for one in ranked]))) if ranked else set()
    assert wanted.rank(offered, lost=lost) == [one for one in ranked if one.token not in lost]


def test_a_plan_is_over_when_nothing_more_will_happen_by_itself():
    assert {state for state in PlanState if state.over} == {
        PlanState.BOOKED,
        PlanState.LOST,
        PlanState.CANCELLED,
    }
