"""The JSON of the house platform's HTTP API, version 1. Fields that a newer server adds are passed over."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.domain.reservation import ReservationState
from core.domain.slot import Cause, DayState

CALLER = "Fourtop-Caller"
"""The header in which a process names itself; guests are its own."""


class _Json(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class DropJson(_Json):
    days_ahead: int
    at: time
    zone: str


class VenueJson(_Json):
    id: str
    name: str
    zone: str
    address: str = ""
    url: str | None = None
    seatings: tuple[str, ...] = ()
    party_min: int = 1
    party_max: int = 20
    horizon_days: int | None = None
    drop: DropJson | None = None


class VenuesJson(_Json):
    venues: tuple[VenueJson, ...]


class DayJson(_Json):
    on: date
    state: DayState
    drop_at: datetime | None = None


class DaysJson(_Json):
    days: tuple[DayJson, ...]


class MoneyJson(_Json):
    amount: Decimal
    currency: str


class TermsJson(_Json):
    free_until: datetime | None = None
    late_fee: MoneyJson | None = None
    deposit: MoneyJson | None = None
    card_needed: bool = False


class SlotJson(_Json):
    """`starts_at` carries the venue's offset, `zone` its IANA key."""

    venue_id: str
    token: str
    starts_at: datetime
    zone: str
    party_size: int
    seating: str = ""
    terms: TermsJson = TermsJson()


class SlotsJson(_Json):
    slots: tuple[SlotJson, ...]
    cause: Cause | None = None


class TimesJson(_Json):
    """Venue-local times of a day's seatings."""

    times: tuple[time, ...]


_VISIBLE = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL keeps no NUL, and the others mean nothing here


class GuestJson(_Json):
    id: Annotated[int, Field(ge=0, lt=2**63)]
    name: Annotated[str, Field(max_length=128, pattern=_VISIBLE)] = ""


class BookingRequestJson(_Json):
    """What is sent to book or hold."""

    slot: Annotated[str, Field(max_length=256, pattern=_VISIBLE)]
    key: Annotated[str, Field(min_length=1, max_length=64, pattern=_VISIBLE)]
    guest: GuestJson


class HoldJson(_Json):
    id: str
    slot: SlotJson
    expires_at: datetime


class ReservationJson(_Json):
    venue_id: str
    id: str
    confirmation: str
    starts_at: datetime
    zone: str
    party_size: int
    seating: str = ""
    terms: TermsJson = TermsJson()
    state: ReservationState
    key: str | None = None


class ReservationsJson(_Json):
    reservations: tuple[ReservationJson, ...]


class Problem(_Json):
    """`code` is for programs, `message` a sentence for people; `cause` says why there is no table."""

    code: str = ""
    message: str = ""
    cause: Cause | None = None


class ProblemJson(_Json):
    """What every answer from 400 up says."""

    error: Problem = Problem()
