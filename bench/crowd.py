"""People on both networks who keep the bot busy at a set rate, and how long it takes to answer them.

Everyone talks to the doubles of the test suite, in this process; the bot is another one. A rate is offered
open-loop: what is due is sent whether or not the bot keeps up, and times count from when it was due.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

from aiohttp import web
from sqlalchemy import Connection

from core.domain.guest import GuestState
from core.persistence import chats, guests
from tests.doubles.botapi.chat import Chat, Message, Person
from tests.doubles.botapi.methods import Methods
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.doubles.discord_http.server import FakeDiscord
from tests.doubles.discord_http.world import Message as DiscordMessage

MESSAGES_A_CHAT = 0.25
"""Messages a second that a group's pace leaves room for (Telegram: twenty a minute), commands and edits."""

_WAIT = 60.0
_TIME = "19:00"
"""On a button of every card that asks for times, and on no other."""

_FIRST_CHANNEL, _FIRST_ACCOUNT = 1001, 2001


@dataclass(slots=True)
class Times:
    """Seconds from when it was due to each kind of answer; `sent` and `late` are the generator's own."""

    taps: list[float] = field(default_factory=list)
    edits: list[float] = field(default_factory=list)
    commands: list[float] = field(default_factory=list)
    sent: int = 0
    late: list[float] = field(default_factory=list)

    def __add__(self, other: "Times") -> "Times":
        return Times(
            self.taps + other.taps,
            self.edits + other.edits,
            self.commands + other.commands,
            self.sent + other.sent,
            self.late + other.late,
        )


class Waiting:
    """Who waits for what since when: settled by what the bot does."""

    def __init__(self) -> None:
        self.times = Times()
        self._since: dict[tuple[str, object], list[float]] = defaultdict(list)

    def begin(self, kind: str, whom: object, due: float) -> None:
        self._since[kind, whom].append(due)

    def end(self, kind: str, whom: object) -> None:
        now = time.time()
        getattr(self.times, kind).extend(now - due for due in self._since.pop((kind, whom), ()))

    @property
    def unanswered(self) -> int:
        return sum(len(since) for (kind, _), since in self._since.items() if kind != "edits")

    def reset(self) -> None:
        self.times = Times()
        self._since.clear()


class Group(Protocol):
    """One chat with an organiser, who has a reserve card there, and a friend."""

    def command(self, words: str) -> None: ...

    def toggle(self, due: float) -> None:
        """The organiser taps a time: an answer, and an edit."""
        ...

    def meddle(self, due: float) -> None:
        """The friend taps what is not for friends: an answer in words, and no edit."""
        ...

    def ask(self, due: float) -> None:
        """The organiser sends a command: a message."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the card asks for times."""
        ...


class Crowd(Protocol):
    """The groups of one network."""

    waiting: Waiting

    @property
    def groups(self) -> Sequence[Group]: ...

    def seat(self, tx: Connection, now: datetime) -> list[tuple[int, int]]:
        """Let everybody in, as an admin would have; our ids of each group's chat and organiser."""
        ...

    def environment(self) -> dict[str, str]:
        """The settings that point the bot here."""
        ...


class TelegramCrowd:
    """Groups in front of the Bot API double."""

    def __init__(self, count: int) -> None:
        self.waiting = Waiting()
        self.world = World()
        self.api = BotApi(self.world)
        self.api.methods = _HeardMethods(self.world, self.waiting)
        self.groups = [TelegramGroup(self.world, self.waiting, number) for number in range(count)]

    def environment(self) -> dict[str, str]:
        return {"FOURTOP_TELEGRAM_TOKEN": self.world.token, "FOURTOP_TELEGRAM_API_URL": self.api.url}

    def seat(self, tx: Connection, now: datetime) -> list[tuple[int, int]]:
        seated: list[tuple[int, int]] = []
        for group in self.groups:
            organiser = _let_in(tx, "telegram", str(group.organiser.id), group.organiser.name, now)
            _let_in(tx, "telegram", str(group.friend.id), group.friend.name, now)
            seated.append((_let_in_chat(tx, "telegram", str(group.chat.id), group.chat.title), organiser))
        return seated

    async def __aenter__(self) -> Self:
        await self.api.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.api.stop()


