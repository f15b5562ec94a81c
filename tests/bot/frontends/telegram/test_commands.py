"""The menus of commands."""

import logging

from bot.frontends.telegram.commands import Scope, menu
from tests.commands import COMMANDS
from tests.drivers.telegram import until


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
