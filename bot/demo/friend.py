"""Somebody at an open page: what a browser does, without the browser."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeVar
from urllib.parse import quote, urljoin

import aiohttp

from bot.frontends.web.chats import GROUP, private_chat
from bot.frontends.web.message_body import ShownCard, ShownNotice
from bot.frontends.web.protocol import (
    Acted,
    BadFrame,
    Message,
    Posted,
    Say,
    State,
    Tap,
    ToPage,
    from_page,
    to_page,
)
from bot.wording.text import Text

T = TypeVar("T")

PATIENCE = 10.0


class Missed(Exception):
    """What should have come did not."""


class Friend:
    """One of the three, on their own connection to the page's API."""

    def __init__(
        self,
        name: str,
        *,
        session: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
        shown: Callable[[Message], None],
    ) -> None:
        self.name = name
        self.private = private_chat(name.casefold())
        self._session = session
        self._socket = socket
        self._shown = shown
        self._messages: dict[str, Message] = {}
        self._answers: dict[str, Acted | BadFrame] = {}
        self._ids = count(1)
        self._news = asyncio.Condition()

    def messages(self, chat: str) -> list[Message]:
        """What this friend sees in a chat, oldest first."""
        seen = [message for message in self._messages.values() if message.chat == chat]
        return sorted(seen, key=lambda message: int(message.id))

    @property
    def card(self) -> ShownCard | None:
        """The newest card in the group."""
        cards = [one.body for one in self.messages(GROUP) if isinstance(one.body, ShownCard)]
        return cards[-1] if cards else None

    def notice(self, chat: str, *, after: str = "0") -> tuple[str, ShownNotice] | None:
        """The newest message of Fourtop's with a calendar file, later than the message `after`; and its id."""
        for message in reversed(self.messages(chat)):
            body = message.body
            if not isinstance(body, ShownNotice) or body.file is None or int(message.id) <= int(after):
                continue
            if body.file.name.endswith(".ics"):
                return message.id, body
        return None

    async def say(self, text: str) -> Text:
        """Say something in the group; returns what Fourtop whispers back, if anything."""
        say = Say(id=f"{self.name}-{next(self._ids)}", chat=GROUP, text=text)
        return await self._act(say)

    async def tap(self, label: str) -> Text:
        """Tap the button with that label on the newest card that has it, once there is one."""
        message, ref = await self.until(lambda: self._button(label), f"button “{label}” for {self.name}")
        return await self._act(Tap(id=f"{self.name}-{next(self._ids)}", message=message, ref=ref))

    async def until(self, look: Callable[[], T | None], what: str, *, patience: float = PATIENCE) -> T:
        """Wait until `look` finds something in what was received. Raises `Missed` after `patience` seconds."""
        found: T | None = None
        try:
            async with asyncio.timeout(patience), self._news:
                while (found := look()) is None:
                    await self._news.wait()
        except TimeoutError:
            raise Missed(f"There was no {what} within {patience:.0f} seconds.") from None
        return found

    async def download(self, message_id: str, name: str) -> bytes:
        """The file that came with a message. Raises `Missed` where the page does not have it."""
        async with self._session.get(f"/chat/files/{message_id}/{quote(name)}") as response:
            if response.status != 200:
                raise Missed(f"The file {name} could not be downloaded: HTTP {response.status}.")
            return await response.read()

    async def listen(self) -> None:
        """Take what the server sends, until it closes."""
        async for frame in self._socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                async with self._news:
                    self._take(to_page.validate_json(frame.data))
                    self._news.notify_all()

    def _take(self, event: ToPage) -> None:
        match event:
            case State(chats=chats):
                for message in (message for chat in chats for message in chat.messages):
                    self._see(message)
            case Posted(message=message):
                self._see(message)
            case Acted() | BadFrame():
                self._answers[event.id] = event
            case _:
                pass

    def _see(self, message: Message) -> None:
        before = self._messages.get(message.id)
        if before is None or before.revision < message.revision:
            self._messages[message.id] = message
            self._shown(message)

    async def _act(self, event: Say | Tap) -> Text:
        await self._socket.send_str(from_page.dump_json(event).decode())
        answer = await self.until(lambda: self._answers.get(event.id), f"answer to {self.name}")
        if isinstance(answer, BadFrame):
            raise Missed(f"The page refused what {self.name} did: {answer.why}.")
        return Text(answer.toast or ())

    def _button(self, label: str) -> tuple[str, str] | None:
        for message in reversed(self.messages(GROUP)):
            if isinstance(message.body, ShownCard):
                for button in (*message.body.options, *message.body.actions):
                    if button.label == label:
                        return message.id, button.ref
        return None


@asynccontextmanager
async def at_the_page(
    name: str, address: str, *, shown: Callable[[Message], None] = lambda _: None
) -> AsyncGenerator[Friend]:
    """A friend who has opened the page by its address, the token in it; `shown` is called with each message that they
    get to see, new or edited.
    """
    jar = aiohttp.CookieJar(unsafe=True)  # browsers keep cookies of servers without a name, too
    async with (
        aiohttp.ClientSession(base_url=urljoin(address, "/"), cookie_jar=jar) as session,
        session.get(address),
        session.ws_connect("/chat/socket", params={"person": name}) as socket,
    ):
        friend = Friend(name, session=session, socket=socket, shown=shown)
        listening = asyncio.create_task(friend.listen(), name=f"{name} listens")
        try:
            yield friend
        finally:
            await socket.close()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
