"""What is heard from people and what is shown to them: the same on every network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.wording.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who speaks, as their network knows them."""

    frontend: str
    account_id: str
    name: str
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it was said; `thread_id` is a forum topic inside the chat."""

    frontend: str
    chat_id: str
    private: bool
    title: str = ""
    thread_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`/name words`; `name` without the slash, lower case. `whispered`: nobody else there can read it.

    `typed` is all of it as it was typed, where that may have been no command but words that begin with a slash;
    `message_id` as in `Said`.
    """

    person: Person
    place: Place
    name: str
    words: str = ""
    whispered: bool = False
    typed: str = ""
    message_id: str | None = None
    kind: Literal["command"] = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Free text. `reply_to` is the network's id of the message replied to; `dialogue_id` is set where the
    network itself knows what was being answered (a form opened from a card). `message_id` is the network's id of
    what was typed, where there is a message of it that can be taken out of the chat again.
    """

    person: Person
    place: Place
    text: str
    reply_to: str | None = None
    dialogue_id: str | None = None
    message_id: str | None = None
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chose:
    """A tap. `dialogue_id` and `ref` are what the button carried, untrusted."""

    person: Person
    place: Place
    dialogue_id: str
    ref: str
    kind: Literal["chose"] = "chose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Fourtop was removed from the chat, or blocked by the person of a private one."""

    place: Place
    kind: Literal["left"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The network gave the chat a new id."""

    place: Place
    new_chat_id: str
    kind: Literal["moved"] = "moved"


Event = Command | Said | Chose | Left | Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event with the network's own id for it: the same `id` twice from one front-end is a repeat."""

    frontend: str
    id: str
    at: datetime
    event: Event


class Look(StrEnum):
    """How a button may look; meaning never depends on it."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to tap. `value` is what it means, known to the flow alone; `ref` is what the button carries.

    `chosen` marks the taken ones of a set from which several may be taken.
    """

    label: str
    value: str
    ref: str = ""
    look: Look = Look.PLAIN
    chosen: bool = False


class Tone(StrEnum):
    """What a card is about, for a colour or a sign. Green only after the platform confirmed."""

    ASKING = "asking"
    WAITING = "waiting"
    TRYING = "trying"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A small file that goes with a message; `alt` says in words what a picture shows."""

    name: str
    media_type: str
    content: bytes
    alt: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at where it is, rather than opened."""
        return self.media_type == "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message that is edited in place.

    `options` answer the question (many: laid out and paged by the front-end, `wide` asks for one a row);
    `actions` are the few buttons below them. `typing` says what may be typed, where anything may; it is `secret`
    where nobody should see it on the screen or find it in the chat afterwards.
    """

    text: Text
    tone: Tone = Tone.ASKING
    options: tuple[Choice, ...] = ()
    actions: tuple[Choice, ...] = ()
    wide: bool = False
    typing: str | None = None
    secret: bool = False

    def choices(self) -> Iterator[Choice]:
        """Everything that can be tapped."""
        yield from self.options
        yield from self.actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that stays as it was sent. `quiet` asks the network to make no sound."""

    text: Text
    file: File | None = None
    quiet: bool = False
