"""The chat page's people, by the API that the page itself uses: real HTTP and WebSockets on loopback."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import count

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot.conversation.ports import Ears, FrontEnd
from bot.frontends.web.chats import GROUP
from bot.frontends.web.frontend import WebFrontEnd
from bot.frontends.web.message_body import ShownCard, ShownNotice, Words
from bot.frontends.web.page_token import PageToken
from bot.frontends.web.protocol import (
    Acted,
    BadFrame,
    Erased,
    Message,
    Posted,
    State,
    ToPage,
    VenueNames,
    to_page,
)
from bot.http_server import HttpServer
from bot.wording.text import Span, Text
from core.clock import Clock
from core.persistence.database import Database
from core.runtime.trusted_proxies import TrustedProxies
from tests.drivers.port import Shown
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase

_PATIENCE = 10
TOKEN = PageToken(b"the secret of a driver")
COOKIE = {"Cookie": TOKEN.cookie(secure=False).partition(";")[0]}
"""What a browser sends that has opened the page by its address."""


class WebDriver:
    """`tests.drivers.port.Driver` for the page: a real server, and a real socket for each person."""

    name = "web"

    def __init__(self, *, database: Database | None = None, clock: Clock | None = None, commands=()) -> None:
        self.database = database or InlineDatabase()
        self.clock = clock or FakeClock()
        self.web = WebFrontEnd(
            database=self.database,
            clock=self.clock,
            token=TOKEN,
            proxies=TrustedProxies(),
            commands=commands,
        )
        self.people: dict[str, WebPerson] = {}
        self._running: asyncio.Task[None] | None = None
        self.server: HttpServer | None = None

    @property
    def frontend(self) -> FrontEnd:
        return self.web

    @property
    def url(self) -> str:
        assert self.server
        return self.server.url

    async def start(self, ears: Ears) -> None:
        self._running = asyncio.create_task(self.web.run(ears))
        self.server = HttpServer(
            host="127.0.0.1", port=0, routes=self.web.routes(), ready=lambda: {"web": self.web.state}
        )
        await self.server.start()
        while not self.web.state.up:  # noqa: ASYNC110 - a turn or two of the loop
            await asyncio.sleep(0)
        for who in ("ann", "bob", "cas"):
            self.people[who] = await WebPerson.sit_down(who.title(), self.url, TOKEN, self.clock)

    async def stop(self) -> None:
        for person in self.people.values():
            await person.leave()
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        if self.server:
            await self.server.stop()

    def account(self, who: str) -> str:
        return who

    async def say(self, who: str, text: str, *, private: bool = False) -> None:
        chat = f"dm:{who}" if private else GROUP
        person = self.people[who]
        await person.catch_up()
        card = None if text.startswith("/") else person.newest_card(chat, asking=True)
        await person.say(chat, text, reply_to=card.id if card else None)

    async def hide(self, who: str, text: str) -> None:
        await self.say(who, text, private=True)

    async def typed(self, who: str) -> Sequence[str]:
        person = self.people[who]
        await person.catch_up()
        return [one.body.text for one in person.messages(f"dm:{who}") if isinstance(one.body, Words)]

    async def tap(self, who: str, label: str, *, private: bool = False) -> None:
        person = self.people[who]
        await person.tap_label(f"dm:{who}" if private else GROUP, label)

    async def messages(self, *, private_of: str | None = None) -> Sequence[Shown]:
        person = self.people[private_of or "ann"]
        chat = f"dm:{private_of}" if private_of else GROUP
        await person.catch_up()
        return [self._shown(message) for message in person.messages(chat) if not message.author]

    async def toasts(self, who: str) -> Sequence[str]:
        return self.people[who].toasts

    def _shown(self, message: Message) -> Shown:
        edits = message.revision - 1
        match message.body:
            case ShownCard(options=options, actions=actions):
                text = self._plain(message.body.text)
                labels = tuple(button.label for button in (*options, *actions))
                return Shown(id=message.id, text=text, labels=labels, edits=edits)
            case ShownNotice(file=file):
                text = self._plain(message.body.text)
                files = (file.name,) if file else ()
                pictures = files if file and file.picture else ()
                return Shown(id=message.id, text=text, files=files, pictures=pictures, edits=edits)
        raise AssertionError(message)

    def _plain(self, spans: tuple[Span, ...]) -> str:
        return Text(spans).plain(now=self.clock.now())


class WebPerson:
    """Somebody at an open page."""

    def __init__(self, socket: ClientConnection, clock: Clock) -> None:
        self.socket = socket
        self.clock = clock
        self.state: State | None = None
        self.toasts: list[str] = []
        self.events: list[ToPage] = []
        self._messages: dict[str, Message] = {}
        self._ids = count(1)
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def sit_down(cls, name: str, url: str, token: PageToken, clock: Clock) -> "WebPerson":
        address = token.address(url.replace("http", "ws", 1), "/chat/socket", person=name)
        person = cls(await connect(address, proxy=None), clock)
        await person.until(lambda: person.state is not None)
        return person

    async def leave(self) -> None:
        await self.socket.close()
        await asyncio.gather(self._reading, return_exceptions=True)

    def messages(self, chat: str) -> list[Message]:
        shown = [message for message in self._messages.values() if message.chat == chat]
        return sorted(shown, key=lambda message: int(message.id))

    def newest_card(self, chat: str, *, asking: bool = False) -> Message | None:
        cards = [(one, one.body) for one in self.messages(chat) if isinstance(one.body, ShownCard)]
        wanted = [(one, body) for one, body in cards if body.typing] if asking else cards
        return (wanted or cards)[-1][0] if cards else None

    async def say(self, chat: str, text: str, *, reply_to: str | None = None, event_id: str | None = None):
        """Say and wait until Fourtop is done with it."""
        return await self.send(type="say", chat=chat, text=text, reply_to=reply_to, id=event_id)

    async def tap(self, message: str, ref: str, *, event_id: str | None = None):
        return await self.send(type="tap", message=message, ref=ref, id=event_id)

    async def tap_label(self, chat: str, label: str) -> None:
        """Tap the choice of the newest card that has `label` in a label, the exact one first."""

        def found() -> tuple[str, str] | None:
            for card in reversed(self.messages(chat)):
                buttons = [*card.body.options, *card.body.actions] if isinstance(card.body, ShownCard) else []
                for fits in (label.__eq__, lambda shown: label in shown):
                    for button in buttons:
                        if fits(button.label):
                            return card.id, button.ref
            return None

        await self.until(lambda: found() is not None)
        await self.tap(*present(found()))

    async def send(self, **frame) -> ToPage:
        event_id = frame.pop("id", None) or f"{next(self._ids)}"
        done = lambda event: isinstance(event, Acted | BadFrame) and event.id == event_id  # noqa: E731
        before = len(self.events)
        await self.socket.send(json.dumps({**frame, "id": event_id}))
        await self.until(lambda: any(map(done, self.events[before:])))
        return next(event for event in self.events[before:] if done(event))

    async def catch_up(self) -> None:
        """Wait until this page has received all that was shown before now."""
        asked = f"v{next(self._ids)}"
        await self.socket.send(json.dumps({"type": "venues", "id": asked, "words": ""}))
        await self.until(lambda: any(isinstance(one, VenueNames) and one.id == asked for one in self.events))

    async def until(self, condition) -> None:
        """Wait for a condition on what this page has received."""
        async with asyncio.timeout(_PATIENCE), self._news:
            await self._news.wait_for(condition)

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for frame in self.socket:
                async with self._news:
                    self._take(to_page.validate_json(frame))
                    self._news.notify_all()

    def _take(self, event: ToPage) -> None:
        self.events.append(event)
        match event:
            case State(chats=chats):
                self.state = event
                for message in (message for chat in chats for message in chat.messages):
                    self._messages[message.id] = message
            case Posted(message=message):
                old = self._messages.get(message.id)
                if old is None or old.revision < message.revision:
                    self._messages[message.id] = message
            case Erased(id=message_id):
                self._messages.pop(message_id, None)
            case Acted(toast=toast) if toast:
                self.toasts.append(Text(toast).plain(now=self.clock.now()))
            case _:
                pass
