"""The list of slots."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from platforms.resy.lookalike import DaysAhead, Policy, Sitting, Trap
from tests.platforms.resy.lookalike.scene import DAY, SEVEN


def starts(slots):
    return [slot["date"]["start"] for slot in slots]


async def test_a_slot_has_its_recorded_shape(scene):
    slot = (await scene.slots())[0]
    template = slot["template"]["id"]
    token = f"rgs://resy/{scene.venue.id}/{template}/2/2026-12-10/2026-12-10/19:00:00/2/Dining Room"
    assert slot["config"]["token"] == token
    assert slot["config"]["type"] == "Dining Room"
    assert slot["date"] == {"start": "2026-12-10 19:00:00", "end": "2026-12-10 20:30:00"}
    assert slot["size"] == {"min": 1, "max": 4}
    assert slot["quantity"] == 1
    assert slot["exclusive"] == {"id": 0, "is_eligible": True}
    assert slot["is_global_dining_access"] is False
    start = datetime(2026, 12, 11, 0, 0, tzinfo=UTC)
    assert slot["market"]["date"]["off"] == (start - timedelta(hours=1)).timestamp()
    assert slot["market"]["date"]["on"] == datetime(2026, 11, 26, 5, 0, tzinfo=UTC).timestamp()
    assert set(slot) == {
        "config", "date", "size", "quantity", "template", "table", "shift", "time", "market", "meta",
        "availability", "status", "exclusive", "is_global_dining_access", "floorplan", "id", "lock", "pacing",
        "score", "custom_config", "display_config", "reservation_config", "gdc_perk", "has_add_ons", "payment",
    }  # fmt: skip
    assert set(slot["payment"]) == {
        "is_paid", "is_add_on_required", "cancellation_fee", "deposit_fee", "service_charge", "venue_share",
        "payment_structure", "secs_cancel_cut_off", "time_cancel_cut_off", "secs_change_cut_off",
        "time_change_cut_off", "service_charge_options",
    }  # fmt: skip


async def test_get_and_post_give_the_same(scene):
    body = {"lat": 0, "long": 0, "day": "2026-12-10", "party_size": 2, "venue_id": scene.venue.id}
    posted = await scene.call("POST", "/4/find", json=body)
    assert posted.json() == (await scene.find()).json()
    assert posted.json()["query"] == {"day": "2026-12-10", "party_size": 2, "time_filter": None}


async def test_the_venue_beside_the_slots_has_its_own_shape(scene):
    found = (await scene.find()).json()["results"]["venues"][0]
    assert found["venue"]["id"] == {"resy": scene.venue.id}
    assert found["venue"]["location"]["time_zone"] == "EST5EDT"
    assert isinstance(found["venue"]["rating"], float)
    assert isinstance(found["venue"]["service_types"], dict)
    assert set(found["templates"]) == {str(slot["template"]["id"]) for slot in found["slots"]}


async def test_no_token_is_needed_and_a_bad_one_does_not_hurt(scene):
    assert (await scene.find(token="unknown")).status_code == 200


async def test_a_day_that_is_not_released_is_empty_with_its_venue(scene):
    found = (await scene.find(day=date(2026, 12, 15))).json()["results"]["venues"]
    assert found[0]["venue"]["name"] == "Casa Luna"
    assert found[0]["slots"] == []


async def test_emptiness_has_a_second_form(scene):
    scene.turn(no_venues=True)
    assert (await scene.find(day=date(2027, 3, 1))).json()["results"]["venues"] == []
    assert len((await scene.find()).json()["results"]["venues"]) == 1


async def test_all_times_of_a_day_appear_at_once_at_the_hour(scene):
    day = date(2026, 12, 15)
    await scene.clock.advance(timedelta(hours=3) - timedelta(microseconds=1))
    assert await scene.slots(day=day) == []
    await scene.clock.advance(timedelta(microseconds=1))
    assert len(await scene.slots(day=day)) == 3


@pytest.mark.parametrize(("size", "tables"), [(1, 3), (2, 3), (3, 2), (4, 2), (5, 0)])
async def test_only_tables_that_fit_are_listed(scene, size, tables):
    assert len(await scene.slots(size=size)) == tables


async def test_the_venue_has_a_smallest_and_a_largest_party_too(scene):
    venue = scene.add_venue("Pairs", smallest=2, largest=3)
    assert [len(await scene.slots(venue=venue, size=size)) for size in (1, 2, 3, 4)] == [0, 3, 2, 0]


async def test_a_slot_goes_off_the_market_an_hour_before_it_starts(scene):
    day = date(2026, 12, 1)
    await scene.clock.run_until(datetime(2026, 12, 1, 22, 59, tzinfo=UTC))
    assert starts(await scene.slots(day=day))[0] == "2026-12-01 19:00:00"
    await scene.clock.advance(timedelta(minutes=1))
    assert starts(await scene.slots(day=day)) == ["2026-12-01 21:15:00"]


async def test_a_past_day_is_empty(scene):
    assert await scene.slots(day=date(2026, 11, 30)) == []


async def test_quantity_falls_and_a_returned_table_shows_up_again(scene):
    venue = scene.add_venue("Two", tables=2)

    async def quantity():
        return [slot["quantity"] for slot in await scene.slots(venue=venue)]

    assert await quantity() == [2, 2, 2]
    scene.world.sell_out(venue, DAY)
    assert await quantity() == []
    scene.world.give_back(venue, DAY, SEVEN, "Bar", when=scene.clock.now() + timedelta(minutes=5))
    assert await quantity() == []
    await scene.clock.advance(timedelta(minutes=5))
    assert [slot["config"]["type"] for slot in await scene.slots(venue=venue)] == ["Bar"]


async def test_an_unknown_venue_is_400(scene):
    asked = {"lat": 0, "long": 0, "day": "2026-12-10", "party_size": 2, "venue_id": 1}
    answer = await scene.call("GET", "/4/find", params=asked)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


@pytest.mark.parametrize("name", ["lat", "long", "day", "party_size", "venue_id"])
async def test_each_parameter_has_to_be_there(scene, name):
    asked = {"lat": 0, "long": 0, "day": "2026-12-10", "party_size": 2, "venue_id": scene.venue.id}
    del asked[name]
    answer = await scene.call("GET", "/4/find", params=asked)
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid data received.")
    assert list(answer.json()["data"]) == [name]


@pytest.mark.parametrize(
    "wrong", [{"day": "tomorrow"}, {"party_size": "two"}, {"venue_id": "luna"}, {"lat": "x"}]
)
async def test_what_cannot_be_read_is_502(scene, wrong):
    asked = {"lat": 0, "long": 0, "day": "2026-12-10", "party_size": 2, "venue_id": scene.venue.id, **wrong}
    assert (await scene.call("GET", "/4/find", params=asked)).status_code == 502


async def test_a_body_that_is_no_json_is_502(scene):
    headers = {"Content-Type": "application/json"}
    assert (await scene.call("POST", "/4/find", content=b"{", headers=headers)).status_code == 502


async def test_the_policy_stands_in_the_slot_and_in_its_template(scene):
    policy = Policy(fee=25.0, cut_off=timedelta(days=2), cut_off_at=time(12))
    venue = scene.add_venue("Fee", policy=policy)
    found = (await scene.find(venue=venue)).json()["results"]["venues"][0]
    for payment in (found["slots"][0]["payment"], next(iter(found["templates"].values()))):
        assert payment["is_paid"] is True
        assert payment["cancellation_fee"] == 25.0
        assert payment["secs_cancel_cut_off"] == 172800
        assert payment["time_cancel_cut_off"] == "12:00:00"


def trap(kind):
    return (Sitting(at=SEVEN, trap=kind),)


async def test_a_twin_is_listed_twice_with_one_token(scene):
    venue = scene.add_venue("Twin", sittings=trap(Trap.TWIN))
    one, other = await scene.slots(venue=venue)
    assert one["config"]["token"] == other["config"]["token"]
    assert one["config"]["id"] != other["config"]["id"]
    assert one["table"] != other["table"]


async def test_one_time_of_one_seating_may_have_several_tokens(scene):
    sittings = (Sitting(at=SEVEN, template=1), Sitting(at=SEVEN, template=2))
    one, other = await scene.slots(venue=scene.add_venue("Many", sittings=sittings))
    assert (one["date"], one["config"]["type"]) == (other["date"], other["config"]["type"])
    assert one["config"]["token"] != other["config"]["token"]


async def test_slots_that_are_not_for_everybody_say_so(scene):
    kinds = (Trap.TOCK, Trap.GLOBAL_DINING, Trap.NOT_ELIGIBLE, Trap.HIDDEN)
    tock, dining, exclusive, hidden = [
        (await scene.slots(venue=scene.add_venue(kind.value, sittings=trap(kind))))[0] for kind in kinds
    ]
    assert tock["config"]["token"] is None
    assert dining["is_global_dining_access"] is True
    assert exclusive["exclusive"]["is_eligible"] is False
    assert hidden["config"]["is_visible"] is False


async def test_a_stale_list_has_what_is_gone_for_a_while(scene):
    scene.turn(stale_find=timedelta(seconds=5))
    book_token = await scene.book_token()
    assert (await scene.book(book_token)).status_code == 201
    assert len(await scene.slots()) == 3
    await scene.clock.advance(timedelta(seconds=5))
    assert len(await scene.slots()) == 2


async def test_a_soft_block_is_an_empty_list(scene):
    scene.turn(empty_find=True)
    assert await scene.slots() == []


@pytest.mark.parametrize(
    ("offset", "released"), [(timedelta(milliseconds=-300), True), (timedelta(seconds=120), False)]
)
async def test_a_drop_may_be_early_or_late(scene, offset, released):
    scene.turn(drop_offset=offset)
    await scene.clock.run_until(datetime(2026, 12, 1, 15, 0, tzinfo=UTC) + min(offset, timedelta()))
    assert bool(await scene.slots(day=date(2026, 12, 15))) is released
    await scene.clock.run_until(datetime(2026, 12, 1, 15, 0, tzinfo=UTC) + max(offset, timedelta()))
    assert await scene.slots(day=date(2026, 12, 15))


async def test_a_drop_within_a_window_is_somewhere_in_it_and_the_same_each_time(scene):
    window = timedelta(minutes=30)
    venue = scene.add_venue("Whenever", release=DaysAhead(days=14, at=time(10), within=window))
    days = [date(2026, 12, 15) + timedelta(days=more) for more in range(20)]
    late = [scene.world.drop_at(venue, day) - scene.world.drops.due_at(venue, day) for day in days]
    assert all(timedelta() <= one <= window for one in late)
    assert len(set(late)) == 20
    assert late == [scene.world.drop_at(venue, day) - scene.world.drops.due_at(venue, day) for day in days]
    await scene.clock.run_until(scene.world.drop_at(venue, days[0]) - timedelta(microseconds=1))
    assert await scene.slots(venue=venue, day=days[0]) == []
    await scene.clock.advance(timedelta(microseconds=1))
    assert await scene.slots(venue=venue, day=days[0])
