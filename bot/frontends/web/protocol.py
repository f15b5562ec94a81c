"""What the page and the server say to each other: JSON, one object a WebSocket frame.

The page sends `Say | Tap | Typing | Venues`, with an `id` of its own making: the same id again is a repeat;
what was not `taken` when a connection broke is simply sent again.
The server sends `State` first, then `Posted | Erased | TypingNow | People | Taken | Acted | BadFrame | VenueNames`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.frontends.web.message_body import Body
from bot.wording.text import Span

_ID = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Chat = Annotated[str, Field(max_length=64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Words typed into a chat. In the group Fourtop hears commands, and what replies to one of its cards."""

    id: _ID
    chat: _Chat
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    reply_to: Annotated[str, Field(max_length=20)] | None = None
    type: Literal["say"] = "say"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A tap on the choice `ref` of the card that is `message`."""

    id: _ID
    message: Annotated[str, Field(max_length=20)]
    ref: Annotated[str, Field(max_length=64)]
    type: Literal["tap"] = "tap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """Somebody is writing; worth saying every few seconds."""

    chat: _Chat
    type: Literal["typing"] = "typing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venues:
    """Somebody is typing a venue's name: answered by `VenueNames`."""

    id: _ID
    words: Annotated[str, Field(max_length=100)]
    type: Literal["venues"] = "venues"


FromPage = Say | Tap | Typing | Venues


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`author` is a person's name, or empty for Fourtop; a higher `revision` replaces a lower one."""

    id: str
    chat: str
    author: str
    revision: int
    sent_at: datetime
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person; `here` while they have the page open."""

    id: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatHistory:
    id: str
    title: str
    private: bool
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHint:
    """A line of the list that "/" offers; `where` is private, group or anywhere.

    `venues`: its words may hold a venue's name, for which there are suggestions.
    """

    name: str
    summary: str
    where: str
    admin: bool
    venues: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All a pane shows: both of its chats, newest messages last. `now` lets countdowns follow our clock."""

    me: Someone
    people: tuple[Someone, ...]
    chats: tuple[ChatHistory, ...]
    commands: tuple[CommandHint, ...]
    now: datetime
    type: Literal["state"] = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A new message, or one that was edited."""

    message: Message
    type: Literal["message"] = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """A message that is no longer there."""

    chat: str
    id: str
    type: Literal["erased"] = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingNow:
    """Somebody is writing, Fourtop where `name` is empty; `on` False: not any more."""

    chat: str
    name: str
    on: bool
    type: Literal["typing"] = "typing"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    people: tuple[Someone, ...]
    type: Literal["people"] = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Written down: it will be acted upon, whatever happens, and need not be sent again."""

    id: str
    type: Literal["taken"] = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """Fourtop is done with it; `toast` is for this person alone."""

    id: str
    toast: tuple[Span, ...] | None = None
    type: Literal["acted"] = "acted"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFrame:
    """Not understood and not to be sent again; `id` is empty where even that could not be read."""

    id: str
    why: str
    type: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueNames:
    id: str
    names: tuple[str, ...]
    type: Literal["venues"] = "venues"


ToPage = State | Posted | Erased | TypingNow | People | Taken | Acted | BadFrame | VenueNames

from_page: TypeAdapter[FromPage] = TypeAdapter(Annotated[FromPage, Field(discriminator="type")])
to_page: TypeAdapter[ToPage] = TypeAdapter(Annotated[ToPage, Field(discriminator="type")])
