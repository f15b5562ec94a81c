"""The front-end against Discord's HTTP API and gateway: what goes wrong on the way."""

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.conversation.messages import Card, Choice, File, Left, Notice, Place
from bot.conversation.ports import ChatMoved, Delivered, Later, MessageGone, Reply, Unreachable
from bot.frontends.discord.frontend import DiscordFrontEnd
from bot.wording.text import say
from tests.commands import COMMANDS
from tests.doubles.discord_http.server import FakeDiscord
from tests.doubles.discord_http.world import MEMBER_MAY, private_channel
from tests.expect import expect
from tests.fakes.clock import FakeClock
from tests.fakes.ears import ScriptedEars

GROUP = Place(frontend="discord", chat_id="600", private=False)
HELLO = Notice(text=say("Hello"))
CARD = Card(
    text=say("Which day?"), options=(Choice(label="Thu", value="thu", ref="r1"),), typing="a day such as fri"
)
SENDING = "/channels/*/messages"


@asynccontextmanager
async def running(fake, ears=None, *, token="a-token", clock=None, connected=True):
    frontend = DiscordFrontEnd(
        token=token, commands=COMMANDS, clock=clock or FakeClock(), api_url=fake.api_url
    )
    task = asyncio.create_task(frontend.run(ears or ScriptedEars()))
    try:
        if connected:
            await until(lambda: frontend.state.up)
        yield frontend
    finally:
        task.cancel()
        started = time.monotonic()
        await asyncio.gather(task, return_exceptions=True)
        assert time.monotonic() - started < 2


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - bounded
            await asyncio.sleep(0.005)


@pytest.fixture
async def fake():
    async with FakeDiscord() as fake:
        yield fake


@pytest.fixture
async def ears():
    return ScriptedEars()


async def test_it_connects_with_one_identify_and_only_the_events_it_needs(fake):
    async with running(fake) as frontend:
        assert frontend.state.since is not None
        (asked,) = fake.gateway.identified
        guilds, direct_messages = 1 << 0, 1 << 12
        assert asked["intents"] == guilds | direct_messages
        assert asked["shard"] == [0, 1]


async def test_a_server_of_many_shards_is_up_when_all_of_them_are(fake):
    fake.shards, clock = 2, FakeClock()
    async with running(fake, clock=clock) as frontend:
        await clock.advance(timedelta(seconds=4))
        assert len(fake.gateway.identified) == 1
        await clock.advance(timedelta(seconds=1))
        await until(lambda: len(fake.gateway.connected) == 2)
        assert [asked["shard"] for asked in fake.gateway.identified] == [[0, 2], [1, 2]]
        await until(lambda: frontend.state.up)


async def test_a_refused_token_is_said_and_not_tried_again(fake):
    async with running(fake, token="wrong", connected=False) as frontend:
        await until(lambda: "token" in frontend.state.reason)
        asked = len(fake.requests)
        assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Later)
        assert len(fake.requests) == asked == 1
        assert "wrong" not in frontend.state.reason


async def test_a_token_refused_by_the_gateway_is_not_tried_again_either(fake):
    fake.gateway.token = "another"
    clock = FakeClock()
    async with running(fake, clock=clock, connected=False) as frontend:
        await until(lambda: "token" in frontend.state.reason)
        await clock.advance(timedelta(hours=1))
        assert len(fake.gateway.identified) == 1


async def test_a_token_that_is_revoked_stops_everything(fake):
    async with running(fake) as frontend:
        fake.token = "a-new-one"
        assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Later)
        await until(lambda: not fake.gateway.connected)
        assert "token" in frontend.state.reason
        asked = len(fake.requests)
        assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Later)
        assert len(fake.requests) == asked


