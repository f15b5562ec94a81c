from ipaddress import ip_network

import httpx
import pytest
from starlette.datastructures import Headers
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.frontends.web.access import AccessMiddleware
from core.runtime.trusted_proxies import TrustedProxies
from tests.drivers.web import COOKIE, TOKEN, WebDriver
from tests.fakes.ears import ScriptedEars


@pytest.fixture
async def page():
    driver = WebDriver()
    await driver.start(ScriptedEars())
    yield driver
    await driver.stop()


async def get(url, **headers):
    async with httpx.AsyncClient(trust_env=False, headers=COOKIE) as client:
        return await client.get(
            url, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8044", "[::1]:8044", "LOCALHOST:1"])
async def test_this_machine_has_several_names(page, host):
    assert (await get(page.url, host=host)).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "[", "192.168.1.7"]
)
async def test_a_name_that_was_made_to_point_here_is_refused(page, host):
    answer = await get(f"{page.url}/chat/state?person=Ann", host=host)
    assert answer.status_code in {400, 403}
    assert "messages" not in answer.text


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip"])
async def test_what_comes_through_a_tunnel_is_not_from_here(page, header):
    assert (await get(page.url, **{header: "127.0.0.1"})).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_another_sites_page_gets_no_socket(page, origin):
    address = page.url.replace("http", "ws") + "/chat/socket?person=Ann"
    with pytest.raises(InvalidStatus) as caught:
        await connect(address, proxy=None, origin=origin, additional_headers=COOKIE)
    assert caught.value.response.status_code == 403


async def test_our_own_page_gets_a_socket(page):
    address = page.url.replace("http", "ws") + "/chat/socket?person=Ann"
    async with connect(address, proxy=None, origin=page.url, additional_headers=COOKIE) as socket:
        assert '"state"' in str(await socket.recv())


async def test_nothing_may_run_in_the_page_but_its_own_files(page):
    headers = (await get(page.url)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


async def answered(client, *, proxies="", method="GET", **headers):
    """The status for a peer at `client` that has the token, and the headers of the answer."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    given = {"host": "localhost", "cookie": COOKIE["Cookie"]} | headers
    scope = {
        "type": "http",
        "method": method,
        "client": client,
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }
    if "query" in given:
        scope["query_string"] = given["query"].encode()
    trusted = TrustedProxies([ip_network(one) for one in proxies.split()])
    await AccessMiddleware(app, TOKEN, trusted)(scope, receive, send)
    return sent[0]["status"], Headers(raw=sent[0]["headers"])


async def refused(client, **given):
    status, _ = await answered(client, **given)
    return status == 403


async def test_a_peer_elsewhere_is_refused_and_a_nameless_one_too():
    assert await refused(("192.168.1.7", 5000))
    assert await refused(None)
    assert await refused(("testclient", 5000))
    assert not await refused(("127.0.0.1", 5000))
    assert not await refused(("::1", 5000))


async def test_a_proxy_that_the_host_has_named_brings_strangers_who_have_the_token():
    proxy, through = ("10.0.0.2", 5000), {"host": "page.example", "x_forwarded_for": "203.0.113.7"}
    assert await refused(proxy, **through)
    assert await refused(proxy, proxies="10.0.0.3", **through)
    assert not await refused(proxy, proxies="10.0.0.0/24", **through)
    assert await refused(proxy, proxies="10.0.0.0/24", **through, cookie="")
    assert await refused(("203.0.113.7", 5000), proxies="10.0.0.0/24", **through), "that is not the proxy"
    assert await refused(proxy, proxies="10.0.0.0/24", host="localhost"), (
        "it says for whom it comes, or is a stranger"
    )


async def test_through_a_proxy_another_sites_page_may_still_not_speak():
    proxy, through = ("10.0.0.2", 5000), {"host": "page.example", "x_forwarded_for": "203.0.113.7"}
    given = {"proxies": "10.0.0.2", "method": "POST", **through}
    assert await refused(proxy, **given, origin="https://evil.example")
    assert not await refused(proxy, **given, origin="https://page.example")
    rewritten = given | {"host": "127.0.0.1:8044", "x_forwarded_host": "page.example"}
    assert not await refused(proxy, **rewritten, origin="https://page.example")


@pytest.mark.parametrize("proto", ["https", "http", ""])
async def test_the_cookie_is_for_https_alone_where_the_proxy_says_it_came_so(proto):
    query = TOKEN.address("").removeprefix("/?")
    through = {"host": "page.example", "x_forwarded_for": "203.0.113.7", "x_forwarded_proto": proto}
    status, headers = await answered(("10.0.0.2", 1), proxies="10.0.0.2", query=query, **through)
    assert status == 303
    assert ("secure" in headers["set-cookie"].lower()) is (proto == "https")
    _, headers = await answered(("127.0.0.1", 1), query=query, x_forwarded_proto=proto)
    assert "secure" not in headers["set-cookie"].lower(), "a stranger's word"


async def test_the_address_is_exchanged_at_once_for_a_cookie_that_scripts_and_other_sites_do_not_get(page):
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(TOKEN.address(page.url, panes="Ann,Bob"))
        assert answer.status_code == 303
        assert answer.headers["location"] == "/?panes=Ann,Bob"
        flags = [flag.strip() for flag in answer.headers["set-cookie"].split(";")][1:]
        assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Strict"]
        kept = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert (await client.get(page.url, headers=kept)).status_code == 200


async def test_a_program_may_bring_the_token_in_each_address(page):
    async with httpx.AsyncClient(trust_env=False) as client:
        for path in ("/chat/state", "/chat/people", "/chat/page/app.js"):
            assert (await client.get(TOKEN.address(page.url, path, person="Ann"))).status_code == 200


async def test_the_health_addresses_answer_everybody(page):
    assert (await get(f"{page.url}/healthz", host="fourtop.internal", cookie="")).status_code == 200
    assert (await get(f"{page.url}/readyz", cookie="")).json() == {"ready": True}
