import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.frontends.web.access import AccessMiddleware
from bot.frontends.web.frontend import WebFrontEnd
from bot.http_server import HttpServer
from tests.drivers.web import WebDriver
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.fakes.ears import ScriptedEars


@pytest.fixture
async def page():
    driver = WebDriver()
    await driver.start(ScriptedEars())
    yield driver
    await driver.stop()


async def get(url, **headers):
    async with httpx.AsyncClient(trust_env=False) as client:
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
        await connect(address, proxy=None, origin=origin)
    assert caught.value.response.status_code == 403


async def test_our_own_page_gets_a_socket(page):
    address = page.url.replace("http", "ws") + "/chat/socket?person=Ann"
    async with connect(address, proxy=None, origin=page.url) as socket:
        assert '"state"' in str(await socket.recv())


async def test_nothing_may_run_in_the_page_but_its_own_files(page):
    headers = (await get(page.url)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


async def refused(client):
    """Whether a peer at `client` is kept out."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "client": client, "headers": [(b"host", b"localhost")]}
    await AccessMiddleware(app)(scope, receive, send)
    return sent[0]["status"] == 403


async def test_a_peer_elsewhere_is_refused_and_a_nameless_one_too():
    assert await refused(("192.168.1.7", 5000))
    assert await refused(None)
    assert await refused(("testclient", 5000))
    assert not await refused(("127.0.0.1", 5000))
    assert not await refused(("::1", 5000))


async def test_the_health_addresses_answer_everybody():
    web = WebFrontEnd(database=InlineDatabase(), clock=FakeClock())
    async with HttpServer(
        host="127.0.0.1", port=0, routes=web.routes(), ready=lambda: {"web": web.state}
    ) as http:
        assert (await get(f"{http.url}/healthz", host="fourtop.internal")).status_code == 200
        assert (await get(f"{http.url}/readyz")).json()["parts"]["web"]["up"] is False
