import asyncio
import logging
from datetime import timedelta

import pytest

from bot.conversation.messages import Chose, Command
from bot.conversation.ports import Reply
from bot.frontends.telegram.event_handler import PATIENCE, TelegramEventHandler
from bot.frontends.telegram.updates import Me
from bot.wording.telegram import UNSEEN
from bot.wording.text import say
from core.runtime.quiet_window import QuietWindow
from tests.expect import expect
from tests.fakes.clock import FakeClock, settle
from tests.fakes.ears import ScriptedEars

ANN = {"id": 11, "is_bot": False, "first_name": "Ann"}
BOB = {"id": 12, "is_bot": False, "first_name": "Bob"}
NOBODY = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Friends"}
OTHER = {"id": -1002, "type": "supergroup", "title": "Others"}


class ListeningEars(ScriptedEars):
    """Ears that act only as far as a test lets them."""

    def __init__(self, *answers) -> None:
        super().__init__(*answers)
        self.gate = asyncio.Event()
        self.gate.set()
        self.cannot_note: Exception | None = None

    async def note(self, heard):
        if self.cannot_note:
            raise self.cannot_note
        return await super().note(heard)

    async def hear(self, heard):
        await self.gate.wait()
        return await super().hear(heard)


class RecordingResponder:
    def __init__(self) -> None:
        self.answers: list[tuple[str, str]] = []
        self.replies: list[str] = []
        self.pages: list[int] = []
        self.has_pages = True

    async def answer_tap(self, callback_id, words):
        self.answers.append((callback_id, words))

    async def turn_page(self, tap, ears):
        if self.has_pages:
            self.pages.append(tap.carried.page)
        return self.has_pages

    async def reply(self, update, words):
        self.replies.append(words)


class Scene:
    def __init__(self, *answers) -> None:
        self.ears, self.responder, self.clock, self.quiet_window = (
            ListeningEars(*answers),
            RecordingResponder(),
            FakeClock(),
            QuietWindow(),
        )
        self.handler = TelegramEventHandler(
            ears=self.ears,
            responder=self.responder,
            me=Me(id=8001, username="FourtopBot"),
            commands=frozenset(),
            clock=self.clock,
            quiet_window=self.quiet_window,
        )

    async def take(self, *updates):
        await self.handler.take(updates)
        await settle()


def tap(number, data="d1.r1", *, by=ANN, chat=GROUP):
    message = {"message_id": 6, "chat": chat, "date": 1}
    return {
        "update_id": number,
        "callback_query": {"id": f"c{number}", "from": by, "data": data, "message": message},
    }


def command(number, text="/reserve", *, chat=GROUP, by=ANN):
    message = {"message_id": number, "date": 0, "chat": chat, "from": by, "text": text}
    return {"update_id": number, "message": message}


async def test_a_tap_is_answered_with_what_was_said():
    scene = Scene(Reply(toast=say("Got it")))
    await scene.take(tap(1))
    assert scene.responder.answers == [("c1", "Got it")]


async def test_a_slow_tap_is_answered_within_a_second_and_only_once():
    scene = Scene(Reply(toast=say("Got it")))
    scene.ears.gate.clear()
    await scene.take(tap(1))
    assert scene.responder.answers == []
    await scene.clock.advance(PATIENCE)
    assert timedelta(seconds=1) >= PATIENCE
    assert scene.responder.answers == [("c1", "")]
    scene.ears.gate.set()
    await settle()
    assert scene.responder.answers == [("c1", "")]
    assert len(scene.ears.heard) == 1


async def test_what_comes_too_late_for_a_tap_is_said_in_the_chat():
    scene = Scene(Reply(toast=say("The venue does not take the table back.")))
    scene.ears.gate.clear()
    await scene.take(tap(1))
    await scene.clock.advance(PATIENCE)
    assert scene.responder.replies == []
    scene.ears.gate.set()
    await settle()
    assert scene.responder.replies == ["The venue does not take the table back."]


async def test_a_tap_behind_a_slow_one_is_answered_in_time_too():
    scene = Scene()
    scene.ears.gate.clear()
    await scene.take(tap(1), tap(2), tap(3))
    await scene.clock.advance(PATIENCE)
    assert sorted(scene.responder.answers) == [("c1", ""), ("c2", ""), ("c3", "")]


async def test_a_tap_is_answered_when_acting_on_it_fails(caplog):
    scene = Scene(RuntimeError("broken"))
    with caplog.at_level(logging.CRITICAL, "bot.frontends.telegram.fair_queue"):
        await scene.take(tap(1), tap(2))
    assert scene.responder.answers == [("c1", ""), ("c2", "")]


