"""A small Telegram: people, chats, and one bot among them.

People act by calling methods here; the bot acts through `BotApi`. Nothing waits: an act is over when its
method returns, and what the bot is to learn of it is in `updates`.
"""

from collections.abc import Sequence
from itertools import count

from core.clock import Clock, SystemClock
from tests.doubles.botapi.chat import BOT_ID, BOT_NAME, Chat, Message, Person, Tap
from tests.doubles.botapi.flood import Flood
from tests.doubles.botapi.updates import Updates


class World:
    """`privacy`: in groups the bot is told only what is meant for it.

    Source: core.telegram.org/bots/features#privacy-mode.
    """

    def __init__(self, *, clock: Clock | None = None, token: str = "8001:double-token") -> None:
        self.clock = clock or SystemClock()
        self.token = token
        self.privacy = True
        self.updates = Updates()
        self.flood = Flood()
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Person] = {}
        self.taps: dict[str, Tap] = {}
        self.menus: dict[str, list[dict]] = {}
        self._people_ids = count(5_000_000_001)  # as many real ids: over 32 bits
        self._group_ids = count(4001)
        self._super_ids = count(1001)
        self._tap_ids = count(77_000_000_000_000_001)
        self._message_ids = count(1)

    def person(self, name: str, *, handle: str | None = None) -> Person:
        person = Person(world=self, id=next(self._people_ids), name=name, handle=handle)
        self.people[person.id] = person
        self.chats[person.id] = Chat(
            world=self, id=person.id, kind="private", title=name, members={person.id}
        )
        return person

    def group(
        self, title: str, members: Sequence[Person], *, kind: str = "supergroup", forum: bool = False
    ) -> Chat:
        """A group that the bot is in."""
        chat_id = -next(self._group_ids) if kind == "group" else -1_000_000_000_000 - next(self._super_ids)
        ids = {person.id for person in members}
        chat = Chat(world=self, id=chat_id, kind=kind, title=title, members=ids, bot_in=True, forum=forum)
        self.chats[chat_id] = chat
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """A supergroup counts its own messages; all other chats share one count."""
        return len(chat.messages) + 1 if chat.kind == "supergroup" else next(self._message_ids)

    def seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def tap(
        self, person: Person, message: Message, data: str, *, by: dict | None = None, seen: bool = True
    ) -> Tap:
        """A tap; `by` is who Telegram says it was, `seen` False sends an inaccessible message along."""
        tap = Tap(id=str(next(self._tap_ids)), person=person, at=self.clock.now())
        self.taps[tap.id] = tap
        body = message.body() if seen else {"chat": message.chat.body(), "message_id": message.id, "date": 0}
        callback = {
            "id": tap.id,
            "from": by or person.body(),
            "chat_instance": "1",
            "data": data,
            "message": body,
        }
        self.updates.add("callback_query", callback)
        return tap

    def tell_bot(self, message: Message) -> None:
        """Hand a person's message on to the bot, if it may know of it."""
        if self._may_know(message):
            self.updates.add("message", message.body())

    def membership(self, chat: Chat, by: Person, before: str, after: str, **more: object) -> None:
        bot = self.bot_body()
        change = {
            "chat": chat.body(),
            "from": by.body(),
            "date": self.seconds(),
            "old_chat_member": {"user": bot, "status": before},
            "new_chat_member": {"user": bot, "status": after, **more},
        }
        self.updates.add("my_chat_member", change)

    def bot_body(self) -> dict:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Fourtop", "username": BOT_NAME}

    def _may_know(self, message: Message) -> bool:
        chat = message.chat
        if chat.kind == "private":
            return True
        if not chat.bot_in:
            return False
        if not self.privacy or chat.bot_is_administrator or message.service:
            return True
        if message.text.startswith("/"):
            _, _, addressed = message.text.split(maxsplit=1)[0].partition("@")
            if addressed:
                return addressed.lower() == BOT_NAME.lower()
            return chat.last_bot in (None, BOT_ID)
        return message.reply_to is not None and message.reply_to.from_bot
