"""A bookable time at a venue for a party size."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.domain.terms import Terms
from core.domain.venue import VenueRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time that can be booked now.

    `token` is the platform's own word for it, opaque to us; `starts_at` is aware, in the venue's zone.
    """

    venue: VenueRef
    token: str
    starts_at: datetime
    party_size: int
    seating: str = ""
    terms: Terms = Terms()


class Cause(StrEnum):
    """Why a day has no slot for a party."""

    NOT_RELEASED = "not_released"
    BEYOND_HORIZON = "beyond_horizon"
    PAST = "past"
    CLOSED = "closed"
    FULL = "full"
    PARTY_TOO_SMALL = "party_too_small"
    PARTY_TOO_LARGE = "party_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The slots of one venue on one day for one party size; when there is none, why."""

    slots: tuple[Slot, ...]
    cause: Cause | None = None


class DayState(StrEnum):
    """What a calendar shows of a day, for a party size."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    NOT_RELEASED = "not_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a venue's calendar; `drop_at` (UTC) where it is not released yet and the drop is known."""

    on: date
    state: DayState
    drop_at: datetime | None = None