async def test_a_discord_that_is_down_is_tried_again_later_and_later(fake):
    clock = FakeClock()
    fake.fail("GET", "/users/@me", 503, {"message": "down"}, times=3)
    async with running(fake, clock=clock, connected=False) as frontend:
        tries = lambda: len(fake.asked("GET", "/users/@me"))  # noqa: E731
        await until(lambda: "503" in frontend.state.reason)
        for wait, expected in ((1, 2), (2, 3)):
            await clock.advance(timedelta(seconds=wait - 0.1))
            assert tries() == expected - 1
            await clock.advance(timedelta(seconds=0.1))
            await until(lambda expected=expected: tries() == expected and "503" in frontend.state.reason)
        await until(lambda: clock._sleepers)
        await clock.advance(timedelta(seconds=4))
        await until(lambda: frontend.state.up)


async def test_a_network_that_is_away_is_a_reason_and_no_crash(fake):
    async with running(fake, connected=False) as frontend:
        pass
    nowhere = DiscordFrontEnd(
        token="t", commands=COMMANDS, clock=FakeClock(), api_url="http://127.0.0.1:1/api/v10"
    )
    task = asyncio.create_task(nowhere.run(ScriptedEars()))
    await until(lambda: "reached" in nowhere.state.reason)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert frontend is not None


async def test_nothing_is_sent_before_the_login(fake):
    frontend = DiscordFrontEnd(token="t", commands=COMMANDS, clock=FakeClock(), api_url=fake.api_url)
    assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Later)
    assert frontend.door("x") is None
    assert not frontend.state.up


async def test_a_dropped_connection_is_resumed_and_nothing_is_missed(fake, ears):
    async with running(fake, ears) as frontend:
        await fake.gateway.drop()
        missed = await fake.command(1, "plans")
        await fake.gateway.until(lambda: fake.gateway.resumed)
        await asyncio.wait_for(missed.acknowledged.wait(), 5)
        assert len(fake.gateway.identified) == 1
        assert fake.gateway.resumed_at[0].startswith("/gateway/again")
        await until(lambda: len(ears.events) == 1)
        await until(lambda: frontend.state.up)


async def test_while_the_connection_is_away_the_state_says_so(fake):
    clock = FakeClock()
    fake.gateway.forgets_sessions = False
    async with running(fake, clock=clock) as frontend:
        await fake.gateway.invalidate()
        await until(lambda: "dropped" in frontend.state.reason)
        await clock.advance(timedelta(seconds=5))
        await until(lambda: frontend.state.up)


async def test_a_request_to_reconnect_is_followed(fake):
    async with running(fake):
        await fake.gateway.ask_to_reconnect()
        await fake.gateway.until(lambda: fake.gateway.resumed)


async def test_a_session_that_is_gone_is_identified_anew_and_not_at_once(fake, ears):
    clock = FakeClock()
    async with running(fake, ears, clock=clock):
        await fake.gateway.invalidate()
        await until(lambda: clock._sleepers)
        await clock.advance(timedelta(seconds=4))
        assert len(fake.gateway.identified) == 1
        await clock.advance(timedelta(seconds=1))
        await fake.gateway.until(lambda: len(fake.gateway.connected) == 1)
        assert len(fake.gateway.identified) == 2
        assert (await fake.command(1, "plans")) is not None
        await until(lambda: len(ears.events) == 1)


async def test_a_gateway_that_keeps_forgetting_is_asked_less_and_less_often(fake):
    clock = FakeClock()
    async with running(fake, clock=clock):
        fake.gateway.forgets_sessions = True
        await fake.gateway.invalidate()
        waits = []
        for _ in range(4):
            await until(lambda: clock._sleepers)
            due = clock._sleepers[0][0]
            waits.append((due - clock.now()).total_seconds())
            await clock.run_until(due)
        assert waits == [5, 10, 20, 40]