async def test_a_tap_that_comes_twice_is_heard_once_and_answered_twice():
    scene = Scene()
    await scene.take(tap(1))
    await scene.take(tap(1))
    assert len(scene.ears.heard) == 1
    assert scene.responder.answers == [("c1", ""), ("c1", "")]


async def test_a_tap_of_nobody_is_told_why_and_not_heard():
    scene = Scene()
    await scene.take(tap(1, by=NOBODY))
    assert scene.responder.answers == [("c1", UNSEEN)]
    assert scene.ears.noted == []


async def test_a_long_answer_is_cut_to_what_a_toast_holds():
    scene = Scene(Reply(toast=say("x" * 300)))
    await scene.take(tap(1))
    assert len(scene.responder.answers[0][1]) == 200


async def test_a_page_is_turned_without_asking_anybody():
    scene = Scene()
    await scene.take(tap(1, "d1.~2"))
    assert scene.responder.pages == [2]
    assert scene.responder.answers == [("c1", "")]
    assert scene.ears.noted == []


async def test_a_page_of_a_card_that_is_gone_is_heard_as_an_old_tap():
    scene = Scene(Reply(toast=say("That card has moved on.")))
    scene.responder.has_pages = False
    await scene.take(tap(1, "d1.~2"))
    assert expect(Chose, scene.ears.events[0]).ref == "~2"
    assert scene.responder.answers == [("c1", "That card has moved on.")]


async def test_what_cannot_be_written_down_is_not_acted_on():
    scene = Scene()
    scene.ears.cannot_note = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        await scene.take(tap(1), command(2))
    await settle()
    assert scene.ears.heard == []
    assert scene.responder.answers == [("c1", "")]


async def test_one_batch_is_written_down_before_any_of_it_is_acted_on():
    scene = Scene()
    scene.ears.gate.clear()
    await scene.take(command(1), command(2, chat=OTHER), tap(3))
    assert [one.id for one in scene.ears.noted] == ["1", "2", "3"]
    assert scene.ears.heard == []


async def test_a_friend_in_the_same_group_does_not_wait_for_a_flood():
    scene = Scene()
    flood = asyncio.Event()
    heard_of = []

    async def hear(heard):
        if heard.event.person.account_id == "12":
            await flood.wait()
        heard_of.append(heard.id)
        return Reply()

    scene.ears.hear = hear
    await scene.take(*(command(number, by=BOB) for number in range(1, 101)))
    await scene.take(command(101), tap(102))
    assert heard_of == ["101", "102"]
    flood.set()
    await settle(500)
    assert heard_of[2:] == [str(number) for number in range(1, 101)]


async def test_a_person_is_heard_in_order_and_one_chat_does_not_hold_up_another():
    scene = Scene()
    order = []
    first = asyncio.Event()

    async def hear(heard):
        if heard.id == "1":
            await first.wait()
        order.append(heard.id)
        return Reply()

    scene.ears.hear = hear
    await scene.take(command(1), command(2), command(3, chat=OTHER))
    assert order == ["3"]
    first.set()
    await settle()
    assert order == ["3", "1", "2"]


async def test_what_a_command_is_told_is_said_in_its_chat():
    scene = Scene(Reply(toast=say("Send me that in private.")))
    await scene.take(command(1))
    assert scene.responder.replies == ["Send me that in private."]
    assert isinstance(scene.ears.events[0], Command)


async def test_updates_wait_while_a_drop_asks_for_quiet():
    scene = Scene()
    async with scene.quiet_window.quiet():
        await scene.take(command(1))
        assert scene.ears.heard == []
        assert len(scene.ears.noted) == 1
    await settle()
    assert len(scene.ears.heard) == 1


async def test_finishing_lets_what_is_under_way_end():
    scene = Scene(Reply(toast=say("Got it")))
    scene.ears.gate.clear()
    await scene.take(tap(1))
    asyncio.get_running_loop().call_later(0.01, scene.ears.gate.set)
    await scene.handler.finish(within=5)
    assert scene.responder.answers == [("c1", "Got it")]


async def test_an_odd_update_does_not_spoil_its_batch():
    scene = Scene()
    await scene.take({"update_id": 1, "poll": {"id": "x"}}, {"nonsense": True}, command(3))
    assert [one.id for one in scene.ears.heard] == ["3"]


async def test_taps_are_heard_at_the_clocks_time():
    scene = Scene()
    await scene.take(tap(1))
    assert scene.ears.heard[0].at == scene.clock.now()