class _HeardMethods(Methods):
    """The double's methods, which end people's waiting."""

    def __init__(self, world: World, waiting: Waiting) -> None:
        super().__init__(world)
        self._waiting = waiting

    async def call(self, method: str, parameters: dict) -> object:
        match method:
            case "answerCallbackQuery":
                self._waiting.end("taps", parameters["callback_query_id"])
            case "sendMessage":
                self._waiting.end("commands", parameters["chat_id"])
            case "editMessageText":
                self._waiting.end("edits", parameters["chat_id"])
        return await super().call(method, parameters)


class TelegramGroup:
    def __init__(self, world: World, waiting: Waiting, number: int) -> None:
        self._waiting = waiting
        self.organiser: Person = world.person(f"Ann {number}")
        self.friend: Person = world.person(f"Bob {number}")
        self.chat: Chat = world.group(f"Table {number}", [self.organiser, self.friend])

    @property
    def card(self) -> Message | None:
        asking = (one for one in self.chat.shown if any(_TIME in label for label in one.labels))
        return next(asking, None)

    @property
    def ready(self) -> bool:
        return self.card is not None

    def command(self, words: str) -> None:
        self.organiser.send(self.chat, words)

    def toggle(self, due: float) -> None:
        assert self.card
        tap = self.organiser.tap(self.card, _TIME)
        self._waiting.begin("taps", tap.id, due)
        self._waiting.begin("edits", self.chat.id, due)

    def meddle(self, due: float) -> None:
        assert self.card
        self._waiting.begin("taps", self.friend.tap(self.card, "Cancel").id, due)

    def ask(self, due: float) -> None:
        self.organiser.send(self.chat, "/help")
        self._waiting.begin("commands", self.chat.id, due)

    def start(self, due: float) -> None:
        """The organiser opens the private chat."""
        self.organiser.start()
        self._waiting.begin("commands", self.organiser.id, due)


class DiscordCrowd:
    """Channels of the fake Discord."""

    def __init__(self, count: int) -> None:
        self.waiting = Waiting()
        self.fake = _HeardDiscord(self.waiting)
        self.groups = [DiscordGroup(self.fake, self.waiting, number) for number in range(count)]
        self.fake.world.channels |= {group.channel for group in self.groups}

    def environment(self) -> dict[str, str]:
        fake = self.fake
        return {
            "FOURTOP_DISCORD_TOKEN": fake.token,
            "FOURTOP_DISCORD_API_URL": fake.api_url,
            "FOURTOP_DISCORD_GATEWAY_URL": fake.gateway_url,
        }

    def seat(self, tx: Connection, now: datetime) -> list[tuple[int, int]]:
        seated: list[tuple[int, int]] = []
        for group in self.groups:
            organiser = _let_in(tx, "discord", str(group.organiser), f"Ann {group.channel}", now)
            _let_in(tx, "discord", str(group.friend), f"Bob {group.channel}", now)
            chat_id = _let_in_chat(tx, "discord", str(group.channel), f"table-{group.channel}")
            seated.append((chat_id, organiser))
        return seated

    async def __aenter__(self) -> Self:
        await self.fake.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.fake.__aexit__()


