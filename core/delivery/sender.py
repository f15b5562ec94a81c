"""Who takes messages of one kind to where they go, and what may come of one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from core.persistence.outbox import OutboxMessage

Write = Callable[[Connection], None]
"""What becomes true with an outcome, in its transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """It arrived, or there was nothing left to tell."""

    message_id: str = ""
    also: Write | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """It did not arrive. It keeps its place, and nothing goes down its lane for `rest`."""

    rest: timedelta = timedelta(0)
    also: Write | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaybeSent:
    """It was handed over and the answer is lost: people may have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """Not before `until`; others of its lane go first."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """It will never arrive."""

    reason: str
    also: Write | None = None


Outcome = Sent | NotTaken | MaybeSent | PutOff | Undeliverable

HandOver = Callable[[], None]
"""Called as the message is handed to whoever takes it along: from then on it is out, and its receipt is waited for.

Raises `LeaseLost` when, by the clock, another process may be sending it.
"""

Errand = Callable[[HandOver], Awaitable[Outcome]]
"""One message, ready to be sent; it may wait for its turn."""


class Sender(Protocol):
    """Sends messages of one kind."""

    def errand(self, tx: Connection, message: OutboxMessage) -> Errand:
        """What is to be done with a message that was just claimed, read in the transaction of the claim: so that a
        message costs no other. It changes nothing.
        """
        ...
