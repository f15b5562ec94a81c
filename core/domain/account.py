"""A guest's own account on a platform."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AccountState(StrEnum):
    """Whether an account can be booked with."""

    CONNECTED = "connected"
    EXPIRED = "expired"
    """Its token does not open anything any more, and could not be renewed: the guest has to sign in."""
    CLOSED = "closed"
    """The platform has closed it."""
    DISCONNECTED = "disconnected"
    """Its guest took it away: nothing is kept of it but its number, for the tables that were booked with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOnFile:
    """A payment card that the platform keeps: never more than its kind and its last digits."""

    last_digits: str
    brand: str = ""
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account that a guest has connected; its tokens are kept apart, sealed.

    `holder` is the name on it and `external_id` the platform's own id of it. The token in use ends at
    `expires_at` (UTC, None: not known); `renewable` says whether it can be renewed without the guest.
    """

    id: int
    guest_id: int
    platform: str
    external_id: str
    holder: str
    state: AccountState
    cards: tuple[CardOnFile, ...] = ()
    expires_at: datetime | None = None
    renewable: bool = False
    connected_at: datetime
    checked_at: datetime
