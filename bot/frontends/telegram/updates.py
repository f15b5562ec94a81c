"""What an update of Telegram's says, in the words of the conversation; works on the JSON as it came.

Nothing here raises for an update that is odd: one that cannot be read says nothing.
Source: core.telegram.org/bots/api#update.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from bot.conversation.messages import Chose, Command, Event, Heard, Left, Moved, Person, Place, Said
from bot.frontends.telegram.keyboard import Carried, carried

NAME = "telegram"
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")

Json = Mapping[str, object]

_NOBODY = frozenset({1087968824, 136817688, 777000})
"""GroupAnonymousBot, Channel Bot and Telegram itself stand in for people who do not show who they are."""
_COMMAND = re.compile(
    r"/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>[A-Za-z0-9_]+))?(?:\s+(?P<words>.*))?", re.DOTALL
)
_BACKLOG = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who the bot is: its id, and its username without the @."""

    id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A tap that waits for its answer, whatever it says. `unseen`: nobody can tell who tapped."""

    callback_id: str
    chat_id: str
    message_id: str | None
    carried: Carried
    unseen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update: what it says, and where an answer to it goes."""

    id: int
    heard: Heard | None = None
    tap: Tap | None = None
    message_id: str | None = None

    @property
    def chat_id(self) -> str:
        """Where it happened; empty where it says nothing."""
        return self.heard.event.place.chat_id if self.heard else ""


def read_update(raw: Json, *, me: Me, commands: frozenset[str], now: datetime) -> Update | None:
    """Read one update. `commands` are the bot's own, for telling them from those of other bots in a group."""
    update_id = _number(raw, "update_id")
    if update_id is None:
        return None
    if callback := _child(raw, "callback_query"):
        return _read_tap(update_id, callback, now)
    message = _child(raw, "message")
    member = _child(raw, "my_chat_member")
    event = _read_message(message, me, commands) if message else _read_member(member) if member else None
    if event is None:
        return Update(id=update_id)
    at = _said_at(message or member, now)
    heard = Heard(frontend=NAME, id=str(update_id), at=at, event=event)
    return Update(id=update_id, heard=heard, message_id=_id(message, "message_id"))


def _read_tap(update_id: int, callback: Json, now: datetime) -> Update:
    message, sender = _child(callback, "message"), _child(callback, "from")
    place = _place(message)
    tap = Tap(
        callback_id=_string(callback, "id"),
        chat_id=place.chat_id if place else "",
        message_id=_id(message, "message_id"),
        carried=carried(_string(callback, "data")),
        unseen=(person := _person(sender)) is None,
    )
    if place is None or person is None:
        return Update(id=update_id, tap=tap)
    chose = Chose(person=person, place=place, dialogue_id=tap.carried.dialogue_id, ref=tap.carried.ref)
    return Update(id=update_id, tap=tap, heard=Heard(frontend=NAME, id=str(update_id), at=now, event=chose))


def _read_message(message: Json, me: Me, commands: frozenset[str]) -> Event | None:
    place = _place(message)
    if place is None:
        return None
    if new_chat_id := _id(message, "migrate_to_chat_id"):
        return Moved(place=place, new_chat_id=new_chat_id)
    text = _string(message, "text").strip()
    person = _person(_child(message, "from"))
    if not text or person is None or "sender_chat" in message:
        return None
    if text.startswith("/"):
        return _read_command(message, person, place, me, commands)
    if place.private:
        return Said(
            person=person,
            place=place,
            text=text,
            reply_to=_id(_child(message, "reply_to_message"), "message_id"),
            message_id=_id(message, "message_id"),
        )
    return _read_reply(message, text, person, place, me)


def _read_command(
    message: Json, person: Person, place: Place, me: Me, commands: frozenset[str]
) -> Event | None:
    text, message_id = _string(message, "text").strip(), _id(message, "message_id")
    match = _COMMAND.fullmatch(text)
    if match is None:
        said = Said(person=person, place=place, text=text, message_id=message_id)
        return said if place.private else None
    name, addressed, words = match["name"].lower(), match["bot"], (match["words"] or "").strip()
    if addressed is not None and addressed.lower() != me.username.lower():
        return None
    if addressed is None and not place.private and commands and name not in commands:
        # An administrator bot is told every message: a bare command we do not know is another bot's.
        return None
    typed = text if place.private else ""
    return Command(person=person, place=place, name=name, words=words, typed=typed, message_id=message_id)


def _read_reply(message: Json, text: str, person: Person, place: Place, me: Me) -> Event | None:
    answered = _child(message, "reply_to_message")
    # In a topic every message counts as a reply to the one that opened the topic.
    if _number(_child(answered, "from"), "id") != me.id or "forum_topic_created" in answered:
        return None
    reply_to, message_id = _id(answered, "message_id"), _id(message, "message_id")
    return Said(person=person, place=place, text=text, reply_to=reply_to, message_id=message_id)


def _read_member(member: Json) -> Event | None:
    place, after = _place(member), _child(member, "new_chat_member")
    status = _string(after, "status")
    gone = status in {"left", "kicked"} or (status == "restricted" and after.get("is_member") is False)
    return Left(place=place) if gone and place else None


def _place(message: Json) -> Place | None:
    chat = _child(message, "chat")
    chat_id, kind = _id(chat, "id"), _string(chat, "type")
    if chat_id is None or kind == "channel":
        return None
    in_topic = message.get("is_topic_message") is True
    return Place(
        frontend=NAME,
        chat_id=chat_id,
        private=kind == "private",
        title=_string(chat, "title"),
        thread_id=_id(message, "message_thread_id") if in_topic else None,
    )


def _person(user: Json) -> Person | None:
    """The person, or None for bots and for accounts that many people write from."""
    number = _number(user, "id")
    if number is None or number in _NOBODY or user.get("is_bot") is not False:
        return None
    name = " ".join(part for part in (_string(user, "first_name"), _string(user, "last_name")) if part)
    return Person(
        frontend=NAME, account_id=str(number), name=name or "?", handle=_string(user, "username") or None
    )


def _said_at(message: Json, now: datetime) -> datetime:
    """When it was said: Telegram's own time, which has whole seconds, only for what had to wait for us."""
    seconds = _number(message, "date")
    if seconds is None or not 0 < seconds < 1 << 40:
        return now
    said_at = datetime.fromtimestamp(seconds, UTC)
    return said_at if now - said_at > _BACKLOG else now


def _child(parent: Json, key: str) -> Json:
    value = parent.get(key)
    return cast(Json, value) if isinstance(value, dict) else {}


def _string(parent: Json, key: str) -> str:
    value = parent.get(key)
    return value if isinstance(value, str) else ""


def _number(parent: Json, key: str) -> int | None:
    value = parent.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _id(parent: Json, key: str) -> str | None:
    number = _number(parent, key)
    return None if number is None else str(number)