async def test_an_event_that_is_replayed_is_heard_once(fake, ears):
    async with running(fake, ears):
        interaction, payload = fake.interactions.command(1, "plans")
        await fake.gateway.push("INTERACTION_CREATE", payload)
        await interaction.finished.wait()
        await fake.gateway.push("INTERACTION_CREATE", payload)
        (await fake.command(1, "help"))
        await until(lambda: len(ears.noted) == 2)
        assert [event.name for event in ears.events] == ["plans", "help"]


async def test_heartbeats_go_on_while_answers_take_long(fake, ears):
    fake.gateway.heartbeat_interval = 20
    never = asyncio.Event()

    async def hear(heard):
        await never.wait()
        return Reply()

    ears.hear = hear
    async with running(fake, ears):
        interaction = await fake.command(1, "plans")
        await interaction.acknowledged.wait()
        before = fake.gateway.heartbeats
        await fake.gateway.until(lambda: fake.gateway.heartbeats > before + 3)
        never.set()
        await interaction.finished.wait()


async def test_the_acknowledgement_does_not_wait_for_anything(fake, ears):
    never = asyncio.Event()

    async def note(heard):
        await never.wait()
        return heard

    ears.note = note
    async with running(fake, ears):
        await frontend_card(fake)
        command = await fake.command(1, "plans")
        (message,) = fake.world.messages.values()
        tap = await fake.tap(1, message, "ft.d1.r1")
        for interaction in (command, tap):
            await asyncio.wait_for(interaction.acknowledged.wait(), 2)
        assert command.answer == {"type": 5, "data": {"flags": 64}}
        assert tap.answer["type"] == 6
        never.set()
        await command.finished.wait()
        assert command.deleted


async def frontend_card(fake):
    from bot.frontends.discord.message_body import card_body  # noqa: PLC0415

    return fake.world.post(600, card_body(CARD, dialogue_id="d1"), ())


async def test_an_answer_after_three_seconds_is_let_go_and_what_was_done_counts(fake, ears):
    async with running(fake, ears):
        interaction, payload = fake.interactions.command(1, "plans")
        interaction.within = -1
        await fake.gateway.push("INTERACTION_CREATE", payload)
        await until(lambda: ears.events)
        later = await fake.command(1, "help")
        await later.finished.wait()


async def test_a_token_that_has_run_out_spoils_nothing(fake, ears):
    slow = asyncio.Event()

    async def hear(heard):
        await slow.wait()
        return Reply(toast=say("Done."))

    ears.hear = hear
    async with running(fake, ears) as frontend:
        interaction = await fake.command(1, "plans")
        await interaction.acknowledged.wait()
        fake.interactions.forget(interaction.token)
        slow.set()
        await fake.until(lambda: fake.asked("PATCH", "/webhooks/*"))
        assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Delivered)


async def test_news_go_to_the_channel_and_never_by_a_token(fake):
    async with running(fake) as frontend:
        sent = expect(Delivered, await frontend.show(GROUP, CARD, dialogue_id="d", message_id=None, key="k"))
        await frontend.show(GROUP, CARD, dialogue_id="d", message_id=sent.message_id, key="k")
        assert not fake.asked("*", "/webhooks/*")
        assert not [one for one in fake.requests if one.path.startswith(("/webhooks", "/interactions"))]


async def test_the_form_is_the_first_and_only_answer(fake, ears):
    async with running(fake, ears):
        message = await frontend_card(fake)
        tap = await fake.tap(1, message, "ft-type.d1.")
        await tap.acknowledged.wait()
        assert tap.answer["type"] == 9
        form = await fake.form(1, tap.answer["data"]["custom_id"], "the 24th")
        await form.acknowledged.wait()
        assert form.answer["type"] == 6
        await until(lambda: ears.events)
        assert (ears.events[0].text, ears.events[0].dialogue_id) == ("the 24th", "d1")


