"""The nouns of the small Telegram."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.doubles.botapi.content import slice_of
from tests.doubles.botapi.parameters import Upload
from tests.doubles.botapi.refusal import bad_request, forbidden

if TYPE_CHECKING:
    from tests.doubles.botapi.world import World

BOT_ID = 8001
BOT_NAME = "FourtopTestBot"


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """One message, of a person or of the bot; the bot's may be edited and carry buttons and a file."""

    chat: "Chat"
    id: int
    sender: dict
    at: datetime
    text: str = ""
    entities: list[dict] = field(default_factory=list)
    rows: list[list[dict]] = field(default_factory=list)
    file: Upload | None = None
    photo: bool = False
    reply_to: "Message | None" = None
    thread_id: int | None = None
    quiet: bool = False
    edits: int = 0
    deleted: bool = False
    service: dict = field(default_factory=dict)
    sender_chat: dict | None = None

    @property
    def from_bot(self) -> bool:
        return self.sender["id"] == BOT_ID

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]

    def data(self, label: str) -> str:
        """What the button with that label carries; the label may be part of the button's."""
        buttons = [button for row in self.rows for button in row]
        exact = [button["callback_data"] for button in buttons if button["text"] == label]
        like = exact or [button["callback_data"] for button in buttons if label in button["text"]]
        assert like, f"no button {label!r} among {self.labels}"
        return like[0]

    def marked(self, kind: str) -> list[str]:
        """The words under every entity of a type."""
        return [slice_of(self.text, one) for one in self.entities if one["type"] == kind]

    def body(self, *, deep: bool = True) -> dict:
        body: dict = {
            "message_id": self.id,
            "date": int(self.at.timestamp()),
            "chat": self.chat.body(),
            "from": self.sender,
            **self.service,
        }
        if self.file and self.photo:
            body["photo"] = [{"file_id": "f", "file_unique_id": "f", "width": 1000, "height": 500}]
        elif self.file:
            body["document"] = {"file_id": "f", "file_unique_id": "f", "file_name": self.file.name}
        if self.text:
            body["caption" if self.file else "text"] = self.text
        if self.entities:
            body["caption_entities" if self.file else "entities"] = self.entities
        if self.rows:
            body["reply_markup"] = {"inline_keyboard": self.rows}
        if self.thread_id:
            body |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.sender_chat:
            body["sender_chat"] = self.sender_chat
        if self.edits:
            body["edit_date"] = int(self.at.timestamp())
        if deep and self.reply_to and not self.reply_to.deleted:
            body["reply_to_message"] = self.reply_to.body(deep=False)
        return body


