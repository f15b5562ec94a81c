"""How the front-end gets its updates, and what it does when it gets none."""

import asyncio
import logging
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import aiohttp
import pytest
from starlette.routing import Route

from bot.commands import COMMANDS
from bot.conversation.ports import Reply
from bot.frontends.telegram.commands import menu
from bot.frontends.telegram.frontend import TelegramFrontEnd
from bot.frontends.telegram.line import Scope
from bot.http_server import HttpServer
from bot.wording.text import say
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.drivers.telegram import until
from tests.fakes.clock import FakeClock
from tests.fakes.ears import ScriptedEars

QUIET = "bot.frontends.telegram.polling"


@dataclass(slots=True)
class Scene:
    """A world with Ann in a group, and a bot that may be started and killed."""

    world: World
    api: BotApi
    clock: FakeClock
    ears: ScriptedEars

    @asynccontextmanager
    async def bot(self, *, token=None, ears=None, commands=(), **more):
        frontend = TelegramFrontEnd(
            token=token or self.world.token, api_url=self.api.url, clock=self.clock, commands=commands, **more
        )
        running = asyncio.create_task(frontend.run(ears or self.ears))
        try:
            yield frontend
            assert not running.done()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await frontend.aclose()

    async def time_passes_until(self, condition):
        """Let pauses end one after the other until something has happened."""

        async def passing():
            while not condition():
                await asyncio.sleep(0.002)
                await self.clock.advance(timedelta(seconds=5))

        await asyncio.wait_for(passing(), 10)


@pytest.fixture
async def scene():
    clock = FakeClock()
    world = World(clock=clock)
    async with BotApi(world) as api:
        yield Scene(world, api, clock, ScriptedEars())


@pytest.fixture
def ann(scene):
    return scene.world.person("Ann")


@pytest.fixture
def group(scene, ann):
    return scene.world.group("Friends", [ann])


async def test_what_waited_while_the_bot_was_away_is_heard_in_order(scene, ann, group):
    for n in range(250):
        ann.send(group, f"/reserve {n}")
    async with scene.bot():
        await until(lambda: len(scene.ears.heard) == 250)
    assert [event.words for event in scene.ears.events] == [str(n) for n in range(250)]


async def test_updates_are_acknowledged_only_once_they_are_written_down(scene, ann, group, caplog):
    class Broken(ScriptedEars):
        broken = True

        async def note(self, heard):
            if self.broken:
                raise OSError("disk full")
            return await super().note(heard)

    ears = Broken()
    ann.send(group, "/reserve luna")
    with caplog.at_level(logging.CRITICAL, QUIET):
        async with scene.bot(ears=ears) as bot:
            await until(lambda: "written down" in bot.state.reason)
            assert len(scene.world.updates.waiting) == 1
            ears.broken = False
            await scene.time_passes_until(lambda: ears.heard)
            await until(lambda: not scene.world.updates.waiting)
            assert bot.state.up


async def test_updates_that_come_again_after_a_kill_are_heard_once(scene, ann, group):
    ann.send(group, "/reserve luna")
    given = list(scene.world.updates.waiting)
    async with scene.bot():
        await until(lambda: scene.ears.heard)
    scene.world.updates.waiting = given  # killed before it could ask for the next
    ann.send(group, "/plans")
    async with scene.bot():
        await until(lambda: not scene.world.updates.waiting)
    assert [event.name for event in scene.ears.events] == ["reserve", "plans"]


async def test_a_second_poller_is_told_of_in_a_sentence_and_the_bot_comes_back(scene, ann, group):
    async with scene.bot() as bot:
        await until(lambda: bot.state.up)
        scene.api.faults.refuse(
            "getUpdates", 409, "Conflict: terminated by other getUpdates request", times=2
        )
        ann.send(group, "/reserve luna")
        await until(lambda: not bot.state.up)
        assert "Another process" in bot.state.reason
        await scene.time_passes_until(lambda: bot.state.up)
        await until(lambda: scene.ears.heard)


async def test_two_bots_with_one_token_are_in_conflict(scene):
    async with scene.bot() as one, scene.bot() as other:
        await scene.time_passes_until(lambda: any("Another" in bot.state.reason for bot in (one, other)))


async def test_a_webhook_left_behind_is_taken_away(scene):
    scene.world.updates.webhook_url = "https://old.example/hook"
    async with scene.bot() as bot:
        await until(lambda: bot.state.up)
    assert scene.world.updates.webhook_url == ""


async def test_waiting_updates_are_never_dropped(scene, ann, group):
    ann.send(group, "/reserve luna")
    async with scene.bot():
        await until(lambda: scene.ears.heard)
    assert not any("drop_pending_updates" in call.given for call in scene.api.calls)


