"""Telegram's people, in front of a Bot API double: the real library and real HTTP in between."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.conversation.messages import Card, Heard, Person, Place
from bot.conversation.ports import Ears, FrontEnd, Reply
from bot.frontends.telegram.frontend import TelegramFrontEnd
from core.clock import Clock
from tests.doubles.botapi.chat import Chat, Message
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.drivers.port import Shown
from tests.fakes.clock import FakeClock

_PATIENCE = 10.0
_MOST_PAGES = 30

T = TypeVar("T")


class TelegramDriver:
    """`tests.drivers.port.Driver` for Telegram, fetching updates as a bot without a web address does."""

    name = "telegram"

    def __init__(self, *, clock: Clock | None = None, commands=(), quiet_window=None) -> None:
        self.clock = clock or FakeClock()
        self.world = World(clock=self.clock)
        self.api = BotApi(self.world)
        self.people = {name: self.world.person(name.title(), handle=name) for name in ("ann", "bob", "cas")}
        self.group = self.world.group("Friends", list(self.people.values()))
        for person in self.people.values():
            person.private.bot_in = True
        self._commands = commands
        self._quiet_window = quiet_window
        self._telegram: TelegramFrontEnd | None = None
        self._ears: _Watched | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def frontend(self) -> FrontEnd:
        assert self._telegram, "start first"
        return self._telegram

    async def start(self, ears: Ears) -> None:
        await self.api.start()
        self._telegram = TelegramFrontEnd(
            token=self.world.token,
            api_url=self.api.url,
            clock=self.clock,
            commands=self._commands,
            quiet_window=self._quiet_window,
        )
        self._ears = _Watched(ears)
        self._running = asyncio.create_task(self._telegram.run(self._ears))
        await until(lambda: self.frontend.state.up)

    async def stop(self) -> None:
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        if self._telegram:
            await self._telegram.aclose()
        await self.api.stop()

    def account(self, who: str) -> str:
        return str(self.people[who].id)

    async def say(self, who: str, text: str, *, private: bool = False) -> None:
        person = self.people[who]
        chat = person.private if private else self.group
        reply_to = None if private or text.startswith("/") else _asking(chat)
        await self._acted_on(lambda: person.send(chat, text, reply_to=reply_to))

    async def hide(self, who: str, text: str) -> None:
        await self.say(who, text, private=True)

    async def typed(self, who: str) -> Sequence[str]:
        said = self.people[who].private.messages
        return [message.text for message in said if not message.from_bot and not message.deleted]

    async def tap(self, who: str, label: str, *, private: bool = False) -> None:
        person = self.people[who]
        chat = person.private if private else self.group
        card = next(message for message in reversed(chat.shown) if message.rows)
        for _ in range(_MOST_PAGES):
            if any(label in one for one in card.labels) or not any(one in "«»" for one in card.labels):
                break
            turn = "»" if "»" in card.labels else "«"
            await self._tapped(who, card, turn)
        await self._tapped(who, card, label)

    async def messages(self, *, private_of: str | None = None) -> Sequence[Shown]:
        chat = self.people[private_of].private if private_of else self.group
        return [_shown(message) for message in chat.shown if not _is_aside(message)]

    async def toasts(self, who: str) -> Sequence[str]:
        """Answers to taps, and what a bot can only say aloud: replies to somebody's own messages."""
        person = self.people[who]
        said = [(tap.answered_at, tap.answer) for tap in person.taps if tap.answer and tap.answered_at]
        said += [
            (message.at, message.text)
            for chat in (self.group, person.private)
            for message in chat.shown
            if _is_aside(message) and message.reply_to and message.reply_to.sender["id"] == person.id
        ]
        return [text for _, text in sorted(said, key=lambda one: one[0])]

    async def _tapped(self, who: str, card: Message, label: str) -> None:
        tap = await self._acted_on(lambda: self.people[who].tap(card, label))
        await until(lambda: tap.answer is not None)

    async def _acted_on(self, act: Callable[[], T]) -> T:
        """Act, and wait until the bot has acted on what it heard of it."""
        assert self._ears
        updates, ears = self.world.updates, self._ears
        before = updates.last_id
        done = act()
        ids = range(before + 1, updates.last_id + 1)
        await until(lambda: not any(one["update_id"] in ids for one in updates.waiting))
        await until(lambda: ears.acted >= ears.noted & {str(one) for one in ids})
        return done


class _Watched:
    """Ears that tell when they are done with an event."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self.noted: set[str] = set()
        self.acted: set[str] = set()

    async def note(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        fresh = await self._ears.note(heard)
        self.noted |= {one.id for one in fresh}
        return fresh

    async def hear(self, heard: Heard) -> Reply:
        try:
            return await self._ears.hear(heard)
        finally:
            self.acted.add(heard.id)

    async def current_card(self, dialogue_id: str, *, place: Place) -> Card | None:
        return await self._ears.current_card(dialogue_id, place=place)

    async def suggest_venues(self, person: Person, words: str) -> Sequence[str]:
        return await self._ears.suggest_venues(person, words)


async def until(condition: Callable[[], bool], *, within: float = _PATIENCE) -> None:
    """Wait for what sockets and tasks are about to bring about."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - real sockets have no event to wait for
            await asyncio.sleep(0.002)


def _asking(chat: Chat) -> Message | None:
    """The newest card that asks for words, else the newest message at all."""
    shown = [message for message in chat.shown if not _is_aside(message)]
    asking = [message for message in shown if "Reply to this message to type" in message.text]
    return (asking or shown or [None])[-1]


def _is_aside(message: Message) -> bool:
    return message.reply_to is not None and not message.reply_to.from_bot


def _shown(message: Message) -> Shown:
    return Shown(
        id=str(message.id),
        text=message.text,
        labels=tuple(message.labels),
        files=(message.file.name,) if message.file else (),
        pictures=(message.file.name,) if message.file and message.photo else (),
        edits=message.edits,
    )
