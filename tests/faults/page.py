"""Friends at the chat page of a process that may be gone at any moment, doing what the page's own code does."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bot.frontends.web.chats import GROUP
from bot.frontends.web.message_body import ShownCard, Words
from bot.frontends.web.page_token import PageToken
from bot.frontends.web.protocol import Acted, BadFrame, Message, Taken
from bot.wording.text import Text
from core.clock import SystemClock
from tests.drivers.web import WebPerson
from tests.faults.network import NothingThereError

_CLOCK = SystemClock()
GONE = (OSError, ConnectionClosed, InvalidHandshake)


class Friend:
    """One person at the page. What they did and was not taken is sent again, with the same id, to whoever
    answers next.
    """

    _ids = count(1)

    def __init__(self, name: str) -> None:
        self.name = name
        self._person: WebPerson | None = None
        self._waiting: dict[str, dict[str, object]] = {}

    async def open(self, url: str, token: PageToken) -> None:
        """Open the page and send what is waiting. Raises one of `GONE`."""
        await self.close()
        self._person = await WebPerson.sit_down(self.name, url, token, _CLOCK)
        for event_id in list(self._waiting):
            await self._send(event_id)

    async def close(self) -> None:
        if self._person is not None:
            with suppress(*GONE):
                await self._person.leave()
            self._person = None

    def say(self, text: str, *, chat: str = GROUP, on: str = "") -> str:
        """Type something, in answer to the newest card unless it is a command; returns its id."""
        frame: dict[str, object] = {"type": "say", "chat": chat, "text": text}
        if not text.startswith("/"):
            frame["reply_to"] = self._card(chat, on).id
        return self._put(frame)

    def tap(self, label: str, *, on: str, chat: str = GROUP) -> str:
        """Tap `label` on the newest card that says `on`; returns the tap's id."""
        card = self._card(chat, on)
        assert isinstance(card.body, ShownCard)
        for button in (*card.body.options, *card.body.actions):
            if button.label == label:
                return self._put({"type": "tap", "message": card.id, "ref": button.ref})
        raise NothingThereError(f"“{label}” of “{on}”")

    async def deliver(self, event_id: str) -> None:
        """Send it and wait until the bot is done with it. Raises one of `GONE`."""
        await self._send(event_id)
        await self._until(lambda: self._is_done(event_id))

    def texts(self, chat: str = GROUP) -> list[str]:
        """What the bot has written there, as this page shows it."""
        shown = self._person.messages(chat) if self._person else []
        return [_words(message) for message in shown if not message.author]

    async def see(self, words: str, *, chat: str = GROUP) -> None:
        """Wait until something says so. Raises one of `GONE`."""
        await self._until(lambda: any(words in text for text in self.texts(chat)))

    async def see_no_more(self, words: str, *, chat: str = GROUP) -> None:
        """Wait until nothing says so. Raises one of `GONE`."""
        await self._until(lambda: not any(words in text for text in self.texts(chat)))

    def _card(self, chat: str, on: str) -> Message:
        shown = self._person.messages(chat) if self._person else []
        for message in reversed(shown):
            if isinstance(message.body, ShownCard) and on in _words(message):
                return message
        raise NothingThereError(f"“{on}” in {self.texts(chat)}")

    def _put(self, frame: dict[str, object]) -> str:
        event_id = f"{self.name.lower()}{next(self._ids)}"
        self._waiting[event_id] = {**frame, "id": event_id}
        return event_id

    async def _send(self, event_id: str) -> None:
        if self._person is None:
            raise ConnectionError("nobody answers")
        await self._person.socket.send(json.dumps(self._waiting[event_id]))
        await self._until(lambda: self._is_taken(event_id))
        del self._waiting[event_id]

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait for something on the page, for as long as there is a connection."""
        person = self._person
        if person is None:
            raise ConnectionError("nobody answers")
        waiting = asyncio.create_task(person.until(condition))
        await asyncio.wait({waiting, person._reading}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise ConnectionError("it hung up")
        waiting.result()

    def _is_taken(self, event_id: str) -> bool:
        return self._heard(event_id, Taken, Acted, BadFrame)

    def _is_done(self, event_id: str) -> bool:
        return self._heard(event_id, Acted, BadFrame)

    def _heard(self, event_id: str, *kinds: type[Taken | Acted | BadFrame]) -> bool:
        assert self._person
        events = [event for event in self._person.events if isinstance(event, kinds)]
        return any(event.id == event_id for event in events)


def _words(message: Message) -> str:
    if isinstance(message.body, Words):
        return message.body.text
    return Text(message.body.text).plain(now=_CLOCK.now())
