"""In whose name a table is booked, and what a platform says to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.reservation import Reservation
from core.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """In whose name a call is made; `account_id` names a connected account where the platform has accounts."""

    guest_id: int
    name: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The platform confirmed it."""

    reservation: Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTaken:
    """Somebody else was faster; the slot is not to be asked for again until it reappears."""


class GuestAction(StrEnum):
    """What only the guest can do."""

    SIGN_IN = "sign_in"
    ADD_CARD = "add_card"
    ACCEPT_TERMS = "accept_terms"
    AGREE = "agree"
    """To what the plan wants now, in their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsGuest:
    """The platform will book once the guest has done something; nothing was booked.

    `terms` are what is to be accepted, and `message` is the platform's own sentence, where it had one.
    """

    action: GuestAction
    terms: Terms | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The account holds another reservation that stands in the way (`with_`; None: the platform did not say which).

    `venue_name` is that other venue's, where the platform says it. Nothing was booked.
    """

    with_: Reservation | None = None
    venue_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The call was sent and its answer lost: the table may be ours. Never repeated, always looked up."""

    sent_at: datetime


BookAnswer = Booked | SlotTaken | NeedsGuest | Conflict | Unknown
