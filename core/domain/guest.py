"""A person we act for, and how the networks know them."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum


class GuestState(StrEnum):
    """What an admin has said of a guest."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a guest set under /settings.

    `zone` is an IANA key (None: each venue's own); between `quiet_from` and `quiet_until` (in `zone`, or UTC)
    nothing but results is sent by DM. `fee_limit` is what not turning up may cost a person, in the money of the
    place, without asking again (None: anything).
    """

    zone: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    dm_results: bool = True
    dm_reminders: bool = True
    fee_limit: int | None = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One human, on however many networks."""

    id: int
    name: str
    state: GuestState
    is_admin: bool = False
    preferences: Preferences = Preferences()
    first_seen_at: datetime
    last_seen_at: datetime
    origin: str = ""
    note: str = ""

    @property
    def approved(self) -> bool:
        return self.state is GuestState.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How a guest is known: an account on a network. `dm_chat_id` is our id of their private chat there, once they
    opened one.
    """

    frontend: str
    account_id: str
    guest_id: int
    name: str
    handle: str | None = None
    dm_chat_id: int | None = None
