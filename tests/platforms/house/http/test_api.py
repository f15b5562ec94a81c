"""The API as a stranger's program meets it."""

import json

import httpx
import pytest
from starlette.applications import Starlette

from platforms.house.engine import venues
from platforms.house.http import api
from platforms.house.inventory import LocalInventory
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.platforms.house.venues import NOW, a_venue

LOCAL = {"Host": "localhost:8044"}
BOOKING = {"slot": "luna/2026-12-24T19:00/2/", "key": "plan", "guest": {"id": 1, "name": "Ann"}}


@pytest.fixture
async def app():
    database = InlineDatabase()
    await database.write(lambda tx: venues.save(tx, a_venue(), now=NOW))
    yield Starlette(routes=[api.routes(LocalInventory(database, FakeClock(NOW)), token=None)])
    await database.aclose()


def ask(app: Starlette, *, peer: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(peer, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8044/house/v1/")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8044", "127.0.0.1:8044", "[::1]:8044"])
async def test_this_machine_is_answered_without_a_token(app, peer: str, host: str):
    async with ask(app, peer=peer) as http:
        assert (await http.get("venues", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("peer", ["192.168.1.20", "10.0.0.1", "2001:db8::1", "testclient"])
async def test_another_machine_is_not(app, peer: str):
    async with ask(app, peer=peer) as http:
        answer = await http.get("venues")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_allowed"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8044", "127.0.0.1.evil.example", "localhost.evil", ""]
)
async def test_a_page_that_lets_its_own_name_point_here_is_not_either(app, host: str):
    async with ask(app) as http:
        assert (await http.get("venues", headers={"Host": host})).status_code == 401


async def test_a_page_of_a_stranger_cannot_post_without_asking_the_browser(app):
    async with ask(app) as http:
        plain = {"Content-Type": "text/plain"}
        answer = await http.post("reservations", content=json.dumps(BOOKING), headers=plain)
        assert answer.status_code == 422
        assert (await http.get("reservations", params={"guest_id": 1})).json() == {"reservations": []}


async def test_a_booking_and_its_end(app):
    async with ask(app) as http:
        made = await http.post("reservations", json=BOOKING)
        assert made.status_code == 201
        assert made.json()["starts_at"] == "2026-12-24T19:00:00-05:00"
        again = await http.post("reservations", json={**BOOKING, "key": "other"})
        assert again.status_code == 409
        assert again.json()["error"] == {
            "code": "no_table",
            "message": "There is no such table: full.",
            "cause": "full",
        }
        path = f"reservations/{made.json()['id']}"
        assert (await http.delete(path, params={"guest_id": 2})).status_code == 403
        assert (await http.delete(path, params={"guest_id": 1})).status_code == 204
        assert (await http.delete(path, params={"guest_id": 1})).status_code == 204


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        ("venues/luna/slots", {"on": "2026-12-24"}, "`party_size` has to be a whole number."),
        (
            "venues/luna/slots",
            {"on": "tomorrow", "party_size": 2},
            "`on` has to be a day such as 2026-12-24.",
        ),
        ("venues/luna/slots", {"on": "2026-12-24", "party_size": -1}, "`party_size` is out of range."),
        (
            "venues/luna/days",
            {"first": "2026-12-24", "last": "2026-12-23", "party_size": 2},
            "`last` has to be 0 to 399 days after `first`.",
        ),
        (
            "venues/luna/days",
            {"first": "2026-12-24", "last": "2036-12-24", "party_size": 2},
            "`last` has to be 0 to 399 days after `first`.",
        ),
        ("reservations", {}, "`guest_id` has to be a whole number."),
    ],
)
async def test_a_question_that_is_not_understood_gets_a_sentence(app, path, params, message: str):
    async with ask(app) as http:
        answer = await http.get(path, params=params)
    assert answer.status_code == 422
    assert answer.json()["error"] == {"code": "bad_request", "message": message, "cause": None}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "the body: "),
        ("{}", "slot: Field required."),
        (json.dumps({**BOOKING, "slot": "gibberish"}), "slot: 'gibberish' is no slot of the house platform."),
        (json.dumps({**BOOKING, "slot": "luna/2026-12-24T19:00/x/"}), "slot: "),
        (json.dumps({**BOOKING, "key": ""}), "key: "),
        (json.dumps({**BOOKING, "guest": {"id": 2**70}}), "guest.id: "),
        (json.dumps({**BOOKING, "key": "x" * 20_000}), "The body is larger than 16384 bytes."),
    ],
)
async def test_a_request_that_is_not_understood_gets_a_sentence(app, body: str, message: str):
    async with ask(app) as http:
        answer = await http.post("reservations", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(message)


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
async def test_the_ends_of_time_are_days_like_others(app, on: str):
    async with ask(app) as http:
        assert (await http.get("venues/luna/slots", params={"on": on, "party_size": 2})).status_code == 200
        days = await http.get("venues/luna/days", params={"first": on, "last": on, "party_size": 2})
        assert days.status_code == 200
        booking = {**BOOKING, "slot": f"luna/{on}T19:00/2/"}
        assert (await http.post("reservations", json=booking)).status_code == 409


async def test_a_path_that_is_not_there_is_not_there(app):
    async with ask(app) as http:
        assert (await http.get("nothing")).status_code == 404
        assert (await http.get("venues/nowhere")).status_code == 404
        assert (await http.put("venues", headers=LOCAL)).status_code == 405
