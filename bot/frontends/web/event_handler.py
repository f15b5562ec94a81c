"""From a page's frames to the ears: shown in the chat, written down, then acted on person by person."""

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Collection
from typing import assert_never

from bot.conversation.messages import Chose, Command, Event, Heard, Person, Said
from bot.conversation.ports import Ears
from bot.frontends.web.chat_room import ChatRoom, Viewer
from bot.frontends.web.chats import GROUP, NAME, place, private_chat
from bot.frontends.web.message_body import ShownCard, Words
from bot.frontends.web.protocol import (
    Acted,
    BadFrame,
    FromPage,
    Message,
    Say,
    Taken,
    Tap,
    Typing,
    TypingNow,
    VenueNames,
    Venues,
)
from bot.wording import web as wording
from core.clock import Clock

log = logging.getLogger(__name__)

UNSEEN = "•••"
"""What stands for a secret that was typed."""

_COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:\s+(?P<words>.*))?", re.DOTALL)


class WebEventHandler:
    """Takes frames while it runs; `commands` are the names of Fourtop's own."""

    def __init__(self, room: ChatRoom, clock: Clock, commands: Collection[str]) -> None:
        self._room = room
        self._clock = clock
        self._commands = frozenset(commands)
        self._ears: Ears | None = None
        self._acting: asyncio.TaskGroup | None = None
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def running(self) -> bool:
        return self._ears is not None

    async def run(self, ears: Ears) -> None:
        """Report to `ears` until cancelled."""
        try:
            async with asyncio.TaskGroup() as self._acting:
                self._ears = ears
                await asyncio.get_running_loop().create_future()
        finally:
            self._ears = self._acting = None

    async def take(self, viewer: Viewer, event: FromPage) -> None:
        """Act on a frame of one page."""
        match event:
            case Say():
                await self._say(viewer, event)
            case Tap():
                await self._tap(viewer, event)
            case Typing(chat=chat):
                if chat == GROUP:
                    typing = TypingNow(chat=chat, name=viewer.who.name, on=True)
                    self._room.show(chat, typing, besides=viewer.who)
            case Venues(id=asked, words=words):
                names = await self._ears.suggest_venues(viewer.who, words) if self._ears else ()
                viewer.send(VenueNames(id=asked, names=tuple(names)))
            case _:
                assert_never(event)

    async def _say(self, viewer: Viewer, say: Say) -> None:
        who, text = viewer.who, say.text.strip()
        if say.chat not in {GROUP, private_chat(who.account_id)} or not text:
            viewer.send(BadFrame(id=say.id, why=wording.NOTHING_SAID))
            return
        answered = await self._card(say.reply_to, chats={say.chat})
        reply_to = answered.id if answered else None
        secret = await self._is_secret(say.chat, text, answered)
        words = Words(text=UNSEEN if secret else text, reply_to=reply_to)
        key = f"said:{who.account_id}:{say.id}"
        posted = await self._room.post(say.chat, words, author=who.name, key=key)
        await self._report(viewer, say.id, _meant(who, say.chat, text, reply_to, posted.id))

    async def _is_secret(self, chat: str, text: str, answered: Message | None) -> bool:
        """Whether what was typed is to be seen by nobody: by what it answers or, in private, by what is asked."""
        if (command := _command_in(text)) is not None and command[0] in self._commands:
            return False
        if answered is not None and isinstance(answered.body, ShownCard):
            return answered.body.secret
        return chat != GROUP and await self._room.asks_secretly(chat)

    async def _tap(self, viewer: Viewer, tap: Tap) -> None:
        who = viewer.who
        message = await self._card(tap.message, chats={GROUP, private_chat(who.account_id)})
        if message is None or not isinstance(message.body, ShownCard):
            viewer.send(BadFrame(id=tap.id, why=wording.NO_CARD))
            return
        where = place(message.chat)
        assert where is not None
        chose = Chose(person=who, place=where, dialogue_id=message.body.dialogue_id, ref=tap.ref)
        await self._report(viewer, tap.id, chose)

    async def _card(self, message_id: str | None, *, chats: Collection[str]) -> Message | None:
        message = None if message_id is None else await self._room.message(message_id)
        if message is None or message.chat not in chats or not isinstance(message.body, ShownCard):
            return None
        return message

    async def _report(self, viewer: Viewer, event_id: str, event: Event | None) -> None:
        """Have an event written down, say so to the page, and act on it afterwards."""
        if event is None:
            viewer.send(Taken(id=event_id))
            viewer.send(Acted(id=event_id))
            return
        if self._ears is None:
            viewer.lost.set()  # not taken: the page sends it again to whoever listens then
            return
        unique = f"{viewer.who.account_id}:{event_id}"
        fresh = await self._ears.note([Heard(frontend=NAME, id=unique, at=self._clock.now(), event=event)])
        viewer.send(Taken(id=event_id))
        if self._acting is None or not fresh:
            viewer.send(Acted(id=event_id))
            return
        for heard in fresh:
            self._acting.create_task(self._act(self._ears, viewer.who, event_id, heard))

    async def _act(self, ears: Ears, who: Person, event_id: str, heard: Heard) -> None:
        """Let the ears hear what one person did in the order they did it."""
        toast = None
        async with self._turns[who.account_id]:
            chat = heard.event.place.chat_id
            self._room.show(chat, TypingNow(chat=chat, name="", on=True))
            try:
                toast = (await ears.hear(heard)).toast
            except Exception:  # one person's mishap must not silence the others
                log.exception("could not act on %s", heard.id)
            finally:
                self._room.show(chat, TypingNow(chat=chat, name="", on=False))
        self._room.whisper(who, Acted(id=event_id, toast=toast.spans if toast else None))


def _meant(who: Person, chat: str, text: str, reply_to: str | None, message_id: str) -> Event | None:
    """What Fourtop hears of something said; nothing of what friends say to each other."""
    where = place(chat)
    assert where is not None
    if (command := _command_in(text)) is not None:
        name, words = command
        typed = text if where.private else ""
        return Command(person=who, place=where, name=name, words=words, typed=typed, message_id=message_id)
    if not where.private and reply_to is None:
        return None
    return Said(person=who, place=where, text=text, reply_to=reply_to, message_id=message_id)


def _command_in(text: str) -> tuple[str, str] | None:
    """The name, lower case, and the words of `/name words`; None where it is no command."""
    match = _COMMAND.fullmatch(text.strip())
    return (match["name"].lower(), (match["words"] or "").strip()) if match else None
