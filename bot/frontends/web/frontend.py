"""The local chat page as a chat network: a group chat for friends at this machine, a private chat each.

For whoever is not a browser (shapes are in `web_wire`):

- `GET /chat/people`: who there is.
- `GET /chat/state?person=Ann`: all that Ann's page shows, as JSON.
- `WS /chat/socket?person=Ann`: the same as the first frame, then every change. Ann's own frames are
  `{"type": "say", "id": "a1", "chat": "friends", "text": "/reserve luna"}` (her private chat is `dm:ann`),
  `{"type": "tap", "id": "a2", "message": "17", "ref": "x9"}` and a few more. Each is answered by `taken` once
  it cannot be lost, and by `acted` once Fourtop is done with it; one not taken is sent again, same id.
- `GET /chat/files/17/table.ics`: the file of message 17.

A close with code 1013 means: connect again in a moment.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import assert_never

from starlette.routing import BaseRoute

from bot.commands import CommandSpec
from bot.conversation.messages import Card, Chose, Command, Event, Heard, Notice, Person, Place, Said
from bot.conversation.ports import Delivered, Ears, FrontEndState, MessageGone, Pace, Receipt, Unreachable
from bot.frontends.web.chat_room import ChatRoom, Viewer
from bot.frontends.web.chats import GROUP, NAME, place, private_chat
from bot.frontends.web.message_body import ShownCard, Words, card_body, notice_body
from bot.frontends.web.protocol import (
    UNSEEN,
    Acted,
    BadFrame,
    CommandHint,
    FromPage,
    Message,
    Say,
    Someone,
    State,
    Taken,
    Tap,
    Typing,
    TypingNow,
    VenueNames,
    Venues,
    command_in,
)
from bot.frontends.web.routes import page_routes
from bot.wording import web as wording
from core.clock import Clock
from core.persistence.database import Database

_log = logging.getLogger(__name__)


class WebFrontEnd:
    """The page's side of `FrontEnd`; `routes()` go to the HTTP server.

    `hosts` are names, besides those of this machine, under which the page may be opened (see `Guard`).
    """

    name = NAME
    pace = Pace(per_chat_second=20, per_group_minute=600, per_second=200)

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        commands: Sequence[CommandSpec] = (),
        friends: Sequence[str] = ("Ann", "Bob", "Cas"),
        hosts: Collection[str] = (),
    ) -> None:
        self._clock = clock
        self._commands = tuple(map(_hint, commands))
        self._hosts = hosts
        self._room = ChatRoom(database=database, clock=clock, friends=friends)
        self._ears: Ears | None = None
        self._acting: asyncio.TaskGroup | None = None
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._since: datetime | None = None

    def routes(self) -> Sequence[BaseRoute]:
        return page_routes(self, self._room, hosts=self._hosts)

    @property
    def state(self) -> FrontEndState:
        if self._ears is None:
            return FrontEndState(up=False, reason=wording.NOT_RUNNING)
        return FrontEndState(up=True, since=self._since)

    @property
    def listening(self) -> bool:
        return self._ears is not None

    async def run(self, ears: Ears) -> None:
        try:
            async with asyncio.TaskGroup() as self._acting:
                self._ears, self._since = ears, self._clock.now()
                await asyncio.get_running_loop().create_future()
        finally:
            self._ears = self._acting = None
            self._room.empty()

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        if (nowhere := _nowhere(place)) is not None:
            return nowhere
        body = card_body(card, dialogue_id)
        if message_id is None:
            message = await self._room.post(place.chat_id, body, author="", key=f"out:{key}")
            return Delivered(message_id=message.id)
        edited = await self._room.edit(place.chat_id, message_id, body)
        return MessageGone() if edited is None else Delivered(message_id=edited.id)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        if (nowhere := _nowhere(place)) is not None:
            return nowhere
        message = await self._room.post(
            place.chat_id, notice_body(notice), author="", key=f"out:{key}", file=notice.file
        )
        return Delivered(message_id=message.id)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        await self._room.erase(place.chat_id, message_id)
        return Delivered(message_id=message_id)

    def private_chat(self, account_id: str) -> str | None:
        return private_chat(account_id)

    def door(self, payload: str) -> str | None:
        return f"/?start={payload}"

    async def state_for(self, who: Person) -> State:
        """All that one person's page shows."""
        people = self._room.people()
        me = Someone(id=who.account_id, name=who.name, here=True)
        chats = await self._room.history(who)
        return State(me=me, people=people, chats=chats, commands=self._commands, now=self._clock.now())

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
        if (command := command_in(text)) is not None and command[0] in {one.name for one in self._commands}:
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
            chat = _chat(heard.event)
            self._room.show(chat, TypingNow(chat=chat, name="", on=True))
            try:
                toast = (await ears.hear(heard)).toast
            except Exception:  # noqa: BLE001 - one person's mishap must not silence the others
                _log.exception("could not act on %s", heard.id)
            finally:
                self._room.show(chat, TypingNow(chat=chat, name="", on=False))
        self._room.whisper(who, Acted(id=event_id, toast=toast.spans if toast else None))


def _hint(spec: CommandSpec) -> CommandHint:
    venues = any(option.suggests_venues for option in spec.options)
    return CommandHint(
        name=spec.name, summary=spec.summary, where=spec.where.value, admin=spec.admin, venues=venues
    )


def _meant(who: Person, chat: str, text: str, reply_to: str | None, message_id: str) -> Event | None:
    """What Fourtop hears of something said; nothing of what friends say to each other."""
    where = place(chat)
    assert where is not None
    if (command := command_in(text)) is not None:
        name, words = command
        typed = text if where.private else ""
        return Command(person=who, place=where, name=name, words=words, typed=typed, message_id=message_id)
    if not where.private and reply_to is None:
        return None
    return Said(person=who, place=where, text=text, reply_to=reply_to, message_id=message_id)


def _nowhere(where: Place) -> Unreachable | None:
    return Unreachable(reason="the page has no such chat") if place(where.chat_id) is None else None


def _chat(event: Event) -> str:
    return event.place.chat_id
