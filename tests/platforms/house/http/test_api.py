"""The API as a stranger's program meets it."""

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from core.domain.api_key import Verb
from core.persistence import api_keys
from core.security.api_keys import ApiKeys
from core.security.secret import Secret
from platforms.house.engine import venues
from platforms.house.http import api
from platforms.house.inventory import LocalInventory
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.fakes.keys import a_key, bearer
from tests.platforms.house.venues import NOW, a_table, a_venue

BOOKING = {"slot": "luna/2026-12-24T19:00/2/", "key": "plan", "guest": {"id": 1, "name": "Ann"}}

SPAN = {"first": "2026-12-24", "last": "2026-12-25"}


@pytest.fixture
async def app():
    database = InlineDatabase()
    await database.write(lambda tx: venues.save(tx, a_venue(), now=NOW))
    clock = FakeClock(NOW)
    app = Starlette(routes=[api.routes(LocalInventory(database, clock), keys=ApiKeys(database, clock))])
    app.state.database, app.state.clock, app.state.key = database, clock, await a_key(database)
    yield app
    await database.aclose()


def ask(app: Starlette, key: Secret | None = None, *, peer: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(peer, 50000))
    headers = bearer(key or app.state.key)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8044/house/v1/", headers=headers)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "192.168.1.20", "2001:db8::1"])
async def test_a_key_is_asked_for_wherever_the_call_comes_from(app, peer: str):
    async with ask(app, peer=peer) as http:
        for wrong in ("", "Bearer", "Bearer fourtop_wrong", f"Basic {app.state.key.reveal()}"):
            answer = await http.get("venues", headers={"Authorization": wrong})
            assert answer.status_code == 401
            assert answer.json()["error"]["code"] == "not_allowed"
            assert "fourtop keys add" in answer.json()["error"]["message"]
        assert (await http.get("venues")).status_code == 200


@pytest.mark.parametrize(
    ("verb", "denied"),
    [
        (Verb.READ, {"hold", "release", "book", "cancel"}),
        (Verb.BOOK, {"venues", "slots", "reservations", "cancel"}),
        (Verb.CANCEL, {"venues", "slots", "reservations", "hold", "release", "book"}),
        (Verb.ADMIN, {"venues", "slots", "reservations", "hold", "release", "book", "cancel"}),
    ],
)
async def test_a_key_does_what_its_verbs_say_and_no_more(app, verb: Verb, denied: set[str]):
    key = await a_key(app.state.database, verb, name=verb.value)
    async with ask(app, key) as http:
        answers = {
            "venues": await http.get("venues"),
            "slots": await http.get("venues/luna/slots", params={"on": "2026-12-24", "party_size": 2}),
            "reservations": await http.get("reservations", params={"guest_id": 1}),
            "hold": await http.post("holds", json=BOOKING),
            "release": await http.delete("holds/none"),
            "book": await http.post("reservations", json=BOOKING),
            "cancel": await http.delete("reservations/none", params={"guest_id": 1}),
        }
    refused = {
        what
        for what, answer in answers.items()
        if answer.status_code == 403 and answer.json()["error"]["code"] == "out_of_scope"
    }
    assert refused == denied
    for what in denied:
        assert answers[what].json()["error"]["message"].startswith("This key is not one to ")


async def test_a_key_for_one_venue_reaches_no_other_by_any_path(app):
    database = app.state.database
    two = a_venue(a_table("T1"), a_table("T2"))
    await database.write(lambda tx: venues.save(tx, two, now=NOW))
    await database.write(lambda tx: venues.save(tx, replace(a_venue(), id="sol", name="Sol"), now=NOW))
    key = await a_key(database, name="sol's own", venues=("sol",))
    async with ask(app) as http, ask(app, key) as scoped:
        booked = (await http.post("reservations", json=BOOKING)).json()["id"]
        held = (await http.post("holds", json={**BOOKING, "key": "other"})).json()["id"]
        refused = [
            await scoped.get("venues/luna"),
            await scoped.get("venues/nowhere"),
            await scoped.get("venues/luna/days", params={"party_size": 2, **SPAN}),
            await scoped.get("venues/luna/slots", params={"on": "2026-12-24", "party_size": 2}),
            await scoped.get("venues/luna/times", params={"on": "2026-12-24"}),
            await scoped.post("holds", json={**BOOKING, "key": "third"}),
            await scoped.post("reservations", json={**BOOKING, "key": "third"}),
            await scoped.delete(f"holds/{held}"),
            await scoped.delete(f"reservations/{booked}", params={"guest_id": 1}),
        ]
        for answer in refused:
            assert answer.status_code == 403, answer.request.url
            assert answer.json()["error"] == {
                "code": "out_of_scope",
                "message": "This key is for other venues.",
                "cause": None,
            }
        assert [one["id"] for one in (await scoped.get("venues")).json()["venues"]] == ["sol"]
        assert (await scoped.get("reservations", params={"guest_id": 1})).json()["reservations"] == []
        mine = (await http.get("reservations", params={"guest_id": 1})).json()["reservations"]
        assert [one["id"] for one in mine] == [booked]
        there = {**BOOKING, "slot": "sol/2026-12-24T19:00/2/", "key": "fourth"}
        taken = await scoped.post("reservations", json=there)
        assert taken.status_code == 201
        gone = await scoped.delete(f"reservations/{taken.json()['id']}", params={"guest_id": 1})
        assert gone.status_code == 204


async def test_a_revoked_key_opens_nothing_within_a_second(app):
    async with ask(app) as http:
        assert (await http.get("venues")).status_code == 200
        await app.state.database.write(lambda tx: api_keys.revoke(tx, "somebody", now=NOW))
        await app.state.clock.advance(timedelta(seconds=1))
        assert (await http.get("venues")).status_code == 401


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
        assert (await http.put("venues", headers={})).status_code == 405
