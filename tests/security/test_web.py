"""The HTTP server in the hands of strangers: other sites' pages, other machines, and clients with all the time."""

import asyncio
import json
import socket
from contextlib import suppress

import httpx
import pytest
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.frontends.web.protocol import State, to_page
from bot.http_server import HttpServer, PatientProtocol
from core.persistence.open_database import open_database
from core.security.api_keys import ApiKeys
from platforms.house.engine import venues
from platforms.house.http import api
from platforms.house.inventory import LocalInventory
from tests.drivers.web import COOKIE, WebDriver
from tests.expect import expect, present
from tests.fakes.clock import FakeClock
from tests.fakes.ears import ScriptedEars
from tests.fakes.keys import a_key, bearer
from tests.platforms.house.venues import NOW, a_venue
from tests.schema import create_tables

HEADER = f"Cookie: {COOKIE['Cookie']}\r\n"
CLAIM = {"slot": "luna/2026-12-24T19:00/2/", "key": "plan", "guest": {"id": 1, "name": "Ann"}}


@pytest.fixture
async def page():
    driver = WebDriver()
    await driver.start(ScriptedEars())
    yield driver
    await driver.stop()
    await driver.database.aclose()


def client(url: str, **headers: str) -> httpx.AsyncClient:
    """Somebody who has opened the page; what they are refused, they are refused though."""
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=5, headers=COOKIE | headers)


FORWARDED = [
    {"X-Forwarded-For": "203.0.113.7"},
    {"Forwarded": "for=203.0.113.7"},
    {"Via": "1.1 tunnel"},
    {"X-Real-Ip": "203.0.113.7"},
    {"X-Forwarded-Host": "evil.example"},
    {"Cf-Connecting-Ip": "203.0.113.7"},
]
FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost.evil.example"},
    {"Host": "evil.example:80@localhost"},
    {"Host": ""},
    *FORWARDED,
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/chat/people", "/chat/state?person=Ann", "/chat/page/app.js"])
async def test_the_page_is_shown_to_nobody_elses_name_and_nothing_forwarded(page, path, headers):
    async with client(page.url) as http:
        assert (await http.get(path, headers=headers)).status_code in {400, 403}


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost", "file://", "https://127.0.0.1"]
)
async def test_another_sites_script_gets_no_socket(page, origin):
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(
            f"{page.url.replace('http', 'ws')}/chat/socket?person=Ann",
            origin=origin,
            additional_headers=COOKIE,
        ) as ws:
            await ws.recv()


async def test_no_answer_may_be_used_by_another_site(page):
    async with client(page.url) as http:
        for path in (
            "/",
            "/chat/people",
            "/chat/state?person=Ann",
            "/chat/page/app.js",
        ):
            answer = await http.get(path, headers={"Origin": "http://evil.example"})
            assert "access-control-allow-origin" not in answer.headers
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        "/chat/page/../routes.py",
        "/chat/page/..%2froutes.py",
        "/chat/page/%2e%2e/routes.py",
        "/chat/page/....//routes.py",
        "/chat/page//etc/passwd",
        "/chat/page/%2fetc%2fpasswd",
        "/chat/page/..%5croutes.py",
        "/chat/page/app.js%00.css",
        "/chat/files/1/../../people",
        "/chat/files/1/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        f"/chat/files/{'9' * 30}/x",
        "/chat/files/0/x",
    ],
)
async def test_no_path_leads_out_of_the_pages_own_files(page, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", page.server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{HEADER}Connection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ")[1] in {b"400", b"404"}
    assert b"import asyncio" not in answer
    assert b"root:" not in answer


async def test_what_people_write_is_never_markup_on_the_page(page):
    evil = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    await page.say("ann", evil)
    async with client(page.url) as http:
        state = await http.get("/chat/state?person=Ann")
    assert state.headers["content-type"] == "application/json"
    assert expect(State, to_page.validate_json(state.content)).chats[0].messages[-1].body.text == evil
    sources = [(page_file.name, page_file.read_text()) for page_file in _scripts()]
    assert sources
    for name, source in sources:
        for unsafe in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
        ):
            assert unsafe not in source, name


