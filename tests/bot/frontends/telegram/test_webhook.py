"""Updates that Telegram delivers by itself."""

import asyncio
import logging
import socket
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from starlette.routing import Route

from bot.conversation.ports import Reply
from bot.frontends.telegram.frontend import TelegramFrontEnd
from bot.http_server import HttpServer
from bot.wording.text import say
from tests.drivers.telegram import until


@pytest.fixture
async def address(unused_port):
    return f"http://127.0.0.1:{unused_port}/telegram/hook"


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@asynccontextmanager
async def delivered(scene, unused_port, address, **more):
    """A bot that is delivered to."""
    async with scene.bot(webhook_url=address, **more) as bot:
        server = HttpServer(host="127.0.0.1", port=unused_port, routes=bot.routes(), ready=dict)
        async with server:
            await until(lambda: bot.state.up)
            yield bot


async def test_updates_are_delivered_to_a_webhook(scene, ann, group, unused_port, address):
    async with delivered(scene, unused_port, address, webhook_secret="s3cret-of_ours"):
        scene.ears.answers = [Reply(), Reply(toast=say("Got it"))]
        message = group.add(ann.write(group, text="x"))
        message.rows = [[{"text": "Fri", "callback_data": "d1.fri"}]]
        ann.send(group, "/reserve luna")
        await until(lambda: scene.ears.heard)
        tap = ann.tap(message, "Fri")
        await until(lambda: tap.answer is not None)
    assert tap.answer == "Got it"
    assert [status for _, status in scene.api.deliveries.done] == [200, 200]
    assert scene.api.called("getUpdates") == []
    assert scene.api.called("setWebhook")[0].given["secret_token"] == "s3cret-of_ours"


async def test_the_webhooks_secret_is_in_no_log(scene, unused_port, address, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "telegram.Bot")
    async with delivered(scene, unused_port, address, webhook_secret="s3cret-of_ours"):
        pass
    written = [record.getMessage() for record in caplog.records]
    assert any("setWebhook" in line for line in written)
    assert not any("s3cret-of_ours" in line for line in written)


async def test_an_update_that_is_delivered_twice_is_heard_once(scene, ann, group, unused_port, address):
    scene.api.deliveries.repeats = 2
    async with delivered(scene, unused_port, address):
        ann.send(group, "/reserve luna")
        await until(lambda: not scene.world.updates.waiting)
    assert len(scene.api.deliveries.done) == 3
    assert len(scene.ears.heard) == 1


async def test_a_delivery_without_the_secret_is_nobodys(scene, ann, group, unused_port, address):
    async with delivered(scene, unused_port, address):
        right, scene.api.methods.webhook_secret = scene.api.methods.webhook_secret, "guessed"
        assert len(right) > 20
        ann.send(group, "/reserve luna")
        await until(lambda: scene.api.deliveries.done)
        scene.api.methods.webhook_secret = ""
        done = len(scene.api.deliveries.done)
        await until(lambda: len(scene.api.deliveries.done) > done)
        assert {status for _, status in scene.api.deliveries.done} == {403}
        assert scene.ears.noted == []
        scene.api.methods.webhook_secret = right
        await until(lambda: scene.ears.heard)


async def test_a_delivery_that_cannot_be_written_down_comes_again(
    scene, ann, group, unused_port, address, caplog
):
    noting, broken = scene.ears.note, True

    async def note(heard):
        if broken:
            raise OSError("disk full")
        return await noting(heard)

    scene.ears.note = note
    with caplog.at_level(logging.CRITICAL, "bot.frontends.telegram.webhook"):
        async with delivered(scene, unused_port, address):
            ann.send(group, "/reserve luna")
            await until(lambda: scene.api.deliveries.done)
            assert scene.api.deliveries.done[0][1] == 500
            broken = False
            await until(lambda: scene.ears.heard)


async def test_a_delivery_is_taken_before_it_is_acted_on(scene, ann, group, unused_port, address):
    gate = asyncio.Event()
    hearing = scene.ears.hear

    async def hear(heard):
        await gate.wait()
        return await hearing(heard)

    scene.ears.hear = hear
    async with delivered(scene, unused_port, address):
        ann.send(group, "/reserve luna")
        await until(lambda: scene.api.deliveries.done == [(scene.world.updates.last_id, 200)])
        assert scene.ears.heard == []
        gate.set()
        await until(lambda: scene.ears.heard)


async def test_what_is_no_update_is_refused(scene, unused_port, address):
    async with delivered(scene, unused_port, address) as bot:
        (route,) = bot.routes()
        assert isinstance(route, Route)
        secret = {"X-Telegram-Bot-Api-Secret-Token": scene.api.methods.webhook_secret}
        for body in (b"", b"[1]", b"{", b"{}" + b" " * (1 << 20)):
            assert await post(address, body, secret) == 400
        assert await post(address, b'{"update_id": "x"}', secret) == 200
        assert await post(address, b"{}", {"X-Telegram-Bot-Api-Secret-Token": "\u00e9"}) == 403


async def test_a_delivery_before_the_bot_runs_comes_again(scene, unused_port, address):
    frontend = TelegramFrontEnd(
        token=scene.world.token,
        api_url=scene.api.url,
        clock=scene.clock,
        webhook_url=address,
        webhook_secret="s",
    )
    async with HttpServer(host="127.0.0.1", port=unused_port, routes=frontend.routes(), ready=dict):
        assert await post(address, b'{"update_id": 1}', {"X-Telegram-Bot-Api-Secret-Token": "s"}) == 503


async def test_a_webhook_that_somebody_took_away_is_set_again(scene, unused_port, address):
    async with delivered(scene, unused_port, address):
        scene.world.updates.webhook_url = ""
        await scene.time_passes_until(lambda: scene.world.updates.webhook_url == address)


async def test_without_a_webhook_there_is_nothing_to_serve(scene):
    async with scene.bot() as bot:
        assert bot.routes() == ()


async def post(url, body, headers):
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=BytesIO(body), headers=headers) as answer,
    ):
        return answer.status
