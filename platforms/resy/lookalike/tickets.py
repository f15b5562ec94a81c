"""Book tokens: what details hand out and booking takes."""

import base64
import random
from dataclasses import dataclass
from datetime import date, datetime

from platforms.resy.lookalike.venue import Sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The right to try to book one slot for one person, until `expires_at`. It holds no table."""

    person_id: int
    venue_key: str
    day: date
    sitting: Sitting
    party_size: int
    expires_at: datetime


class Tickets:
    """Those handed out and not yet expired."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._known: dict[str, Ticket] = {}

    def hand_out(self, ticket: Ticket) -> str:
        """A long opaque word; it holds characters that a form must escape."""
        noise = base64.b64encode(self._rng.randbytes(180)).decode()
        word = f"{noise}+/|{self._rng.randbytes(32).hex()}_{self._rng.randbytes(8).hex()}-=="
        self._known[word] = ticket
        return word

    def read(self, word: str, *, now: datetime) -> Ticket | None:
        """What it stands for, while it is good."""
        ticket = self._known.get(word)
        if ticket is not None and ticket.expires_at <= now:
            del self._known[word]
            return None
        return ticket
