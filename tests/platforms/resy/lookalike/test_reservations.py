"""Listing, cancelling, special requests."""

from datetime import UTC, date, datetime, timedelta

import pytest

from platforms.resy.lookalike import DENVER, MADRID, DaysAhead, Policy
from tests.platforms.resy.lookalike.scene import DAY, SEVEN


async def booked(scene, **more):
    answer = await scene.book(await scene.book_token(**more))
    assert answer.status_code == 201
    return answer.json()


async def rows(scene, **params):
    return (await scene.reservations(**params)).json()["reservations"]


async def test_a_reservation_is_listed_with_when_in_utc(scene):
    mine = await booked(scene)
    told = (await scene.reservations(type="upcoming")).json()
    (row,) = told["reservations"]
    assert row["reservation_id"] == mine["reservation_id"]
    assert (row["day"], row["time_slot"]) == ("2026-12-10", "19:00:00")
    assert row["when"] == "2026-12-11 00:00:00", "UTC, though it looks local"
    assert row["num_seats"] == 2
    assert row["config"]["type"] == "Dining Room"
    assert told["metadata"] == {"total": 1, "offset": 0, "limit": 10}


async def test_the_name_is_in_the_map_of_venues_only(scene):
    await booked(scene)
    told = (await scene.reservations()).json()
    assert told["reservations"][0]["venue"] == {"id": scene.venue.id, "currency": "USD"}
    assert told["venues"][str(scene.venue.id)]["name"] == "Casa Luna"


async def test_nobody_sees_anothers(scene):
    await booked(scene)
    assert (await scene.reservations(token=scene.add_friend())).json()["reservations"] == []


async def test_the_list_has_types_and_pages(scene):
    for more in (1, 2, 3):
        await booked(scene, day=date(2026, 12, more))
    await scene.clock.run_until(datetime(2026, 12, 2, 12, tzinfo=UTC))
    assert [row["day"] for row in await rows(scene, type="past")] == ["2026-12-01"]
    assert [row["day"] for row in await rows(scene, type="upcoming")] == ["2026-12-02", "2026-12-03"]
    assert [row["day"] for row in await rows(scene, limit=1, offset=2)] == ["2026-12-03"]
    assert (await scene.reservations(limit=1)).json()["metadata"]["total"] == 3
    assert (await scene.reservations(scope="past")).json()["metadata"]["total"] == 3, "it is passed over"


async def test_each_list_has_new_tokens_and_each_of_them_cancels(scene):
    mine = await booked(scene)
    first, second = [(await rows(scene))[0]["resy_token"] for _ in range(2)]
    assert len({mine["resy_token"], first, second}) == 3
    assert (await scene.cancel(first)).status_code == 200


async def test_only_the_newest_token_cancels_where_the_knob_says_so(scene):
    scene.turn(old_resy_tokens=False)
    await booked(scene)
    first, second = [(await rows(scene))[0]["resy_token"] for _ in range(2)]
    assert (await scene.cancel(first)).status_code == 419
    assert (await scene.cancel(second)).status_code == 200


async def test_tokens_stay_where_the_knob_says_so(scene):
    scene.turn(fresh_resy_tokens=False)
    mine = await booked(scene)
    assert {(await rows(scene))[0]["resy_token"] for _ in range(2)} == {mine["resy_token"]}


async def test_cancelling_refunds_and_the_slot_is_listed_again(scene):
    mine = await booked(scene)
    assert len(await scene.slots()) == 2
    answer = await scene.cancel(mine["resy_token"])
    assert (answer.status_code, answer.json()) == (200, {"payment": {"transaction": {"refund": 1}}})
    assert len(await scene.slots()) == 3
    assert scene.world.live_reservations() == []
    assert await rows(scene) == []


async def test_an_unknown_token_is_419_like_a_bad_login(scene):
    mine = await booked(scene)
    assert (await scene.cancel("unknown")).status_code == 419
    assert (await scene.cancel(mine["resy_token"], token=scene.add_friend())).status_code == 419
    await scene.cancel(mine["resy_token"])
    assert (await scene.cancel(mine["resy_token"])).status_code == 419
    assert scene.world.left(scene.venue, DAY, SEVEN, "Dining Room") == 1, "it came back once"