def _scripts():
    from pathlib import Path  # noqa: PLC0415

    import bot.frontends.web.routes as routes  # noqa: PLC0415

    return sorted((Path(routes.__file__).parent / "page").glob("*.js"))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "[" * 60_000,
        '{"type":"say"}',
        '{"a":' * 10_000,
        '{"type":"tap","id":"1","message":"1e9","ref":"x"}',
        json.dumps({"type": "say", "id": "a", "chat": "friends", "text": "x" * 5000}),
        json.dumps({"type": "say", "id": "../../x", "chat": "friends", "text": "x"}),
        json.dumps({"type": "say", "id": "a", "chat": "dm:bob", "text": "/claim ABCD-EFGH"}),
        '{"type":"say","id":"a","chat":"friends","text":"\\ud800"}',
    ],
)
async def test_a_frame_that_is_none_is_refused_and_the_line_stays(page, frame):
    async with connect(
        f"{page.url.replace('http', 'ws')}/chat/socket?person=Eve", additional_headers=COOKIE
    ) as ws:
        await ws.recv()
        await ws.send(frame)
        async with asyncio.timeout(5):
            while json.loads(await ws.recv())["type"] != "refused":
                pass
        await ws.send(json.dumps({"type": "say", "id": "b", "chat": "friends", "text": "hello"}))
        async with asyncio.timeout(5):
            while json.loads(await ws.recv())["type"] != "taken":
                pass


async def test_a_huge_frame_costs_its_sender_the_line_and_nobody_else_anything(page):
    async with connect(
        f"{page.url.replace('http', 'ws')}/chat/socket?person=Eve", additional_headers=COOKIE
    ) as ws:
        await ws.send("x" * 1_000_000)
        async with asyncio.timeout(5):
            await ws.wait_closed()
    await page.say("ann", "still here")


class Hasty(PatientProtocol):
    """The same with less patience."""

    request_within = 0.2
    most_connections = 20


@pytest.fixture
async def hasty(monkeypatch):
    monkeypatch.setattr("bot.http_server.PatientProtocol", Hasty)
    async with HttpServer(host="127.0.0.1", port=0, routes=[], ready=dict) as server:
        yield server


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /heal",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nslow",
    ],
)
async def test_who_never_finishes_a_request_is_dropped(hasty, begun):
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
    writer.write(begun)
    async with asyncio.timeout(5):
        while True:
            try:
                if not await reader.read(1000):
                    break
            except ConnectionResetError:
                break
    writer.close()


async def test_who_finishes_in_time_is_not_dropped(hasty):
    async with client(hasty.url) as http:
        for _ in range(4):
            assert (await http.get("/healthz")).status_code == 200
            await asyncio.sleep(0.15)


async def test_a_second_request_byte_by_byte_is_no_better(hasty):
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b"200" in await reader.readuntil(b"}")
    letters = iter(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"z" * 1000)
    dropped = asyncio.create_task(reader.read(1))
    async with asyncio.timeout(5):
        while not dropped.done():
            with suppress(ConnectionError):
                writer.write(bytes([next(letters)]))
                await writer.drain()
            await asyncio.sleep(0.01)
    assert isinstance(dropped.exception(), ConnectionError) or not dropped.result()
    writer.close()


async def test_connections_without_number_leave_room_for_the_next(hasty):
    opened = []
    for _ in range(100):
        one = socket.create_connection(("127.0.0.1", hasty.port))
        opened.append(one)
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    assert len(hasty._server.server_state.connections) <= 20
    await asyncio.sleep(0.5)
    async with client(hasty.url) as http:
        assert (await http.get("/healthz")).status_code == 200
    for one in opened:
        one.close()


async def test_health_tells_nothing_private(hasty):
    async with client(hasty.url) as http:
        assert (await http.get("/healthz")).json() == {"alive": True}
        assert set((await http.get("/readyz")).json()) == {"ready"}
        headers = (await http.get("/none")).headers
        assert "server" not in headers


