import asyncio
import signal
import time
from datetime import UTC, datetime

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bot.conversation.ports import FrontEndState
from bot.http_server import HttpServer
from core.errors import BadInput

UP = FrontEndState(up=True, since=datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
DOWN = FrontEndState(up=False, reason="Telegram says the token is wrong.")


def server(*routes, port=0, host="127.0.0.1", **parts):
    return HttpServer(host=host, port=port, routes=routes, ready=lambda: parts, initiated=friends)


async def friends(request):
    return request.headers.get("x-friend") == "yes"


async def get(url, **headers):
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(
            url, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


async def test_it_is_alive_even_when_a_part_is_down():
    async with server(telegram=DOWN) as http:
        answer = await get(f"{http.url}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


async def test_it_is_ready_when_every_part_is_up():
    async with server(web=UP) as http:
        answer = await get(f"{http.url}/readyz", x_friend="yes")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "parts": {"web": {"up": True, "since": "2026-12-01T12:00:00+00:00", "reason": ""}},
    }


async def test_one_part_down_makes_it_unready_and_says_why():
    async with server(web=UP, telegram=DOWN) as http:
        answer = await get(f"{http.url}/readyz", x_friend="yes")
    assert answer.status_code == 503
    assert answer.json()["parts"]["telegram"]["reason"] == "Telegram says the token is wrong."


async def test_strangers_hear_whether_it_is_ready_and_nothing_else():
    async with server(web=UP, telegram=DOWN) as http:
        answer = await get(f"{http.url}/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False})
    async with server(web=UP) as http:
        answer = await get(f"{http.url}/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True})


async def test_a_taken_port_is_one_sentence_that_names_the_setting():
    async with server() as http:
        with pytest.raises(BadInput) as caught:
            await server(port=http.port).start()
    assert caught.value.where == "FOURTOP_HTTP_PORT"
    assert f"port {http.port} on 127.0.0.1 is taken" in caught.value.why


async def test_an_address_of_another_machine_names_the_setting():
    with pytest.raises(BadInput) as caught:
        await server(host="192.0.2.1").start()
    assert caught.value.where == "FOURTOP_HTTP_HOST"


async def test_it_leaves_the_signals_alone():
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with server():
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_the_port_is_free_again_after_stopping():
    async with server() as http:
        port = http.port
    async with server(port=port) as http:
        assert (await get(f"{http.url}/healthz")).status_code == 200
    await http.stop()


@pytest.mark.realtime
async def test_it_stops_within_two_seconds_whatever_is_open():
    async def endless(_):
        await asyncio.sleep(3600)
        return PlainTextResponse("")

    async def talk(socket):
        await socket.accept()
        await socket.receive_text()

    async with server(Route("/endless", endless), WebSocketRoute("/talk", talk)) as http:
        asking = asyncio.create_task(get(f"{http.url}/endless"))
        async with connect(f"ws://127.0.0.1:{http.port}/talk", proxy=None) as socket:
            begun = time.monotonic()
            await http.stop()
            assert time.monotonic() - begun < 2
            with pytest.raises(ConnectionClosed):
                await socket.recv()
        await asyncio.gather(asking, return_exceptions=True)
