"""How the front-end gets its updates, and what it does when it gets none."""

import logging
from datetime import timedelta

import pytest

from tests.commands import COMMANDS
from tests.drivers.telegram import until
from tests.fakes.ears import ScriptedEars

QUIET = "bot.frontends.telegram.connection_state"


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