class _HeardDiscord(FakeDiscord):
    """The double, which ends people's waiting."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self._waiting = waiting
        self.cards: dict[int, DiscordMessage] = {}

    def _act(self, request: web.Request, path: str, body: object, files: tuple[str, ...]) -> object:
        answer = super()._act(request, path, body, files)
        match request.method, path.strip("/").split("/"):
            case "POST", ["interactions", _, token, "callback"]:
                self._waiting.end("taps", token)
            case "POST", ["channels", channel, "messages"]:
                self._waiting.end("commands", int(channel))
                assert isinstance(answer, dict)
                self._look_at(self.world.messages[int(answer["id"])])
            case "PATCH", ["channels", channel, "messages", message]:
                self._waiting.end("edits", int(channel))
                self._look_at(self.world.messages[int(message)])
        return answer

    def _look_at(self, message: DiscordMessage) -> None:
        if any(_TIME in label for _, _, label in _controls(message)):
            self.cards[message.channel] = message


class DiscordGroup:
    def __init__(self, fake: _HeardDiscord, waiting: Waiting, number: int) -> None:
        self._fake = fake
        self._waiting = waiting
        self.channel = _FIRST_CHANNEL + number
        self.organiser = _FIRST_ACCOUNT + 2 * number
        self.friend = self.organiser + 1
        self._sending: set[asyncio.Task[object]] = set()

    @property
    def ready(self) -> bool:
        return self.channel in self._fake.cards

    def command(self, words: str) -> None:
        name, _, rest = words.removeprefix("/").partition(" ")
        self._send(self._push_command(name, {"words": rest} if rest else None, 0.0))

    def toggle(self, due: float) -> None:
        self._waiting.begin("edits", self.channel, due)
        self._send(self._tap(self.organiser, _TIME, due))

    def meddle(self, due: float) -> None:
        self._send(self._tap(self.friend, "Cancel", due))

    def ask(self, due: float) -> None:
        self._waiting.begin("commands", self.channel, due)
        self._send(self._push_command("help", None, due))

    def _send(self, sending: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _push_command(self, name: str, options: dict | None, due: float) -> None:
        await self._fake.command(self.organiser, name, options, channel_id=self.channel)

    async def _tap(self, who: int, label: str, due: float) -> None:
        card = self._fake.cards[self.channel]
        custom_id, values, _ = next(one for one in _controls(card) if label in one[2])
        interaction, payload = self._fake.interactions.tap(who, card, custom_id, values)
        self._waiting.begin("taps", interaction.token, due)
        await self._fake.gateway.push("INTERACTION_CREATE", payload)


def _controls(message: DiscordMessage) -> Iterator[tuple[str, list[str] | None, str]]:
    """Custom id, picked value and label of everything that can be tapped."""
    for row in message.body.get("components") or ():
        for control in row["components"]:
            if control["type"] == 3:
                for one in control["options"]:
                    yield control["custom_id"], [one["value"]], one["label"]
            else:
                yield control["custom_id"], None, control["label"]


async def sit_down(crowds: Sequence[Crowd]) -> None:
    """Everybody asks for a table and gets as far as the times."""
    on = datetime.now(UTC) + timedelta(days=5)
    on += timedelta(days=on.weekday() == 0)  # Casa Luna is closed on Mondays
    groups = [group for crowd in crowds for group in crowd.groups]
    for group in groups:
        group.command(f"/reserve casa luna 4 {on:%Y-%m-%d}")
        await asyncio.sleep(0.01)
    async with asyncio.timeout(_WAIT):
        while not all(group.ready for group in groups):  # noqa: ASYNC110 - people look now and then
            await asyncio.sleep(0.05)


async def talk(crowd: Crowd, *, per_second: float, until: float) -> Times:
    """Offer a crowd's updates at a steady rate until that time, and give it some time to be answered.

    Each group gets as many messages as its pace has room for, three edits to one answer to a command; the
    rest of the rate are taps that are answered in words.
    """
    waiting, groups = crowd.waiting, crowd.groups
    waiting.reset()
    speaking = min(MESSAGES_A_CHAT * len(groups) / per_second, 1.0)
    start, number, credit, spoken = time.time(), 0, 0.0, 0
    while (due := start + number / per_second) < until:
        if (wait := due - time.time()) > 0:
            await asyncio.sleep(wait)
        credit += speaking
        if credit >= 1.0:
            credit -= 1.0
            group = groups[spoken % len(groups)]
            if spoken % 4 == 3:
                group.ask(due)
            else:
                group.toggle(due)
            spoken += 1
        else:
            groups[number % len(groups)].meddle(due)
        waiting.times.late.append(time.time() - due)
        number += 1
    waiting.times.sent = number
    patience = time.time() + 5
    while waiting.unanswered and time.time() < patience:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.05)
    return waiting.times


def _let_in(tx: Connection, frontend: str, account_id: str, name: str, now: datetime) -> int:
    guest = guests.meet(
        tx, frontend=frontend, account_id=account_id, name=name, handle=None, origin="", now=now
    )
    guests.set_state(tx, guest.id, GuestState.APPROVED)
    return guest.id


def _let_in_chat(tx: Connection, frontend: str, external_id: str, title: str) -> int:
    return chats.of_place(tx, frontend=frontend, external_id=external_id, private=False, title=title).id
