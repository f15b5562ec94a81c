"""What a request must pass, and in which order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from platforms.resy.lookalike import Budget
from tests.platforms.resy.lookalike.scene import BROWSER

BLOCKED = (500, "Internal Server Error")


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "python-requests/2.32.3",
        "python-httpx/0.28.1",
        "Python/3.11 aiohttp/3.12",
        "aiohttp/3",
        "Go-http-client/2.0",
        "axios/1.7",
        "node",
        "node-fetch",
    ],
)
async def test_a_librarys_own_agent_gets_21_bytes_of_text_and_500(scene, agent):
    answer = await scene.find(agent=agent)
    assert (answer.status_code, answer.text) == BLOCKED
    assert len(answer.content) == 21
    assert answer.headers["content-type"].startswith("text/plain")


async def test_an_honest_agent_is_let_in(scene):
    assert (await scene.find(agent="Mozilla/5.0 (compatible; Fourtop/0.1)")).status_code == 200
    assert (await scene.find(agent="curl/8.0")).status_code == 200


async def test_the_strict_agent_knob_wants_mozilla(scene):
    scene.turn(strict_agent=True)
    assert (await scene.find(agent="curl/8.0")).status_code == 500
    assert (await scene.find(agent=BROWSER)).status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        None,
        "VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5",
        "ResyAPI api_key=VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5",
        'ResyAPI api_key="other"',
    ],
)
async def test_any_other_api_key_gets_419(scene, key):
    answer = await scene.find(key=key)
    assert answer.status_code == 419
    assert answer.json() == {"status": 419, "message": "Unauthorized"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/2/user"),
        ("GET", "/3/details"),
        ("POST", "/3/details"),
        ("POST", "/3/book"),
        ("GET", "/3/user/reservations"),
        ("POST", "/3/cancel"),
        ("POST", "/2/reservation/special_request"),
        ("GET", "/3/notify"),
        ("POST", "/2/notify"),
        ("DELETE", "/2/notify"),
        ("GET", "/3/user/favorites"),
        ("POST", "/3/user/favorites"),
    ],
)
async def test_ones_own_things_need_a_token_that_is_good(scene, method, path):
    for token in ("", "unknown"):
        answer = await scene.call(method, path, token=token)
        assert (answer.status_code, answer.json()["status"]) == (419, 419)


async def test_an_expired_token_gets_419(scene):
    token = scene.world.sign_in(scene.ann, life=timedelta(minutes=1)).auth
    assert (await scene.call("GET", "/2/user", token=token)).status_code == 200
    await scene.clock.advance(timedelta(minutes=1))
    assert (await scene.call("GET", "/2/user", token=token)).status_code == 419


async def test_a_token_counts_in_either_header_and_in_the_address(scene):
    for name in ("X-Resy-Auth-Token", "X-Resy-Universal-Auth"):
        answer = await scene.call("GET", "/2/user", headers={name: scene.token})
        assert answer.status_code == 200
    answer = await scene.call("GET", "/2/user", params={"x-resy-auth-token": scene.token})
    assert answer.status_code == 200


async def test_a_closed_account_gets_409(scene):
    scene.world.accounts.change(replace(scene.ann, closed=True))
    answer = await scene.call("GET", "/2/user", token=scene.token)
    assert (answer.status_code, answer.json()) == (409, {"status": 409, "message": "Conflict"})


async def test_over_the_budget_429_comes_twice_then_500_until_the_block_is_over(scene):
    scene.turn(budget=Budget(calls=3, warnings=2, blocked=timedelta(minutes=30)))
    answers = [(await scene.find()).status_code for _ in range(7)]
    assert answers == [200, 200, 200, 429, 429, 500, 500]
    assert (await scene.call("GET", "/3/geoip")).status_code == 200, "it counts by endpoint"
    await scene.clock.advance(timedelta(minutes=30))
    assert (await scene.find()).status_code == 200


async def test_the_budget_may_name_a_time_to_come_back(scene):
    scene.turn(budget=Budget(calls=0, retry_after=90))
    assert (await scene.find()).headers["retry-after"] == "90"
    scene.turn(budget=Budget(calls=0, warnings=9))
    assert "retry-after" not in (await scene.find()).headers


async def test_the_gates_are_in_their_order(scene):
    """Each step mends the first thing that is wrong, and the next gate answers."""
    wrong = {"agent": "python-requests/2", "key": "none", "data": {"x": "y"}}
    scene.turn(budget=Budget(calls=0, warnings=1, blocked=timedelta(seconds=1)))

    async def status(**sent):
        return (await scene.call("POST", "/3/details", **sent)).status_code

    assert await status(**wrong) == 429
    scene.turn(budget=None)
    assert await status(**wrong) == 500
    wrong["agent"] = BROWSER
    assert await status(**wrong) == 419
    del wrong["key"]
    assert await status(**wrong) == 419
    wrong["token"] = scene.token
    assert await status(**wrong) == 415
    del wrong["data"]
    assert await status(**wrong, json={}) == 400
    config = (await scene.slots())[0]["config"]["token"]
    whole = {"config_id": config, "day": "2026-12-10", "party_size": "two"}
    assert await status(**wrong, json=whole) == 502
    assert await status(**wrong, json={**whole, "party_size": "2"}) == 200


async def test_a_wrong_method_is_502_and_an_unknown_address_404(scene):
    assert (await scene.call("DELETE", "/4/find")).status_code == 502
    assert (await scene.call("GET", "/4/nothing")).status_code == 404


async def test_nothing_redirects(scene):
    for path in ("/", "/4/find/", "//3/geoip"):
        assert (await scene.call("GET", path)).status_code == 404