@pytest.mark.parametrize("token", ["8001:wrong", "nonsense"])
async def test_a_refused_token_is_said_and_tried_again(scene, token):
    async with scene.bot(token=token) as bot:
        await until(lambda: "refuses the token" in bot.state.reason)
        assert token not in bot.state.reason
        calls = len(scene.api.calls)
        await scene.time_passes_until(lambda: len(scene.api.calls) > calls)
        assert not bot.state.up


async def test_a_telegram_that_is_away_is_tried_again_ever_more_slowly(scene):
    await scene.api.stop()
    async with scene.bot() as bot:
        await until(lambda: "can't be reached" in bot.state.reason)
        pauses = []
        for _ in range(9):
            start = scene.clock.now()
            await until(lambda: scene.clock._sleepers)
            due = scene.clock._sleepers[0][0]
            pauses.append((due - start).total_seconds())
            await scene.clock.run_until(due)
        assert 0.5 <= pauses[0] <= 1
        assert pauses[3] > pauses[0] * 2
        assert all(30 <= pause <= 60 for pause in pauses[7:])
        await scene.api.start()
        await scene.time_passes_until(lambda: bot.state.up)
        assert bot.state.since
        assert bot.state.reason == ""


async def test_a_connection_that_is_cut_is_made_again(scene, ann, group):
    async with scene.bot() as bot:
        await until(lambda: bot.state.up)
        await scene.api.stop()
        await until(lambda: not bot.state.up)
        await scene.api.start()
        ann.send(group, "/reserve luna")
        await scene.time_passes_until(lambda: scene.ears.heard)


@pytest.mark.parametrize("method", ["getMe", "getMyCommands", "getUpdates", "deleteWebhook"])
async def test_nonsense_from_telegram_is_got_over(scene, ann, group, method, caplog):
    caplog.set_level(logging.CRITICAL, "bot.frontends.telegram.commands")
    scene.api.faults.talk_nonsense(method)
    ann.send(group, "/reserve")
    async with scene.bot(commands=COMMANDS):
        await scene.time_passes_until(lambda: scene.ears.heard)


async def test_a_pause_that_telegram_asks_for_is_kept(scene):
    scene.api.faults.refuse("getUpdates", 429, "Too Many Requests: retry after 40", retry_after=40)
    async with scene.bot() as bot:
        await until(lambda: "pause" in bot.state.reason)
        await until(lambda: scene.clock._sleepers)
        assert scene.clock._sleepers[0][0] - scene.clock.now() >= timedelta(seconds=40)
        await scene.clock.advance(timedelta(seconds=40))
        await until(lambda: bot.state.up)


async def test_menus_are_published_once_for_each_scope(scene):
    async with scene.bot(commands=COMMANDS):
        await until(lambda: len(scene.world.menus) == 3)
    menus = scene.world.menus
    names = {scope: {one["command"] for one in menu} for scope, menu in menus.items()}
    assert set(names) == {"all_private_chats", "all_group_chats", "all_chat_administrators"}
    assert "settings" in names["all_private_chats"]
    assert "settings" not in names["all_group_chats"]
    assert "allow" not in names["all_group_chats"]
    assert "allow" in names["all_chat_administrators"]
    assert "guests" not in names["all_private_chats"]
    asked = len(scene.api.called("getMyCommands"))
    async with scene.bot(commands=COMMANDS):
        await until(lambda: len(scene.api.called("getMyCommands")) == asked + 3)
    assert len(scene.api.called("setMyCommands")) == 3
    async with scene.bot(commands=COMMANDS[:-1]):
        await until(lambda: len(scene.api.called("setMyCommands")) == 4)


async def test_menus_that_could_not_be_set_hold_nothing_up_and_are_set_later(scene, ann, group, caplog):
    caplog.set_level(logging.CRITICAL, "bot.frontends.telegram.commands")
    scene.api.faults.refuse("setMyCommands", 500, "Internal Server Error")
    ann.send(group, "/reserve")
    async with scene.bot(commands=COMMANDS) as bot:
        await until(lambda: scene.ears.heard)
        await until(lambda: scene.api.called("setMyCommands"))
        scene.api.faults.refuse("getUpdates", 502, "Bad Gateway")
        ann.send(group, "/plans")
        await scene.time_passes_until(lambda: len(scene.world.menus) == 3)
        assert bot.state


def test_every_command_of_ours_is_one_telegram_takes(caplog):
    with caplog.at_level(logging.ERROR):
        private = menu(COMMANDS, Scope.PRIVATE)
    assert caplog.records == []
    assert ("reserve", "Get a table") in private


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