async def test_suggestions_that_take_too_long_are_none(fake, ears, monkeypatch):
    monkeypatch.setattr("bot.frontends.discord.event_handler._SUGGEST_WITHIN", 0.01)

    class SlowEars(ScriptedEars):
        async def suggest_venues(self, person, words):
            await asyncio.Event().wait()
            return []

    async with running(fake, SlowEars()):
        typing = await fake.typing(1, "reserve", "venue", "lu")
        await typing.acknowledged.wait()
        assert typing.answer == {"type": 8, "data": {"choices": []}}


async def test_a_short_rate_limit_is_waited_out(fake):
    fake.limit("POST", SENDING, 0.02)
    async with running(fake) as frontend:
        assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Delivered)
        assert len(fake.asked("POST", SENDING)) == 2


async def test_a_long_rate_limit_is_for_later(fake):
    fake.limit("POST", SENDING, 120.0)
    async with running(fake) as frontend:
        assert await frontend.tell(GROUP, HELLO, key="k") == Later(after=timedelta(seconds=120))
        assert fake.world.messages == {}


async def test_a_ban_of_the_proxy_is_for_later(fake):
    fake.fail("POST", SENDING, 429, {"message": "banned"}, headers={"Retry-After": "600"})
    async with running(fake) as frontend:
        assert await frontend.tell(GROUP, HELLO, key="k") == Later(after=timedelta(seconds=600))
        assert len(fake.asked("POST", SENDING)) == 1


async def test_a_lost_answer_and_a_repeat_make_one_message(fake):
    fake.lose("POST", SENDING)
    async with running(fake) as frontend:
        assert isinstance(await frontend.tell(GROUP, HELLO, key="the same"), Later)
        again = await frontend.tell(GROUP, HELLO, key="the same")
        (message,) = fake.world.in_channel(600)
        assert again == Delivered(message_id=str(message.id))
        await frontend.tell(GROUP, HELLO, key="another")
        assert len(fake.world.in_channel(600)) == 2


async def test_a_lost_answer_to_an_edit_is_for_later(fake):
    fake.lose("PATCH", SENDING + "/*")
    async with running(fake) as frontend:
        sent = expect(Delivered, await frontend.show(GROUP, CARD, dialogue_id="d", message_id=None, key="k"))
        edit = await frontend.show(GROUP, CARD, dialogue_id="d", message_id=sent.message_id, key="k2")
        assert isinstance(edit, Later)


async def test_a_server_error_is_for_later(fake):
    fake.fail("POST", SENDING, 503, {"message": "down"})
    async with running(fake) as frontend:
        assert isinstance(await frontend.tell(GROUP, HELLO, key="k"), Later)


async def test_a_message_that_is_gone_is_gone(fake):
    async with running(fake) as frontend:
        assert await frontend.show(GROUP, CARD, dialogue_id="d", message_id="123", key="k") == MessageGone()


async def test_neither_a_guest_with_closed_messages_nor_a_channel_that_is_gone_is_tried_twice(fake):
    fake.world.closed_to.add(42)
    async with running(fake) as frontend:
        moved = expect(
            ChatMoved,
            await frontend.tell(Place(frontend="discord", chat_id="user:42", private=True), HELLO, key="k"),
        )
        assert moved == ChatMoved(new_chat_id=str(private_channel(42)))
        place = Place(frontend="discord", chat_id=moved.new_chat_id, private=True)
        closed = await frontend.tell(place, HELLO, key="k")
        assert isinstance(closed, Unreachable)
        gone = await frontend.tell(Place(frontend="discord", chat_id="777", private=False), HELLO, key="k")
        assert isinstance(gone, Unreachable)
        assert len(fake.asked("POST", SENDING)) == 2


async def test_a_file_is_uploaded_with_its_message(fake):
    ics = File(name="dinner.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")
    async with running(fake) as frontend:
        assert isinstance(
            await frontend.tell(GROUP, Notice(text=say("Booked."), file=ics), key="k"), Delivered
        )
        (message,) = fake.world.in_channel(600)
        assert message.files == ("dinner.ics",)
        assert message.body["content"] == "Booked."


