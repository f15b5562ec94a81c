"""The friends of a process that is already running: each network as its people meet it, from outside."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.frontends.web.page_token import PageToken
from core.clock import SystemClock
from tests.doubles.discord_http.interactions import Interaction
from tests.doubles.discord_http.server import FakeDiscord
from tests.doubles.discord_http.world import Message, private_channel
from tests.drivers.port import Shown
from tests.drivers.telegram import TelegramDriver, until
from tests.drivers.web import WebDriver, WebPerson

T = TypeVar("T")
FRIENDS = ("ann", "bob", "cas")


class TelegramFriends(TelegramDriver):
    """A group on Telegram, which counts how often the bot writes and refuses what is too much."""

    def __init__(self) -> None:
        super().__init__(clock=SystemClock())
        self.world.flood.on = True

    async def arrive(self) -> None:
        await self.api.start()

    async def leave(self) -> None:
        await self.api.stop()

    async def _acted_on(self, act: Callable[[], T]) -> T:
        """Act, and wait until the bot has fetched what it is to learn of it."""
        before = self.world.updates.last_id
        done = act()
        ids = range(before + 1, self.world.updates.last_id + 1)
        await until(lambda: not any(one["update_id"] in ids for one in self.world.updates.waiting))
        return done


class PageFriends(WebDriver):
    """Three friends, each at an open chat page."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.people: dict[str, WebPerson] = {}

    async def arrive(self, url: str, token: PageToken) -> None:
        for who in FRIENDS:
            self.people[who] = await WebPerson.sit_down(who.title(), url, token, self.clock)

    async def leave(self) -> None:
        for person in self.people.values():
            await person.leave()


class DiscordFriends:
    """A channel on Discord, by its gateway and its HTTP API."""

    name = "discord"
    channel = 600

    def __init__(self) -> None:
        self.double = FakeDiscord()
        self.accounts = {who: 11 * (n + 1) for n, who in enumerate(FRIENDS)}
        self.done: dict[str, list[Interaction]] = {who: [] for who in FRIENDS}

    async def arrive(self) -> None:
        await self.double.__aenter__()

    async def leave(self) -> None:
        await self.double.__aexit__()

    def account(self, who: str) -> str:
        return str(self.accounts[who])

    async def say(self, who: str, text: str, *, private: bool = False) -> None:
        assert text.startswith("/"), "on Discord, these friends command and tap"
        name, _, words = text[1:].partition(" ")
        if private:
            self.double.world.open_private(self.accounts[who])
        where = {"private": True} if private else {"channel_id": self.channel}
        options = {"words": words} if words else {}
        await self._finished(who, await self.double.command(self.accounts[who], name, options, **where))

    async def tap(self, who: str, label: str, *, private: bool = False) -> None:
        message = next(one for one in reversed(self._sent(who if private else None)) if _controls(one))
        found = [control for control in _controls(message) if label in control[0]]
        assert found, f"nothing says {label!r}: {[control[0] for control in _controls(message)]}"
        _, custom_id, values = found[0]
        await self._finished(who, await self.double.tap(self.accounts[who], message, custom_id, values))

    async def messages(self, *, private_of: str | None = None) -> Sequence[Shown]:
        return [
            Shown(
                id=str(one.id),
                text=_words(one.body),
                labels=tuple(label for label, _, _ in _controls(one)),
                files=one.files,
                edits=one.edits,
            )
            for one in self._sent(private_of)
        ]

    async def toasts(self, who: str) -> Sequence[str]:
        return [words for interaction in self.done[who] for words in interaction.words if words]

    def _sent(self, private_of: str | None) -> list[Message]:
        channel = private_channel(self.accounts[private_of]) if private_of else self.channel
        return self.double.world.in_channel(channel)

    async def _finished(self, who: str, interaction: Interaction) -> None:
        self.done[who].append(interaction)
        await until(interaction.acknowledged.is_set)


def _controls(message: Message) -> list[tuple[str, str, list[str] | None]]:
    """What can be tapped: label, custom_id, and the value to pick where it is a menu."""
    found: list[tuple[str, str, list[str] | None]] = []
    for row in message.body.get("components") or []:
        for control in row["components"]:
            if control["type"] == 3:
                picks = [(one["label"], control["custom_id"], [one["value"]]) for one in control["options"]]
                found.extend(picks)
            else:
                found.append((control["label"], control["custom_id"], None))
    return found


def _words(body: dict) -> str:
    """What is read, without Discord's markdown."""
    described = [embed.get("description") or "" for embed in body.get("embeds") or []]
    words = "\n".join(described) or body.get("content") or ""
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", re.sub(r"(?<!\\)\*\*", "", words))
