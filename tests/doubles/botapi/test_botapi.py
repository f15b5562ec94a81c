"""The double refuses what Telegram refuses; or the tests that lean on it would prove nothing."""

import asyncio
import json
from datetime import timedelta

import aiohttp
import pytest

from bot.conversation.messages import Card, Choice, File, Look, Notice
from bot.frontends.telegram.frontend import TelegramFrontEnd
from bot.wording.text import Bold, Code, Link, Mention, Text, say
from tests.commands import COMMANDS
from tests.doubles.botapi.parameters import METHODS
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.drivers.telegram import TelegramDriver, until
from tests.fakes.clock import FakeClock
from tests.fakes.ears import ScriptedEars
from tests.specs import SPECS


class Bot:
    """The bot as a few lines of HTTP."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self._api = api
        self._session = session

    async def __call__(self, method: str, *, token: str | None = None, **given):
        url = f"{self._api.url}/bot{token or self._api.world.token}/{method}"
        async with self._session.post(url, json=given) as answer:
            return answer.status, await answer.json()

    async def refused(self, method: str, **given) -> str:
        status, body = await self(method, **given)
        assert not body["ok"]
        assert body["error_code"] == status
        return f"{status} {body['description']}"

    async def done(self, method: str, **given):
        status, body = await self(method, **given)
        assert status == 200, body
        return body["result"]


@pytest.fixture
def world():
    return World(clock=FakeClock())


@pytest.fixture
async def api(world):
    async with BotApi(world) as api:
        yield api


@pytest.fixture
async def bot(api):
    async with aiohttp.ClientSession() as session:
        yield Bot(api, session)


@pytest.fixture
def ann(world):
    return world.person("Ann")


@pytest.fixture
def group(world, ann):
    return world.group("Friends", [ann])


def button(data="d", text="x"):
    return {"text": text, "callback_data": data}


def markup(*rows):
    return {"inline_keyboard": [list(row) for row in rows]}


async def test_what_it_does_not_know_is_not_found(bot, group):
    assert await bot.refused("fly") == "404 Not Found"
    assert "token" not in METHODS
    assert (await bot.refused("getMe", token="8001:other")).startswith("401")
    assert (await bot.refused("getMe", token="x")).startswith("404")
    assert "no parameter txt" in await bot.refused("sendMessage", chat_id=group.id, text="x", txt="y")
    assert "chat_id is required" in await bot.refused("sendMessage", text="x")
    assert "can't parse chat_id" in await bot.refused("sendMessage", chat_id="@x", text="x")
    assert (await bot.done("GETME"))["username"] == "FourtopTestBot"


async def test_text_is_1_to_4096_utf_16_units(bot, group):
    for text in ("", " \n"):
        assert "text is empty" in await bot.refused("sendMessage", chat_id=group.id, text=text)
    await bot.done("sendMessage", chat_id=group.id, text="🍕" * 2048)
    assert "too long" in await bot.refused("sendMessage", chat_id=group.id, text="🍕" * 2048 + "x")


async def test_entities_must_lie_on_whole_characters_inside_the_text(bot, group):
    async def refused(**entity):
        return await bot.refused("sendMessage", chat_id=group.id, text="🍕a", entities=[entity])

    assert "middle" in await refused(type="bold", offset=1, length=2)
    assert "after the end" in await refused(type="bold", offset=0, length=4)
    assert "wrong" in await refused(type="bold", offset=0, length=0)
    assert "MessageEntity" in await refused(type="loud", offset=0, length=2)
    assert "MessageEntity" in await refused(type="text_link", offset=0, length=2, url="javascript:x")


async def test_buttons_have_limits(bot, group):
    async def refused(reply_markup):
        return await bot.refused("sendMessage", chat_id=group.id, text="x", reply_markup=reply_markup)

    assert "BUTTON_DATA_INVALID" in await refused(markup([button("é" * 33)]))
    assert "BUTTON_DATA_INVALID" in await refused(markup([button("")]))
    assert "too long" in await refused(markup(*([button()] for _ in range(101))))
    assert "too long" in await refused(markup([button()] * 9))
    assert "empty" in await refused(markup([button(text=" ")]))
    await bot.done(
        "sendMessage", chat_id=group.id, text="x", reply_markup=markup(*[[button("é" * 32)]] * 100)
    )


async def test_an_edit_must_change_something_that_is_there(bot, group, ann):
    sent = await bot.done("sendMessage", chat_id=group.id, text="x", reply_markup=markup([button()]))
    same = {
        "chat_id": group.id,
        "message_id": sent["message_id"],
        "text": "x",
        "reply_markup": markup([button()]),
    }
    assert "not modified" in await bot.refused("editMessageText", **same)
    await bot.done("editMessageText", **{**same, "reply_markup": markup()})
    assert group.shown[0].rows == []
    assert "not found" in await bot.refused("editMessageText", **{**same, "message_id": 99})
    theirs = ann.send(group, "/hi")
    assert "can't be edited" in await bot.refused("editMessageText", **{**same, "message_id": theirs.id})
    group.delete(group.shown[0])
    assert "not found" in await bot.refused("editMessageText", **same)


async def test_private_chats_open_from_the_other_side(bot, ann):
    send = {"chat_id": ann.id, "text": "x"}
    assert "can't initiate" in await bot.refused("sendMessage", **send)
    ann.start()
    await bot.done("sendMessage", **send)
    ann.block()
    assert await bot.refused("sendMessage", **send) == "403 Forbidden: bot was blocked by the user"
    ann.unblock()
    await bot.done("sendMessage", **send)
    ann.private.deactivated = True
    assert "deactivated" in await bot.refused("sendMessage", **send)


async def test_groups_close_in_several_ways(bot, ann, group, world):
    send = {"chat_id": group.id, "text": "x"}
    group.bot_may_write = False
    assert "not enough rights" in await bot.refused("sendMessage", **send)
    group.kick_bot(ann)
    assert "403 Forbidden: bot was kicked" in await bot.refused("sendMessage", **send)
    assert "chat not found" in await bot.refused("sendMessage", chat_id=-5, text="x")
    old = world.group("Small", [ann], kind="group")
    new = old.migrate(ann)
    _, body = await bot("sendMessage", chat_id=old.id, text="x")
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    topic = new.open_topic(ann)
    new.topics[topic] = False
    assert "TOPIC_CLOSED" in await bot.refused(
        "sendMessage", chat_id=new.id, text="x", message_thread_id=topic
    )
    assert "thread not found" in await bot.refused(
        "sendMessage", chat_id=new.id, text="x", message_thread_id=77
    )


async def test_a_flood_counts_messages_and_edits_per_chat_and_group(bot, group, world, ann):
    world.flood.on = True
    for _ in range(3):
        await bot.done("sendMessage", chat_id=group.id, text="x")
    status, body = await bot("editMessageText", chat_id=group.id, message_id=1, text="y")
    assert (status, body["parameters"]) == (429, {"retry_after": 3})
    for _ in range(17):
        world.clock.jump(world.clock.now() + timedelta(seconds=3))
        await bot.done("sendMessage", chat_id=group.id, text="x")
    world.clock.jump(world.clock.now() + timedelta(seconds=3))
    _, body = await bot("sendMessage", chat_id=group.id, text="x")
    assert body["parameters"]["retry_after"] == 6
    ann.start()
    await bot.done("sendMessage", chat_id=ann.id, text="x")


async def test_a_tap_is_answered_once_and_in_time(bot, group, ann, world):
    await bot.done("sendMessage", chat_id=group.id, text="x", reply_markup=markup([button("d.1", "Go")]))
    tap = ann.tap(group.shown[0], "Go")
    await bot.done("answerCallbackQuery", callback_query_id=tap.id, text="ok")
    assert ann.toasts == ["ok"]
    assert "too old" in await bot.refused("answerCallbackQuery", callback_query_id=tap.id)
    late = ann.tap(group.shown[0], "Go")
    world.clock.jump(world.clock.now() + timedelta(seconds=16))
    assert "too old" in await bot.refused("answerCallbackQuery", callback_query_id=late.id)
    assert "too old" in await bot.refused("answerCallbackQuery", callback_query_id="made up")


async def test_updates_are_given_until_they_are_acknowledged(bot, group, ann):
    ann.send(group, "/a")
    ann.send(group, "/b")
    first = await bot.done("getUpdates")
    assert await bot.done("getUpdates") == first
    (second,) = await bot.done("getUpdates", offset=first[1]["update_id"])
    assert second["message"]["text"] == "/b"
    assert await bot.done("getUpdates", offset=second["update_id"] + 1) == []


async def test_only_kinds_that_are_allowed_are_kept_and_the_last_word_counts(bot, group, ann):
    await bot.done("getUpdates", allowed_updates=["callback_query"])
    ann.send(group, "/a")
    assert await bot.done("getUpdates") == []


async def test_a_second_poller_takes_over(bot, api):
    first = asyncio.create_task(bot.refused("getUpdates", timeout=20))
    await until(lambda: api.world.updates._turn == 1)
    second = asyncio.create_task(bot.done("getUpdates", timeout=20))
    assert "409 Conflict: terminated by other getUpdates request" in await first
    api.world.person("Zoe").start()
    assert len(await second) == 1


async def test_polling_under_a_webhook_is_a_conflict(bot):
    await bot.done("setWebhook", url="https://a.example/hook", secret_token="s")
    assert "409 Conflict: can't use getUpdates" in await bot.refused("getUpdates")
    await bot.done("deleteWebhook")
    assert await bot.done("getUpdates") == []
    assert "HTTPS" in await bot.refused("setWebhook", url="http://a.example/hook")
    assert "secret token" in await bot.refused(
        "setWebhook", url="https://a.example", secret_token="no spaces"
    )


async def test_privacy_mode_keeps_small_talk_from_the_bot(bot, group, ann, world):
    sent = await bot.done("sendMessage", chat_id=group.id, text="x")
    bots = group.find(sent["message_id"])
    ann.send(group, "hello @FourtopTestBot")
    ann.send(group, "/go@OtherBot")
    theirs = ann.send(group, "/bare")
    ann.send(group, "yes", reply_to=theirs)
    ann.send(group, "/go@fourtoptestbot")
    ann.send(group, "that one", reply_to=bots)
    group.last_bot = 99
    ann.send(group, "/bare")
    texts = [update["message"]["text"] for update in await bot.done("getUpdates")]
    assert texts == ["/bare", "/go@fourtoptestbot", "that one"]


async def test_commands_are_checked(bot):
    async def refused(command, description):
        return await bot.refused("setMyCommands", commands=[{"command": command, "description": description}])

    assert "BOT_COMMAND_INVALID" in await refused("Reserve", "x")
    assert "DESCRIPTION" in await refused("reserve", "")


async def test_a_lost_answer_is_done_all_the_same(bot, api, group):
    api.faults.lose_answer("sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=group.id, text="x")
    assert [message.text for message in group.shown] == ["x"]


@pytest.fixture
def spec():
    path = SPECS / "telegram-bot-api.json"
    if not path.exists():
        pytest.skip("no specification of the Bot API here: FOURTOP_SPECS names its folder")
    return json.loads(path.read_text())


def test_what_the_double_knows_is_in_the_specification(spec):
    for method, parameters in METHODS.items():
        fields = {field["name"]: field for field in spec["methods"][method].get("fields", [])}
        assert {name.rstrip("!") for name in parameters} <= set(fields), method
        required = {name for name, field in fields.items() if field["required"]}
        assert required <= {name.rstrip("!") for name in parameters if name.endswith("!")}, method


async def test_what_the_bot_says_is_in_the_specification(spec):
    """Everything the front-end does, its calls and what is nested in them held against the specification."""
    driver = TelegramDriver(commands=COMMANDS)
    ears = ScriptedEars()
    await driver.start(ears)
    await driver.say("ann", "/reserve")
    place = ears.events[0].place
    spans = (Bold("a"), Code("b"), Link("c", "https://c.example"), Mention("Ann", driver.account("ann")))
    actions = (Choice(label="No", value="n", ref="n", look=Look.DANGER),)
    card = Card(
        text=Text(spans), options=(Choice(label="4", value="4", ref="4"),), actions=actions, typing="x"
    )
    await driver.frontend.show(place, card, dialogue_id="d", message_id=None, key="1")
    await driver.frontend.show(place, Card(text=say("x")), dialogue_id="d", message_id="2", key="2")
    file = File(name="a.ics", media_type="text/calendar", content=b"x")
    await driver.frontend.tell(place, Notice(text=Text(spans), file=file, quiet=True), key="3")
    await driver.frontend.show(place, card, dialogue_id="d", message_id=None, key="4")
    await driver.tap("ann", "4")
    await driver.stop()
    webhook = TelegramFrontEnd(
        token=driver.world.token,
        api_url=driver.api.url,
        clock=driver.clock,
        webhook_url="https://a.example/hook",
    )
    await driver.api.start()
    running = asyncio.create_task(webhook.run(ears))
    await until(lambda: webhook.state.up)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await webhook.aclose()
    await driver.api.stop()
    methods = {call.method for call in driver.api.calls}
    assert methods >= {
        "getMe",
        "sendMessage",
        "editMessageText",
        "sendDocument",
        "answerCallbackQuery",
        "setWebhook",
    }
    for call in driver.api.calls:
        fields = {field["name"]: field for field in spec["methods"][call.method].get("fields", [])}
        assert set(call.given) <= set(fields), call
        assert {name for name, field in fields.items() if field["required"]} <= set(call.given), call
        for name, value in call.given.items():
            kinds = fields[name]["types"]
            if isinstance(value, str) and value[:1] in "[{":
                check(spec, json.loads(value), [kind.removeprefix("Array of ") for kind in kinds])


def check(spec, value, kinds):
    """Every field of every object inside the value is one that a type of `kinds` has."""
    if isinstance(value, list):
        for one in value:
            check(spec, one, kinds)
    elif isinstance(value, dict):
        types = [one for kind in kinds for one in with_subtypes(spec, kind)]
        fields = {field["name"]: field for one in types for field in spec["types"][one].get("fields", [])}
        assert set(value) <= set(fields), (value, types)
        for name, inner in value.items():
            check(spec, inner, [kind.replace("Array of ", "") for kind in fields[name]["types"]])


def with_subtypes(spec, kind):
    return [kind, *spec["types"][kind].get("subtypes", [])] if kind in spec["types"] else []
