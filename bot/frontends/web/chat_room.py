"""The chat room behind the page: its chats, who looks at them, and everything said in them."""

import asyncio
from collections.abc import Iterable, Sequence

from bot.conversation.messages import File, Person
from bot.frontends.web.chats import GROUP, GROUP_TITLE, person, private_chat
from bot.frontends.web.message_body import Body, ShownCard, bodies
from bot.frontends.web.protocol import (
    ChatHistory,
    CommandHint,
    Erased,
    Message,
    People,
    Posted,
    Someone,
    State,
    ToPage,
)
from core.clock import Clock
from core.persistence import web_messages
from core.persistence.database import Database
from core.persistence.web_messages import WebMessage

_SHOWN = 200
_WAITING = 500


class Viewer:
    """One open page of a person, with what it has yet to be sent. A page that does not keep up is `lost`:
    it connects again and begins with everything.
    """

    def __init__(self, who: Person) -> None:
        self.who = who
        self.waiting: asyncio.Queue[ToPage] = asyncio.Queue(_WAITING)
        self.lost = asyncio.Event()

    def send(self, event: ToPage) -> None:
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.lost.set()


class ChatRoom:
    """A group chat of all, and a private chat of each with Fourtop. What was said outlives the process."""

    def __init__(
        self, *, database: Database, clock: Clock, friends: Sequence[str], commands: tuple[CommandHint, ...]
    ) -> None:
        self._database = database
        self._clock = clock
        self._commands = commands
        self._viewers: set[Viewer] = set()
        self._known: dict[str, Person] = {}
        for name in friends:
            if (friend := person(name)) is not None:
                self._known[friend.account_id] = friend

    def join(self, who: Person) -> Viewer:
        """Somebody opened the page."""
        self._known[who.account_id] = who
        viewer = Viewer(who)
        self._viewers.add(viewer)
        self._send(self._viewers, People(people=self.people()))
        return viewer

    def leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        self._send(self._viewers, People(people=self.people()))

    def empty(self) -> None:
        """Have every page connect again later."""
        for viewer in self._viewers:
            viewer.lost.set()

    def people(self) -> tuple[Someone, ...]:
        """The friends, then whoever else came."""
        here = {viewer.who.account_id for viewer in self._viewers}
        return tuple(
            Someone(id=one.account_id, name=one.name, here=one.account_id in here)
            for one in self._known.values()
        )

    async def state_for(self, who: Person) -> State:
        """All that one person's page shows."""
        me = Someone(id=who.account_id, name=who.name, here=True)
        people, chats = self.people(), await self._history(who)
        return State(me=me, people=people, chats=chats, commands=self._commands, now=self._clock.now())

    async def post(
        self, chat: str, body: Body, *, author: str, key: str, file: File | None = None
    ) -> Message:
        """Add a message and show it to all who look; a key seen before changes nothing."""
        text = bodies.dump_json(body).decode()
        content = file.content if file else None
        sent_at = self._clock.now()
        row, new = await self._database.write(
            lambda tx: web_messages.add(
                tx, chat=chat, author=author, body=text, key=key, sent_at=sent_at, file=content
            )
        )
        message = _shown(row)
        if new:
            self.show(chat, Posted(message=message))
        return message

    async def edit(self, chat: str, message_id: str, body: Body) -> Message | None:
        """Change a message of Fourtop's in place; None where there is none to change."""
        number, text = _number(message_id), bodies.dump_json(body).decode()
        if number is None:
            return None
        edited = await self._database.write(lambda tx: web_messages.edit(tx, number, chat=chat, body=text))
        if edited is None:
            return None
        row, changed = edited
        message = _shown(row)
        if changed:
            self.show(chat, Posted(message=message))
        return message

    async def erase(self, chat: str, message_id: str) -> None:
        """Take out what a person said, and from every page that shows it."""
        number = _number(message_id)
        if number is not None and await self._database.write(
            lambda tx: web_messages.remove(tx, number, chat=chat)
        ):
            self.show(chat, Erased(chat=chat, id=message_id))

    async def asks_secretly(self, chat: str) -> bool:
        """Whether a card of the chat asks for a secret: words that answer none may be meant for it."""
        rows = await self._database.read(lambda tx: web_messages.latest(tx, chat, limit=_SHOWN))
        shown = (_shown(row).body for row in rows)
        return any(card.typing and card.secret for card in shown if isinstance(card, ShownCard))

    async def message(self, message_id: str) -> Message | None:
        number = _number(message_id)
        row = None if number is None else await self._database.read(lambda tx: web_messages.get(tx, number))
        return None if row is None else _shown(row)

    async def content(self, message_id: str) -> bytes | None:
        """The file that went with a message."""
        number = _number(message_id)
        return (
            None if number is None else await self._database.read(lambda tx: web_messages.file_of(tx, number))
        )

    def show(self, chat: str, event: ToPage, *, besides: Person | None = None) -> None:
        """Send an event to every page that shows the chat."""
        self._send(
            (
                viewer
                for viewer in self._viewers
                if viewer.who != besides and chat in {GROUP, private_chat(viewer.who.account_id)}
            ),
            event,
        )

    def whisper(self, who: Person, event: ToPage) -> None:
        """Send an event to one person's pages alone."""
        self._send((viewer for viewer in self._viewers if viewer.who.account_id == who.account_id), event)

    async def _history(self, who: Person) -> tuple[ChatHistory, ...]:
        """What one person can see: the group, then their private chat."""
        private = private_chat(who.account_id)
        group_rows, private_rows = await self._database.read(
            lambda tx: tuple(web_messages.latest(tx, chat, limit=_SHOWN) for chat in (GROUP, private))
        )
        return (
            ChatHistory(id=GROUP, title=GROUP_TITLE, private=False, messages=tuple(map(_shown, group_rows))),
            ChatHistory(id=private, title="Fourtop", private=True, messages=tuple(map(_shown, private_rows))),
        )

    @staticmethod
    def _send(viewers: Iterable[Viewer], event: ToPage) -> None:
        for viewer in viewers:
            viewer.send(event)


def _shown(row: WebMessage) -> Message:
    return Message(
        id=str(row.id),
        chat=row.chat,
        author=row.author,
        revision=row.revision,
        sent_at=row.sent_at,
        body=bodies.validate_json(row.body),
    )


def _number(message_id: str) -> int | None:
    return int(message_id) if message_id.isascii() and message_id.isdigit() and len(message_id) < 19 else None
