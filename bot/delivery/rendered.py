"""What the dispatcher asks of whoever finds the words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.conversation.messages import Card, Notice
from core.domain.chat import Chat
from core.persistence.outbox import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What somebody typed is to be taken out of the chat."""

    typed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message ready to go; a card with the dialogue it belongs to and the message it is on."""

    content: Card | Notice | Erasure
    dialogue_id: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """Finding the words now would be in the way of something: again at `until`, and others go first."""

    until: datetime


class Renderer(Protocol):
    """Finds the words of a letter when it is sent."""

    async def write(self, letter: Letter, chat: Chat) -> Rendered | Postponed | None:
        """What to send; None when there is nothing left to tell."""
        ...

    def arrived(self, tx: Connection, letter: Letter, written: Rendered) -> None:
        """It has arrived: see to what follows, such as the next drawing of a countdown, in that transaction."""
        ...

    def undelivered(self, tx: Connection, letter: Letter) -> None:
        """It will never arrive there: tell it another way, in the same transaction."""
        ...
