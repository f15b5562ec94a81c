"""Discord's people, by simcord: the real discord.py against a Discord in this process."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import discord
from simcord.env import Env

from bot.conversation.ports import Ears
from bot.frontends.discord.components import read_tag
from bot.frontends.discord.frontend import DiscordFrontEnd
from bot.wording.text import distance
from core.clock import Clock
from tests.commands import COMMANDS
from tests.drivers.port import Shown
from tests.expect import present
from tests.fakes.clock import FakeClock

PEOPLE = ("ann", "bob", "cas")

Control = tuple[str, discord.Button | discord.SelectMenu, str | None]
"""A label, what it stands on, and the value to pick there."""


class DiscordDriver:
    """`tests.drivers.port.Driver` for Discord. The group is a channel of a server in which Discord itself
    forbids nobody anything, so that what a guest may do is the bot's own decision.
    """

    name = "discord"

    def __init__(self, *, clock: Clock | None = None, commands=COMMANDS) -> None:
        self.clock = clock or FakeClock()
        self.commands = commands
        self.discord = DiscordFrontEnd(token="a-token", commands=commands, clock=self.clock)
        self.results = {who: [] for who in PEOPLE}

    @property
    def frontend(self) -> DiscordFrontEnd:
        return self.discord

    async def start(self, ears: Ears) -> None:
        self.env = Env(self.discord.client(ears), shard_count=1)
        await self.env.start()
        self.users = {who: self.env.create_user(who, global_name=who.title()) for who in PEOPLE}
        self.guild = self.env.create_guild("Supper club")
        able = self.guild.create_role("able", permissions=discord.Permissions(manage_guild=True))
        self.members = {who: self.guild.add_member(user, roles=[able]) for who, user in self.users.items()}
        self.channel = self.guild.create_text_channel("dinner")
        await self.env.settle()

    async def restart(self, ears: Ears) -> None:
        """A new process: nothing of the old front-end's memory is left."""
        self.discord = DiscordFrontEnd(token="a-token", commands=self.commands, clock=self.clock)
        await self.env.restart_bot(self.discord.client(ears))

    async def stop(self) -> None:
        await self.env.shutdown()
        self.env.raise_errors()

    def account(self, who: str) -> str:
        return str(self.users[who].id)

    async def say(self, who: str, text: str, *, private: bool = False) -> None:
        user = self.users[who]
        if text.startswith("/"):
            name, _, words = text[1:].partition(" ")
            filled = {"words": words} if words else {}
            if private:
                self.results[who].append(await user.slash(name.lower(), **filled))
            else:
                self.results[who].append(await self.members[who].slash(self.channel, name.lower(), **filled))
        elif private:
            await user.send_dm(text)
        else:
            await self.type_into_form(who, text)

    async def type_into_form(self, who: str, text: str) -> None:
        message = next(one for one in reversed(self._sent(None)) if self._control(one, "ft-type"))
        member = self.members[who]
        shown = await member.click(message, custom_id=present(self._control(message, "ft-type")).custom_id)
        self.results[who].append(await member.submit_modal(shown, {"words": text}))

    async def hide(self, who: str, text: str) -> None:
        user = self.users[who]
        message = next(one for one in reversed(self._sent(who)) if self._control(one, "ft-type"))
        shown = await user.click(message, custom_id=present(self._control(message, "ft-type")).custom_id)
        self.results[who].append(await user.submit_modal(shown, {"words": text}))

    async def typed(self, who: str) -> Sequence[str]:
        channel = self.users[who].dm_channel
        theirs = (
            []
            if channel is None
            else [one for one in channel.history() if str(one.author.id) == self.account(who)]
        )
        return [one.content for one in theirs]

    async def tap(self, who: str, label: str, *, private: bool = False) -> None:
        actor = self.users[who] if private else self.members[who]
        turned = set()
        while True:
            message = next(one for one in reversed(self._sent(who if private else None)) if one.components)
            found = self._find(message, label)
            if found is not None:
                break
            pages = [button for button in _buttons(message) if _means(button, "ft-page")]
            turned |= {
                f"ft-page.{present(read_tag(present(one.custom_id))).dialogue_id}.{_page(pages)}"
                for one in pages
            }
            onward = next(
                (one for one in reversed(pages) if not one.disabled and one.custom_id not in turned), None
            )
            assert onward, f"nothing says {label!r}: {_labels(message)}"
            await actor.click(message, custom_id=onward.custom_id)
        control, value = found
        if value is None:
            self.results[who].append(await actor.click(message, custom_id=control.custom_id))
        else:
            self.results[who].append(await actor.select(message, [value], custom_id=control.custom_id))

    async def messages(self, *, private_of: str | None = None) -> Sequence[Shown]:
        return [
            Shown(
                id=str(message.id),
                text=self.words(message),
                labels=_labels(message),
                files=tuple(file.filename for file in message.attachments),
                pictures=tuple(
                    file.filename
                    for file in message.attachments
                    if (file.content_type or "").startswith("image/")
                ),
                edits=self._edits(message.id),
            )
            for message in self._sent(private_of)
            if not message.reference
        ]

    async def toasts(self, who: str) -> Sequence[str]:
        """What only they see, and replies to what they wrote in private."""
        answers = [one for result in self.results[who] for one in (result.response, *result.followups) if one]
        said = [(one.id, one.content) for one in answers if one.ephemeral and one.content]
        said += [(one.id, one.content) for one in self._sent(who) if one.reference]
        return [self._unmarked(words) for _, words in sorted(said)]

    def words(self, message: discord.Message) -> str:
        described = [embed.description or "" for embed in message.embeds]
        # The mentions above an embed are there for the ping alone.
        return self._unmarked("\n".join(described) if any(described) else message.content)

    def _sent(self, private_of: str | None) -> list[discord.Message]:
        channel = self.users[private_of].dm_channel if private_of else self.channel
        if channel is None:
            return []
        mine = present(self.env.bot.user).id
        return [one for one in channel.history() if one.author.id == mine and not one.flags.ephemeral]

    def _edits(self, message_id: int) -> int:
        ending = f"/messages/{message_id}"
        return sum(one.method == "PATCH" and one.path.endswith(ending) for one in self.env.http_requests)

    def _find(self, message: discord.Message, label: str):
        """The control that has `label` in its label, the exact one first, and the value to pick in it."""
        buttons = [button for button in _buttons(message) if _means(button, "ft")]
        found: list[Control] = [(button.label or "", button, None) for button in buttons]
        found += [(option.label, menu, option.value) for menu in _menus(message) for option in menu.options]
        exact = [one for one in found if one[0].removeprefix("✓ ") == label]
        within = [one for one in found if label in one[0]]
        return (exact or within)[0][1:] if exact or within else None

    def _control(self, message: discord.Message, meaning: str):
        return next((button for button in _buttons(message) if _means(button, meaning)), None)

    def _unmarked(self, words: str) -> str:
        """Markdown as it is read."""
        words = re.sub(r"<@(\d+)>", lambda match: f"@{self._name(match[1])}", words)
        words = re.sub(r"<t:(\d+):([FR])>", lambda match: self._time(int(match[1]), match[2]), words)
        words = re.sub(r"\[((?:\\.|[^\]])*)\]\(<([^>]*)>\)", r"\1 (\2)", words)
        words = re.sub(r"(?<!\\)(\*\*|`)", "", words)
        return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", words)

    def _name(self, account_id: str) -> str:
        return next((who.title() for who in PEOPLE if self.account(who) == account_id), account_id)

    def _time(self, unix: int, style: str) -> str:
        at = datetime.fromtimestamp(unix, UTC)
        if style == "R":
            return distance((at - self.clock.now()) / timedelta(seconds=1))
        return f"{at:%a} {at.day} {at:%b} at {at:%H:%M}"


def _controls(message: discord.Message) -> list[discord.Component]:
    rows = [one for one in message.components if isinstance(one, discord.ActionRow)]
    return [control for row in rows for control in row.children]


def _buttons(message: discord.Message) -> list[discord.Button]:
    return [one for one in _controls(message) if isinstance(one, discord.Button)]


def _menus(message: discord.Message) -> list[discord.SelectMenu]:
    return [one for one in _controls(message) if isinstance(one, discord.SelectMenu)]


def _means(button: discord.Button, meaning: str) -> bool:
    tag = read_tag(button.custom_id or "")
    return tag is not None and tag.meaning == meaning


def _page(pages: list[discord.Button]) -> int:
    return next(int(one.label.partition("/")[0]) - 1 for one in pages if one.label and "/" in one.label)


def _labels(message: discord.Message) -> tuple[str, ...]:
    options = [option.label for menu in _menus(message) for option in menu.options]
    return (*options, *(button.label or "" for button in _buttons(message) if _means(button, "ft")))
