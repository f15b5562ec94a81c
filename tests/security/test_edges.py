"""A stranger who comes through what a host has put before the HTTP server, and looks like somebody at this machine."""

import asyncio
import logging
import socket
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.bootstrap import fourtop
from bot.http_server import MOST_A_PEER, HttpServer
from bot.platforms import PLATFORMS
from core.domain.api_key import Verb
from core.platform_spec import by_default
from core.runtime.log import set_up_logging
from tests.fakes import proxies
from tests.fakes.keys import a_key, bearer
from tests.settings import settings_of

PAGE = ["/", "/chat/people", "/chat/state?person=Ann", "/chat/page/app.js", "/chat/files/1/x"]
MANY = 520


@pytest.fixture
def house():
    return [one for one in by_default(PLATFORMS) if one.spec.name == "house"]


@pytest.fixture
async def built(tmp_path, house):
    async with fourtop(settings_of(data_dir=tmp_path, http_port=0), platforms=house) as built:
        yield built


def browser(url: str, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=10, headers=headers)


async def socket_of(url: str, path: str = "/chat/socket?person=Ann", **headers: str) -> str:
    """The first frame of a socket that is opened there, or the status of the refusal."""
    try:
        async with connect(url.replace("http", "ws") + path, proxy=None, additional_headers=headers) as ws:
            return str(await asyncio.wait_for(ws.recv(), 10))
    except InvalidStatus as refusal:
        return str(refusal.response.status_code)


@pytest.mark.parametrize("kind", proxies.KINDS)
async def test_without_the_token_and_without_a_key_nothing_is_shown_through_anything(built, kind):
    async with proxies.proxy(kind, built.http.port) as url:
        for path in PAGE:
            async with browser(url) as http:
                answer = await http.get(path)
            assert answer.status_code == 403, path
            assert answer.text.startswith("The chat page")
        assert await socket_of(url) == "403"
        async with browser(url) as http:
            answer = await http.get("/house/v1/venues")
            assert answer.status_code == 401
        async with browser(url) as http:
            assert (await http.get("/readyz")).json() == {"ready": True}


@pytest.mark.parametrize("kind", ["bare", "nginx"])
async def test_where_a_forward_looks_like_this_machine_the_token_is_asked_for_in_a_sentence(built, kind):
    async with proxies.proxy(kind, built.http.port) as url, browser(url) as http:
        answer = await http.get("/")
    assert "with the token in it" in answer.text
    assert "fourtop page" in answer.text


@pytest.mark.parametrize("wrong", ["", "0" * 32, "é", "token"])
async def test_a_wrong_token_opens_nothing_wherever_it_stands(built, wrong):
    right = parse_qs(urlsplit(built.page_token.address("")).query)["token"][0]
    name = built.page_token.cookie(secure=False).partition("=")[0]
    async with browser(built.http.url) as http:
        for token in (wrong, right[:-1], right.upper() + "0"):
            assert (await http.get("/", params={"token": token})).status_code == 403
            cookie = f"{name}={token}".encode()
            assert (await http.get("/chat/people", headers=[(b"Cookie", cookie)])).status_code == 403
            assert (await http.get("/chat/people", headers={"Cookie": f"token={right}"})).status_code == 403


@pytest.mark.parametrize("kind", ["bare", "nginx"])
async def test_who_has_the_token_may_forward_the_page_to_themselves(built, kind):
    """As with `ssh -L`: what was kept from strangers is not kept from the host."""
    async with proxies.proxy(kind, built.http.port) as url:
        assert '"state"' in await socket_of(url, built.page_token.address("", "/chat/socket", person="Ann"))


@pytest.mark.parametrize("kind", ["told_nginx", "caddy", "traefik"])
async def test_what_says_that_it_was_forwarded_needs_to_be_named_by_the_host_as_well(built, kind):
    async with proxies.proxy(kind, built.http.port) as url, browser(url) as http:
        assert (await http.get(built.page_token.address(""))).status_code == 403


@pytest.mark.parametrize("kind", ["told_nginx", "caddy", "traefik"])
async def test_through_a_named_proxy_the_page_is_a_page_by_https(tmp_path, house, kind):
    settings = settings_of(data_dir=tmp_path, http_port=0, trusted_proxies="127.0.0.1")
    async with fourtop(settings, platforms=house) as built, proxies.proxy(kind, built.http.port) as url:
        name = {"Host": "page.example", "X-Forwarded-For": "127.0.0.1"}
        async with browser(url, **name) as http:
            assert (await http.get("/")).status_code == 403
        async with browser(url, **name) as http:
            opened = await http.get(built.page_token.address(""))
            assert opened.status_code == 303
            assert "Secure" in opened.headers["set-cookie"]
        cookie = opened.headers["set-cookie"].partition(";")[0]
        origin = {"Origin": "https://page.example", "Cookie": cookie}
        assert '"state"' in await socket_of(url, **name, **origin)
        assert await socket_of(url, **name, **origin | {"Origin": "https://evil.example"}) == "403"


