"""What hears of facts."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from core.persistence.facts import Recorded


class Subscriber(Protocol):
    """Hears every fact once or more, those of one subject in order, in a transaction that also keeps how far it got:
    what it writes there is written once.
    """

    @property
    def name(self) -> str:
        """Under which its position is kept; at most 32 characters, and for good."""
        ...

    def start_over(self, tx: Connection, *, now: datetime) -> None:
        """Begin from what is true now: it is new, or was away for longer than facts are kept."""
        ...

    def hear(self, tx: Connection, recorded: Recorded) -> None:
        """Do what follows from one fact; it may be long past. What raises is tried again, and at last passed over."""
        ...

    def missed(self, tx: Connection, recorded: Recorded, *, now: datetime) -> None:
        """A fact is passed over, in this transaction, since hearing it raised: do what is left to be done about it.

        Where this raises, too, the fact is passed over without it.
        """
        ...
