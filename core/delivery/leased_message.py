"""A message that this process has in hand."""

from collections.abc import Callable
from datetime import datetime

from core.clock import Clock
from core.errors import LeaseLost
from core.persistence.outbox import OutboxMessage


class LeasedMessage:
    """The message, and its lease as this process knows it.

    A process that was frozen past the lease, or past its own on the database, wakes up believing that it still has
    the message in hand; handing it over asks the clock, so that nobody gets it twice.
    """

    def __init__(
        self, message: OutboxMessage, *, until: datetime, clock: Clock, in_charge: Callable[[], bool]
    ) -> None:
        self.message = message
        self.out = False
        """Whether it was handed over, and people may see it before we know."""
        self._until = until
        self._clock = clock
        self._in_charge = in_charge

    def renewed(self, until: datetime) -> None:
        self._until = until

    def hand_over(self) -> None:
        """`core.delivery.sender.HandOver`."""
        if self._until <= self._clock.now() or not self._in_charge():
            raise LeaseLost(self.message.id, self.message.fence)
        self.out = True