async def test_parts_and_reasons_are_for_admins_alone(built):
    admin = await a_key(built.database, Verb.ADMIN, name="admin")
    other = await a_key(built.database, name="other")
    async with browser(built.http.url) as http:
        assert "parts" not in (await http.get("/readyz")).json()
        assert "parts" not in (await http.get("/readyz", headers=bearer(other))).json()
        assert set((await http.get("/readyz", headers=bearer(admin))).json()["parts"]) == {"web"}
        await http.get(built.page_token.address(""))
        assert set((await http.get("/readyz")).json()["parts"]) == {"web"}


async def test_the_token_and_keys_are_in_no_log_line_and_no_repr(built, capsys):
    token = parse_qs(urlsplit(built.page_token.address("")).query)["token"][0]
    key = await a_key(built.database)
    set_up_logging("debug")
    async with browser(built.http.url) as http:
        await http.get(built.page_token.address(""))
        await http.get("/house/v1/venues", headers=bearer(key))
        await socket_of(built.http.url, built.page_token.address("", "/chat/socket", person="Ann"))
        cookie = built.page_token.cookie(secure=False)
        logging.getLogger("x").warning("GET %s, %s", built.page_token.address(""), cookie)
        logging.getLogger("x").warning("key %s", key.reveal())
    said = capsys.readouterr()
    for secret in (token, key.reveal()):
        assert secret not in said.out + said.err
        assert secret not in repr(built) + repr(built.page_token) + repr(key)
    assert "http" in said.err


async def test_the_token_is_the_same_after_a_restart_and_another_elsewhere(tmp_path, house):
    said = []
    for folder in ("one", "one", "two"):
        async with fourtop(settings_of(data_dir=tmp_path / folder, http_port=0), platforms=house) as built:
            said.append(built.page_token.address(""))
            assert built.secret.hex() not in said[-1]
    assert said[0] == said[1] != said[2]


# One client's connections.


@pytest.mark.realtime
async def test_one_peers_connections_leave_room_for_others():
    async with HttpServer(host="127.0.0.1", port=0, routes=[], ready=dict) as server:
        opened = []
        for _ in range(MANY):
            with suppress(OSError):
                one = socket.create_connection(("127.0.0.1", server.port))
                opened.append(one)
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        assert len(server._server.server_state.connections) <= MOST_A_PEER
        transport = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
        async with httpx.AsyncClient(transport=transport, base_url=server.url, timeout=5) as other:
            assert (await other.get("/healthz")).status_code == 200
        for one in opened:
            one.close()


async def test_whoever_closes_one_may_open_another():
    async with HttpServer(host="127.0.0.1", port=0, routes=[], ready=dict) as server:
        for _ in range(MOST_A_PEER + 20):
            async with browser(server.url) as http:
                assert (await http.get("/healthz")).status_code == 200


async def test_through_a_named_proxy_each_sender_has_a_share_and_the_proxy_none(monkeypatch):
    from ipaddress import ip_network  # noqa: PLC0415

    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import PlainTextResponse  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    from core.runtime.trusted_proxies import TrustedProxies  # noqa: PLC0415

    monkeypatch.setattr("bot.http_server.MOST_A_PEER", 3)
    monkeypatch.setattr("bot.http_server.PatientProtocol.most_a_peer", 3)
    enough = asyncio.Event()

    async def slow(_: Request) -> PlainTextResponse:
        await enough.wait()
        return PlainTextResponse("done")

    trusted = TrustedProxies([ip_network("127.0.0.1")])
    routes = [Route("/slow", slow)]
    async with (
        HttpServer(host="127.0.0.1", port=0, routes=routes, ready=dict, proxies=trusted) as server,
        browser(server.url) as http,
    ):
        greedy = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
        waiting = [asyncio.create_task(http.get("/slow", headers=greedy)) for _ in range(6)]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        while len(done) < 3:
            more, _ = await asyncio.wait(set(waiting) - done, return_when=asyncio.FIRST_COMPLETED, timeout=5)
            assert more
            done |= more
        assert {one.result().status_code for one in done} == {429}
        other = {"X-Forwarded-For": "203.0.113.7, 203.0.113.8"}
        assert (await http.get("/healthz", headers=other)).status_code == 200
        enough.set()
        answers = await asyncio.gather(*waiting)
        assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 3
        assert (await http.get("/healthz", headers=greedy)).status_code == 200
