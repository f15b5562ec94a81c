"""The waiting list."""

import pytest


@pytest.fixture
def wish(scene):
    return {
        "venue_id": scene.venue.id,
        "day": "2026-12-20",
        "num_seats": 2,
        "time_preferred_start": "18:00:00",
        "time_preferred_end": "21:00:00",
        "service_type_id": 2,
    }


async def add(scene, form):
    return await scene.call("POST", "/2/notify", token=scene.token, data=form)


async def listed(scene):
    return (await scene.call("GET", "/3/notify", token=scene.token)).json()["notify"]


async def test_what_is_written_as_num_seats_is_read_as_party_size(scene, wish):
    assert (await add(scene, wish)).status_code == 200
    (one,) = await listed(scene)
    specs = one["specs"]
    assert specs.pop("notify_request_id") > 0
    assert specs.pop("party_size") == 2
    assert specs == {name: value for name, value in wish.items() if name != "num_seats"}
    assert one["results"] == {"venues": []}


async def test_removing_needs_all_five_parameters(scene, wish):
    await add(scene, wish)
    (one,) = await listed(scene)
    five = {name: wish[name] for name in ("venue_id", "day", "num_seats", "service_type_id")}
    five["notify_request_id"] = one["specs"]["notify_request_id"]
    for name in five:
        four = {key: value for key, value in five.items() if key != name}
        answer = await scene.call("DELETE", "/2/notify", token=scene.token, params=four)
        assert (answer.status_code, list(answer.json()["data"])) == (400, [name])
    for wrong in ({"num_seats": 3}, {"day": "2026-12-21"}, {"service_type_id": 3}):
        answer = await scene.call("DELETE", "/2/notify", token=scene.token, params={**five, **wrong})
        assert answer.status_code == 404
    assert len(await listed(scene)) == 1
    assert (await scene.call("DELETE", "/2/notify", token=scene.token, params=five)).status_code == 200
    assert await listed(scene) == []


async def test_a_day_beyond_thirty_is_rejected(scene, wish):
    assert (await add(scene, {**wish, "day": "2026-12-31"})).status_code == 200
    assert (await add(scene, {**wish, "day": "2027-01-01"})).status_code == 400
    assert (await add(scene, {**wish, "day": "2026-11-30"})).status_code == 400


@pytest.mark.parametrize("name", ["venue_id", "day", "num_seats", "time_preferred_start", "service_type_id"])
async def test_each_field_has_to_be_there(scene, wish, name):
    del wish[name]
    assert (await add(scene, wish)).status_code == 400


async def test_the_two_addresses_that_only_look_like_it(scene, wish):
    posted = await scene.call("POST", "/3/notify", token=scene.token, data=wish)
    page = await scene.call("GET", "/3/user/notify", token=scene.token)
    assert posted.status_code == 502
    assert page.headers["content-type"].startswith("text/html")
    assert await listed(scene) == []


async def test_nobody_sees_or_removes_anothers(scene, wish):
    await add(scene, wish)
    (one,) = await listed(scene)
    friend = scene.add_friend()
    assert (await scene.call("GET", "/3/notify", token=friend)).json()["notify"] == []
    five = {name: wish[name] for name in ("venue_id", "day", "num_seats", "service_type_id")}
    five["notify_request_id"] = one["specs"]["notify_request_id"]
    assert (await scene.call("DELETE", "/2/notify", token=friend, params=five)).status_code == 404
    assert len(await listed(scene)) == 1
