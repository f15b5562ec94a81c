"""An account's reservations."""

from datetime import date, time

from pydantic import Field

from platforms.resy.schemas.booking import FeeJson
from platforms.resy.schemas.parts import Fee, Instant, Json
from platforms.resy.schemas.venues import LocationJson


class ReservationVenueJson(Json):
    id: str
    currency: str = ""


class ReservationStatusJson(Json):
    finished: bool | None = None
    no_show: bool | None = None


class ReservationConfigJson(Json):
    type: str = ""


class ReservationCancellationJson(Json):
    allowed: bool | None = None
    date_refund_cut_off: Instant = None
    fee: FeeJson | None = None


class InvoiceJson(Json):
    total: Fee = None


class ReservationPaymentJson(Json):
    invoice: InvoiceJson | None = None


class ReservationJson(Json):
    """`day` and `time_slot` are venue-local; `when` is UTC, although it looks like the start of a slot."""

    reservation_id: str
    venue: ReservationVenueJson
    resy_token: str = Field(default="", repr=False)
    day: date | None = None
    time_slot: time | None = None
    when: Instant = None
    num_seats: int = 0
    status: ReservationStatusJson | None = None
    config: ReservationConfigJson | None = None
    cancellation: ReservationCancellationJson | None = None
    cancellation_policy: tuple[str, ...] | None = None
    payment: ReservationPaymentJson | None = None


class ListedVenueJson(Json):
    name: str = ""
    url_slug: str = ""
    location: LocationJson | None = None


class ReservationsJson(Json):
    """Names are in `venues`, by id as text."""

    reservations: tuple[ReservationJson, ...]
    venues: dict[str, ListedVenueJson] = Field(default_factory=dict[str, ListedVenueJson])
