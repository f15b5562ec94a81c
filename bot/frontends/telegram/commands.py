"""The commands Telegram offers while somebody types a slash."""

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from bot.frontends.telegram.line import CallFailed, Line, Scope
from bot.frontends.telegram.markup import clipped

_log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_MOST = 100
_SUMMARY_MOST = 256

Menu = tuple[tuple[str, str], ...]


class CommandLine(Protocol):
    """A command as a menu offers it; `where` is `private`, `group` or `anywhere`."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str: ...

    @property
    def where(self) -> str: ...

    @property
    def admin(self) -> bool: ...


def menu(commands: Sequence[CommandLine], scope: Scope) -> Menu:
    """What is offered in a scope. Telegram cannot know our admins: their commands are offered to a group's
    administrators, and those for private chats in no menu.
    """
    return tuple((one.name, clipped(one.summary, _SUMMARY_MOST)) for one in _offered(commands, scope))[:_MOST]


async def publish(line: Line, commands: Sequence[CommandLine]) -> bool:
    """Set the menus that are not as they should be; False if Telegram did not let us."""
    try:
        for scope in Scope:
            wanted = menu(commands, scope)
            if tuple(await line.menu(scope)) != wanted:
                await line.set_menu(scope, wanted)
                _log.info("Telegram's menu of commands for %s is new", scope.value)
    except CallFailed as error:
        _log.warning("Telegram's menus of commands could not be set: %s", error)
        return False
    return True


def _offered(commands: Sequence[CommandLine], scope: Scope) -> Iterator[CommandLine]:
    for one in commands:
        if not _NAME.fullmatch(one.name):
            _log.error("Telegram cannot offer a command named %r", one.name)
            continue
        match scope:
            case Scope.PRIVATE:
                offered = one.where != "group" and not one.admin
            case Scope.GROUPS:
                offered = one.where != "private" and not one.admin
            case Scope.ADMINISTRATORS:
                offered = one.where != "private"
        if offered:
            yield one
