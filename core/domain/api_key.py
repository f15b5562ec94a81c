"""A key to one of our HTTP interfaces: what it may do, and at which venues."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.venue import VenueRef


class Verb(StrEnum):
    """What may be done with a key."""

    READ = "read"
    """See venues, their tables, and the reservations of the key's own guests."""

    BOOK = "book"
    """Hold tables, let holds go, book."""

    CANCEL = "cancel"
    """Give reservations back."""

    ADMIN = "admin"
    """See how this process is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyScope:
    """How far a key reaches. No venues: all of them."""

    verbs: tuple[Verb, ...]
    venues: tuple[VenueRef, ...] = ()

    def allows(self, verb: Verb) -> bool:
        return verb in self.verbs

    def covers(self, venue: VenueRef) -> bool:
        return not self.venues or venue in self.venues


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept, without what opens anything. `name` is the host's word for who has it.

    `last_used_at` is the beginning of the day (UTC) on which it was last used.
    """

    id: int
    name: str
    scope: KeyScope
    made_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
