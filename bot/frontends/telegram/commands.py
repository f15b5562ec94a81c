"""The commands Telegram offers while somebody types a slash."""

import logging
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from telegram import Bot, BotCommand, BotCommandScope

from bot.commands import CommandSpec, Where
from bot.frontends.telegram.bot import plain_failures
from bot.frontends.telegram.http import CallFailed
from bot.frontends.telegram.markup import clipped
from bot.who import Who

log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_MOST = 100
_SUMMARY_MOST = 256

Menu = tuple[tuple[str, str], ...]


class Scope(StrEnum):
    """Whose menu of commands it is."""

    PRIVATE = "all_private_chats"
    GROUPS = "all_group_chats"
    ADMINISTRATORS = "all_chat_administrators"


def menu(commands: Sequence[CommandSpec], scope: Scope) -> Menu:
    """What is offered in a scope. Telegram cannot know our admins: their commands are offered to a group's
    administrators, and those for private chats in no menu.
    """
    return tuple((one.name, clipped(one.summary, _SUMMARY_MOST)) for one in _offered(commands, scope))[:_MOST]


async def publish(bot: Bot, commands: Sequence[CommandSpec]) -> bool:
    """Set the menus that are not as they should be; False if Telegram did not let us."""
    try:
        for scope in Scope:
            wanted = menu(commands, scope)
            whose = BotCommandScope(scope)
            async with plain_failures():
                there = await bot.get_my_commands(scope=whose)
            if tuple((one.command, one.description) for one in there) != wanted:
                async with plain_failures():
                    await bot.set_my_commands([BotCommand(*line) for line in wanted], scope=whose)
                log.info("Telegram's menu of commands for %s is new", scope.value)
    except CallFailed as error:
        log.warning("Telegram's menus of commands could not be set: %s", error)
        return False
    return True


def _offered(commands: Sequence[CommandSpec], scope: Scope) -> Iterator[CommandSpec]:
    for one in commands:
        if not _NAME.fullmatch(one.name):
            log.error("Telegram cannot offer a command named %r", one.name)
            continue
        match scope:
            case Scope.PRIVATE:
                offered = one.where is not Where.GROUP and one.may is not Who.ADMIN
            case Scope.GROUPS:
                offered = one.where is not Where.PRIVATE and one.may is not Who.ADMIN
            case Scope.ADMINISTRATORS:
                offered = one.where is not Where.PRIVATE
        if offered:
            yield one