@pytest.fixture(params=["sqlite", "postgresql"])
async def house(request, tmp_path):
    url = (
        f"sqlite:///{tmp_path / 'house.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    database = open_database(url)
    create_tables(database.engine)
    await database.write(lambda tx: venues.save(tx, a_venue(), now=NOW))
    clock = FakeClock(NOW)
    routes = [api.routes(LocalInventory(database, clock), keys=ApiKeys(database, clock))]
    key = await a_key(database)
    async with HttpServer(host="127.0.0.1", port=0, routes=routes, ready=dict) as server:
        yield client(f"{server.url}/house/v1/", **bearer(key))
    await database.aclose()


async def test_nobody_reaches_anothers_hold_or_table(house):
    mine, theirs = {"Fourtop-Caller": "mine"}, {"Fourtop-Caller": "theirs"}
    async with house as http:
        made = (await http.post("reservations", json=CLAIM, headers=mine)).json()
        held = (
            await http.post(
                "holds", json={**CLAIM, "key": "other", "slot": "luna/2026-12-24T21:00/2/"}, headers=mine
            )
        ).json()
        for headers in (theirs, {}, {"Fourtop-Caller": "http:mine"}):
            path = f"reservations/{made['id']}?guest_id=1"
            assert (await http.delete(path, headers=headers)).status_code == 403
            found = await http.get("reservations?guest_id=1", headers=headers)
            assert found.json() == {"reservations": []}
            await http.delete(f"holds/{held['id']}", headers=headers)
        assert (await http.delete(f"reservations/{made['id']}?guest_id=2", headers=mine)).status_code == 403
        still = await http.get("reservations?guest_id=1", headers=mine)
        assert [one["id"] for one in still.json()["reservations"]] == [made["id"]]


async def test_nonsense_is_refused_and_never_breaks_the_inventory(house):
    async with house as http:
        for path in (
            "venues/luna/slots?on=0001-01-01&party_size=2",
            "venues/luna/slots?on=9999-12-31&party_size=2",
            "venues/luna/times?on=9999-12-31",
            "venues/luna/days?first=9999-12-01&last=9999-12-31&party_size=2",
            "venues/luna/days?first=2026-01-01&last=2028-01-01&party_size=2",
            f"venues/luna/slots?on=2026-12-24&party_size={'9' * 5000}",
            "venues/..%2f..%2fetc",
            "venues/%00",
            f"venues/{'x' * 5000}",
            "reservations?guest_id=-1",
            "reservations?guest_id=9223372036854775808",
        ):
            assert (await http.get(path)).status_code < 500, path
        for change in (
            {"slot": "luna/2026-12-24T19:00/99999999999999999999999/"},
            {"slot": "luna/2026-12-24T19:00/-1/"},
            {"slot": "luna/0001-01-01T00:00/2/"},
            {"slot": "luna/9999-12-31T23:59/2/"},
            {"slot": "luna\x00/2026-12-24T19:00/2/"},
            {"slot": "luna/2026-12-24T19:00/2/\x00"},
            {"slot": "////"},
            {"key": "\x00"},
            {"key": "'; DROP TABLE house_reservations; --"},
            {"key": "k2", "guest": {"id": 1, "name": "\x00"}},
            {"guest": {"id": 2**63}},
        ):
            answer = await http.post("holds", json={**CLAIM, **change})
            assert answer.status_code < 500, change
        for body in (b"", b"[" * 16_000, b'{"a":' * 3000, b"\xff", b"null", b"1e999", b"x" * 20_000):
            answer = await http.post("holds", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 422


async def test_a_key_is_asked_for_everywhere_and_compared_whole(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'house.db'}")
    create_tables(database.engine)
    clock = FakeClock(NOW)
    mount = api.routes(LocalInventory(database, clock), keys=ApiKeys(database, clock))
    key = (await a_key(database)).reveal()
    async with (
        HttpServer(host="127.0.0.1", port=0, routes=[mount], ready=dict) as server,
        client(f"{server.url}/house/v1") as http,
    ):
        for one in mount.routes:
            route = expect(Route, one)
            path = route.path.replace("{id}", "x")
            for given in ("", "Bearer", f"Bearer {key[:-1]}", f"Bearer {key}2", f"Basic {key}", key):
                for method in present(route.methods):
                    answer = await http.request(method, path, headers={"Authorization": given})
                    assert answer.status_code == 401, (method, path, given)
                    assert key.encode() not in answer.content
        right = await http.get("/venues", headers={"Authorization": f"bearer {key}"})
        assert right.status_code == 200
    await database.aclose()