@dataclass(slots=True, kw_only=True)
class Tap:
    """A tap that waits for an answer: None until there is one, empty when it says nothing."""

    id: str
    person: "Person"
    at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """A private chat or a group, with everything said in it. `members` are people's ids."""

    world: "World"
    id: int
    kind: str
    title: str
    members: set[int] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    bot_in: bool = False
    bot_may_write: bool = True
    bot_is_administrator: bool = False
    blocked: bool = False
    deactivated: bool = False
    forum: bool = False
    topics: dict[int, bool] = field(default_factory=dict)
    moved_to: int | None = None
    last_bot: int | None = None

    @property
    def shown(self) -> list[Message]:
        """The bot's messages that are still there, oldest first."""
        return [message for message in self.messages if message.from_bot and not message.deleted]

    def body(self) -> dict:
        if self.kind == "private":
            person = self.world.people[self.id]
            return {"id": self.id, "type": "private", "first_name": person.name}
        return {"id": self.id, "type": self.kind, "title": self.title} | (
            {"is_forum": True} if self.forum else {}
        )

    def check_writable(self, thread_id: int | None = None) -> None:
        """Raises `Refusal` if the bot may not write here."""
        if self.moved_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved_to
            )
        if self.kind == "private":
            self._check_private()
        elif not self.bot_in:
            raise forbidden(f"bot was kicked from the {self.kind} chat")
        elif not self.bot_may_write:
            raise bad_request("not enough rights to send text messages to the chat")
        if thread_id is not None and thread_id not in self.topics:
            raise bad_request("message thread not found")
        if thread_id is not None and not self.topics[thread_id]:
            raise bad_request("TOPIC_CLOSED")

    def find(self, message_id: int | None) -> Message | None:
        found = [one for one in self.messages if one.id == message_id and not one.deleted]
        return found[0] if found else None

    def add(self, message: Message) -> Message:
        self.messages.append(message)
        return message

    def delete(self, message: Message) -> None:
        """Somebody deletes a message: the bot is told nothing."""
        message.deleted = True

    def kick_bot(self, by: "Person") -> None:
        self.bot_in = False
        self.world.membership(self, by, "member", "kicked", until_date=0)

    def add_bot(self, by: "Person") -> None:
        self.bot_in = True
        self.world.membership(self, by, "left", "member")

    def migrate(self, by: "Person") -> "Chat":
        """The group becomes a supergroup with another id; both are told."""
        new = self.world.group(self.title, (), kind="supergroup", forum=self.forum)
        new.members = self.members
        self.moved_to = new.id
        for chat, service in (
            (self, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": self.id}),
        ):
            self.world.tell_bot(by.write(chat, service=service))
        return new

    def open_topic(self, by: "Person") -> int:
        message = by.write(self, service={"forum_topic_created": {"name": "x", "icon_color": 1}})
        message.thread_id = message.id
        self.topics[message.id] = True
        self.world.tell_bot(message)
        return message.id

    def _check_private(self) -> None:
        if self.deactivated:
            raise forbidden("user is deactivated")
        if self.blocked:
            raise forbidden("bot was blocked by the user")
        if not self.bot_in:
            raise forbidden("bot can't initiate conversation with a user")


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """Somebody with a phone."""

    world: "World"
    id: int
    name: str
    handle: str | None = None
    taps: list[Tap] = field(default_factory=list)

    @property
    def private(self) -> Chat:
        """Their chat with the bot; it exists for the bot from `start` on."""
        return self.world.chats[self.id]

    @property
    def toasts(self) -> list[str]:
        """The words shown on their screen in answer to taps."""
        return [tap.answer for tap in self.taps if tap.answer]

    def body(self) -> dict:
        return {"id": self.id, "is_bot": False, "first_name": self.name} | (
            {"username": self.handle} if self.handle else {}
        )

    def start(self, payload: str = "") -> Message:
        """Open the private chat, maybe through a link."""
        return self.send(self.private, f"/start {payload}".strip())

    def send(
        self, chat: Chat, text: str, *, reply_to: Message | None = None, thread_id: int | None = None
    ) -> Message:
        if chat.kind == "private":
            chat.bot_in = True
        if reply_to is None and thread_id is not None:
            reply_to = chat.find(thread_id)  # Telegram has every message of a topic reply to its opening
        message = self.write(chat, text=text, reply_to=reply_to, thread_id=thread_id)
        self.world.tell_bot(message)
        return message

    def send_anonymously(self, chat: Chat, text: str, *, reply_to: Message | None = None) -> Message:
        """As an administrator who shows the group's name instead of their own."""
        message = self.write(chat, text=text, reply_to=reply_to)
        message.sender = {
            "id": 1087968824,
            "is_bot": True,
            "first_name": "Group",
            "username": "GroupAnonymousBot",
        }
        message.sender_chat = chat.body()
        self.world.tell_bot(message)
        return message

    def edit(self, message: Message, text: str) -> None:
        message.text, message.edits = text, message.edits + 1
        self.world.updates.add("edited_message", message.body())

    def tap(self, message: Message, label: str) -> Tap:
        return self.tap_data(message, message.data(label))

    def tap_data(self, message: Message, data: str, *, by: dict | None = None, seen: bool = True) -> Tap:
        """Tap with any data, as a changed client may, or one that still shows buttons of yesterday."""
        tap = self.world.tap(self, message, data, by=by, seen=seen)
        self.taps.append(tap)
        return tap

    def block(self) -> None:
        self.private.blocked = True
        self.world.membership(self.private, self, "member", "kicked", until_date=0)

    def unblock(self) -> None:
        self.private.blocked = False
        self.world.membership(self.private, self, "kicked", "member")

    def write(
        self,
        chat: Chat,
        *,
        text: str = "",
        reply_to: Message | None = None,
        thread_id: int | None = None,
        service: dict | None = None,
    ) -> Message:
        """Put a message into a chat without telling the bot."""
        message = Message(
            chat=chat,
            id=self.world.next_message_id(chat),
            sender=self.body(),
            at=self.world.clock.now(),
            text=text,
            reply_to=reply_to,
            thread_id=thread_id,
            service=service or {},
        )
        return chat.add(message)