async def test_commands_are_put_once_and_again_only_when_they_changed(fake):
    puts = lambda: len(fake.asked("PUT", "/applications/*/commands"))  # noqa: E731
    async with running(fake):
        assert puts() == 1
    async with running(fake):
        assert puts() == 1
    fake.world.commands[0]["description"] = "something else"
    async with running(fake):
        assert puts() == 2


async def test_commands_that_can_not_be_published_do_not_keep_it_from_connecting(fake):
    fake.fail("GET", "/applications/*", 403, {"code": 20012, "message": "not yours"})
    async with running(fake) as frontend:
        assert frontend.state.up


async def test_a_command_where_only_the_guest_installed_it_goes_on_in_private(fake, ears):
    async with running(fake, ears):
        elsewhere = await fake.command(7, "reserve", {"words": "luna"}, guild_id=999, channel_id=700)
        await elsewhere.finished.wait()
        (command,) = ears.events
        assert command.place == Place(frontend="discord", chat_id="user:7", private=True)
        assert "can't write in this chat" in elsewhere.words[0]


async def test_where_it_may_write_the_command_belongs_to_the_channel(fake, ears):
    async with running(fake, ears):
        here = await fake.command(7, "reserve", may=MEMBER_MAY)
        await here.finished.wait()
        assert ears.events[0].place.chat_id == "600"
        assert here.deleted


async def test_private_words_are_heard(fake, ears):
    async with running(fake, ears):
        await fake.private_message(42, "the 24th")
        await until(lambda: ears.events)
        (said,) = ears.events
        assert said.text == "the 24th"
        assert said.place == Place(frontend="discord", chat_id=str(private_channel(42)), private=True)


async def test_being_thrown_out_is_leaving_every_channel(fake, ears):
    async with running(fake, ears):
        await fake.expel()
        await until(lambda: len(ears.events) == 2)
        assert {event.place.chat_id for event in ears.events if isinstance(event, Left)} == {"600", "601"}
        assert len({heard.id for heard in ears.noted}) == 2


async def test_what_is_being_answered_is_finished_before_it_stops(fake, ears):
    slow = asyncio.Event()

    async def hear(heard):
        await slow.wait()
        return Reply(toast=say("Done."))

    ears.hear = hear
    async with running(fake, ears):
        interaction = await fake.command(1, "plans")
        await interaction.acknowledged.wait()
        asyncio.get_running_loop().call_later(0.1, slow.set)
    assert interaction.words == ["Done."]


async def test_it_stops_in_time_whatever_is_still_going_on(fake, ears):
    async def hear(heard):
        await asyncio.Event().wait()

    ears.hear = hear
    async with running(fake, ears):
        interaction = await fake.command(1, "plans")
        await interaction.acknowledged.wait()


async def test_no_log_and_no_repr_tells_a_secret(fake, ears, caplog):
    caplog.set_level(logging.DEBUG)
    async with running(fake, ears) as frontend:
        ears.answers = [Reply(toast=say("Done.")), RuntimeError("broken")]
        one = await fake.command(1, "plans")
        await one.finished.wait()
        two = await fake.command(1, "plans")
        await two.finished.wait()
        await fake.gateway.drop()
        await fake.gateway.until(lambda: fake.gateway.resumed)
        seen = caplog.text + repr(frontend) + repr(vars(frontend)["_sender"].client)
    assert "a-token" not in seen
    assert "secret-" not in seen


@pytest.mark.realtime
async def test_fifty_interactions_a_second_are_acknowledged_in_time(fake, ears):
    async with running(fake, ears):
        pushed = []
        for _ in range(50):
            pushed.append(await fake.command(1, "plans"))
            await asyncio.sleep(0.01)
        await asyncio.gather(*(one.finished.wait() for one in pushed))
        waits = sorted(one.answered_at - one.sent_at for one in pushed)
        assert waits[-1] < 3
        assert len(ears.events) == 50
