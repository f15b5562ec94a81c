"""What a message came to, as its row says it."""

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from core.delivery.sender import MaybeSent, NotTaken, Outcome, PutOff, Sent, Undeliverable, Write
from core.persistence import outbox
from core.persistence.outbox import OutboxMessage


def settle(tx: Connection, message: OutboxMessage, outcome: Outcome, *, now: datetime) -> None:
    """Write the outcome and what becomes true with it. Raises `LeaseLost`, and then nothing is written."""
    also: Write | None = None
    match outcome:
        case Sent(message_id=message_id, also=also):
            outbox.sent(tx, message, message_id=message_id, now=now)
        case NotTaken(also=also):
            outbox.give_back(tx, message)
        case MaybeSent():
            outbox.unsure(tx, message)
        case PutOff(until=until, reason=reason):
            outbox.later(tx, message, due_at=until, trouble=reason)
        case Undeliverable(reason=reason, also=also):
            outbox.died(tx, message, reason)
        case _:
            assert_never(outcome)
    if also is not None:
        also(tx)
