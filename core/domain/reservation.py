"""The fact at the venue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.terms import Terms
from core.domain.venue import VenueRef


class ReservationState(StrEnum):
    """Whether the table is still ours."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A table that the platform has confirmed.

    `id` is the platform's id, `confirmation` what a guest says at the door, `key` the plan's id that was sent
    with the booking (None where a platform does not keep it); `starts_at` is aware. `read_back` says whether
    the platform has also listed it, after it had said that it is booked.
    """

    venue: VenueRef
    id: str
    confirmation: str
    starts_at: datetime
    party_size: int
    seating: str = ""
    terms: Terms = Terms()
    state: ReservationState = ReservationState.BOOKED
    key: str | None = None
    read_back: bool = True
