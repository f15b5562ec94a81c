"""What a front-end does, and what it is given to report to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from starlette.routing import BaseRoute

from bot.conversation.messages import Card, Heard, Notice, Person, Place
from bot.wording.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The network took it. An edit that changed nothing counts."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGone:
    """The message to edit no longer exists, or can't be edited any more: send it anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """The chat can't be written to: never opened, blocked, kicked, closed. Trying again does not help."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not taken now (rate limit, network down); nothing was shown."""

    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMoved:
    """The chat has a new id; nothing was shown."""

    new_chat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Sent, the answer lost: people may or may not have seen it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The network will never take this message as it is (a bug of ours); `reason` for the log."""

    reason: str


Receipt = Delivered | MessageGone | Unreachable | Later | ChatMoved | Unsure | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much one network bears: messages a second and chat, a minute and group, and a second in all."""

    per_chat_second: float
    per_group_minute: float
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the person who tapped or typed is told at once, privately where the network can; often nothing.

    Where the network cannot whisper (an answer to a command), the front-end says it in the chat.
    """

    toast: Text | None = None


class Ears(Protocol):
    """What a front-end tells: implemented by the switchboard."""

    async def note(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        """Write down a batch before it is acknowledged to the network; returns what was not known before."""
        ...

    async def hear(self, heard: Heard) -> Reply:
        """Act on one noted event. Never raises for what people do."""
        ...

    async def current_card(self, dialogue_id: str, *, place: Place) -> Card | None:
        """The card as it is shown now, for a front-end that turns a page; None if it is gone, or another chat's."""
        ...

    async def suggest_venues(self, person: Person, words: str) -> Sequence[str]:
        """At most 25 venue names for somebody who is typing one."""
        ...


class FrontEnd(Protocol):
    """One chat network: hear an event, show a card. It translates and decides nothing."""

    @property
    def name(self) -> str:
        """`telegram`, `discord` or `web`."""
        ...

    @property
    def pace(self) -> Pace: ...

    @property
    def state(self) -> "FrontEndState":
        """Whether it is connected, for the start block, /readyz and doctor."""
        ...

    def private_chat(self, account_id: str) -> str | None:
        """The chat id under which somebody who has acted here can be written to privately, though they never
        opened a private chat; None where the network does not allow that.
        """
        ...

    async def run(self, ears: Ears) -> None:
        """Hear until cancelled; connect again by itself, with backoff, and say so in `state` and the log."""
        ...

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        """Send the card, or edit the message it is on. `key` is the same when the same sending is repeated."""
        ...

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        """Send a message."""
        ...

    async def erase(self, place: Place, message_id: str) -> Receipt:
        """Take a message that a person typed out of the chat; one that is gone already counts as `Delivered`.

        `Refused` where the network does not let us: then its author has to.
        """
        ...

    def routes(self) -> Sequence[BaseRoute]:
        """What the HTTP server serves for it; often nothing."""
        ...

    def door(self, payload: str) -> str | None:
        """A link that opens a private chat with the bot (payload: 1-64 of A-Za-z0-9_-); None: there is none."""
        ...


class Networks:
    """The front-ends that are on, by name, as flows ask of them."""

    def __init__(self, frontends: Mapping[str, FrontEnd]) -> None:
        self._frontends = frontends

    def door(self, frontend: str, payload: str) -> str | None:
        """A link that opens a private chat with the bot there."""
        known = self._frontends.get(frontend)
        return None if known is None else known.door(payload)

    def private_chat(self, frontend: str, account_id: str) -> str | None:
        """Where somebody can be written to who never opened a private chat."""
        known = self._frontends.get(frontend)
        return None if known is None else known.private_chat(account_id)


@runtime_checkable
class Closes(Protocol):
    """The power of front-ends whose connections outlive `run`, for the last messages."""

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEndState:
    """`up` since `since`, or down and `reason` says why in a sentence."""

    up: bool
    since: datetime | None = None
    reason: str = ""
