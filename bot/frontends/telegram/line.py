"""What is asked of Telegram, without the library that asks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.conversation.messages import File
from bot.frontends.telegram.keyboard import Keyboard
from bot.frontends.telegram.markup import Marked
from bot.frontends.telegram.receipts import Failure
from bot.frontends.telegram.updates import Json, Me


class CallFailed(Exception):
    """Telegram did not do what was asked; its text never holds the token."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.status}: {failure.description}")
        self.failure = failure


class Scope(StrEnum):
    """Whose menu of commands it is."""

    PRIVATE = "all_private_chats"
    GROUPS = "all_group_chats"
    ADMINISTRATORS = "all_chat_administrators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a message goes: a chat, and a topic in it."""

    chat_id: str
    thread_id: str | None = None

    @property
    def topic(self) -> int | None:
        """The topic as Telegram wants it."""
        return int(self.thread_id) if self.thread_id else None


class Line(Protocol):
    """The calls in use. Every one raises `CallFailed`, and nothing else."""

    async def me(self) -> Me: ...

    async def updates(self, *, offset: int | None, wait: int) -> Sequence[Json]:
        """Updates from `offset` on, waiting up to `wait` seconds for one; those before it are forgotten."""
        ...

    async def send(
        self,
        spot: Spot,
        words: Marked,
        *,
        keyboard: Keyboard | None = None,
        quiet: bool = False,
        reply_to: str | None = None,
    ) -> str:
        """Send a message; its id."""
        ...

    async def edit(self, chat_id: str, message_id: str, words: Marked, *, keyboard: Keyboard) -> None: ...

    async def erase(self, chat_id: str, message_id: str) -> None:
        """Delete a message. In a private chat the bot may delete the person's own for 48 hours."""
        ...

    async def send_file(self, spot: Spot, file: File, caption: Marked | None, *, quiet: bool = False) -> str:
        """Send a file; the message's id."""
        ...

    async def answer_tap(self, callback_id: str, words: str) -> None: ...

    async def menu(self, scope: Scope) -> Sequence[tuple[str, str]]:
        """The names and summaries of the commands on offer."""
        ...

    async def set_menu(self, scope: Scope, menu: Sequence[tuple[str, str]]) -> None: ...

    async def webhook(self) -> str:
        """Where updates are delivered to; empty if they are to be fetched."""
        ...

    async def set_webhook(self, url: str, *, secret: str) -> None: ...

    async def delete_webhook(self) -> None:
        """Have updates wait to be fetched; those waiting are kept."""
        ...


def as_sent(chat_id: str) -> int | str:
    """A chat's id as Telegram wants it; a name stays one."""
    return int(chat_id) if chat_id.removeprefix("-").isdecimal() else chat_id


def plain(words: Marked, keyboard: Keyboard | None) -> dict[str, object]:
    """What goes with a message's words, as the JSON that Telegram takes."""
    more: dict[str, object] = {"link_preview_options": {"is_disabled": True}}
    if words.entities:
        more["entities"] = list(words.entities)
    if keyboard is not None:
        more["reply_markup"] = keyboard
    return more