async def test_past_the_cut_off_cancelling_is_412_or_costs_the_fee(scene):
    venue = scene.add_venue("Fee", policy=Policy(fee=25.0, cut_off=timedelta(hours=24)))
    token = await scene.book_token(venue=venue, day=date(2026, 12, 2))
    mine = (await scene.book(token, struct_payment_method='{"id": 99887766}')).json()
    (row,) = await rows(scene)
    assert row["cancellation"]["allowed"] is True
    assert row["cancellation"]["fee"]["applies"] is False
    assert row["cancellation"]["date_refund_cut_off"] == "2026-12-02T00:00:00Z"
    await scene.clock.run_until(datetime(2026, 12, 2, 0, 0, tzinfo=UTC))
    (row,) = await rows(scene)
    assert (row["cancellation"]["allowed"], row["cancellation"]["fee"]["applies"]) == (False, True)
    assert (await scene.cancel(mine["resy_token"])).status_code == 412
    scene.turn(late_cancel=True)
    answer = await scene.cancel(mine["resy_token"])
    assert answer.json() == {"payment": {"transaction": {"refund": 0}}}


async def test_what_has_started_is_not_cancelled(scene):
    mine = await booked(scene, day=date(2026, 12, 1))
    scene.turn(late_cancel=True)
    await scene.clock.run_until(datetime(2026, 12, 2, 0, 0, tzinfo=UTC))
    assert (await scene.cancel(mine["resy_token"])).status_code == 412


async def test_cancelling_wants_a_form(scene):
    mine = await booked(scene)
    body = {"resy_token": mine["resy_token"]}
    assert (await scene.call("POST", "/3/cancel", token=scene.token, json=body)).status_code == 400
    assert (await scene.cancel("")).status_code == 400


async def test_a_stale_list_lags_behind_booking_and_cancelling(scene):
    scene.turn(stale_reservations=timedelta(seconds=3))
    mine = await booked(scene)
    assert await rows(scene) == []
    await scene.clock.advance(timedelta(seconds=3))
    assert len(await rows(scene)) == 1
    await scene.cancel(mine["resy_token"])
    assert len(await rows(scene)) == 1
    await scene.clock.advance(timedelta(seconds=3))
    assert await rows(scene) == []


async def test_a_special_request_is_kept_and_can_be_emptied(scene):
    mine = await booked(scene)

    async def wish(**form):
        sent = {"resy_token": mine["resy_token"], **form}
        path = "/2/reservation/special_request"
        return (await scene.call("POST", path, token=scene.token, data=sent)).status_code

    assert await wish(occasion="Birthday", occasion_id=149474) == 200
    assert await wish(description="A window, please") == 200
    (row,) = await rows(scene)
    assert (row["occasion"], row["special_request"]) == ("Birthday", "A window, please")
    assert await wish(description="") == 200
    assert (await rows(scene))[0]["special_request"] is None
    assert await wish(resy_token="unknown", description="x") == 419


@pytest.mark.parametrize(
    ("city", "day", "when"),
    [
        (None, date(2027, 3, 13), "2027-03-14 00:00:00"),
        (None, date(2027, 3, 14), "2027-03-14 23:00:00"),
        (DENVER, date(2027, 3, 14), "2027-03-15 01:00:00"),
        (MADRID, date(2027, 3, 27), "2027-03-27 18:00:00"),
        (MADRID, date(2027, 3, 28), "2027-03-28 17:00:00"),
    ],
)
async def test_when_follows_the_venues_zone_over_changes_of_the_clock(scene, city, day, when):
    more = {} if city is None else {"city": city}
    venue = scene.add_venue("Spring", release=DaysAhead(days=30), **more)
    await scene.clock.run_until(datetime(2027, 3, 13, 20, tzinfo=UTC))
    scene.token = scene.world.sign_in(scene.ann).auth
    await booked(scene, venue=venue, day=day)
    (row,) = await rows(scene)
    assert (row["time_slot"], row["when"]) == ("19:00:00", when)
