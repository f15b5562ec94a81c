"""Resy's JSON: only what is read, and as little of that as possible demanded.

Fields that are not here are passed over. A field of the wrong type counts as absent (see `reading.read`), and where
something demanded is absent, so is what it belongs to: a slot without a start is no slot, and the rest is.
"""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Json(BaseModel):
    """Nothing that is read here shows in an error: it may be a token."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )


def _instant(value: Any) -> Any:
    """`null`, `""` and `"null"` are all seen for "none"."""
    return None if value in ("", "null") else value


Instant = Annotated[datetime | None, BeforeValidator(_instant)]
"""Aware where the text says so (a trailing Z); what does not is UTC, except where a docstring says otherwise."""

Fee = object
"""A number, a text such as `"$25"`, or an object with an `amount`; what can't be read is not the same as nothing."""


# Accounts.


class CardJson(Json):
    id: int
    is_default: bool = False
    display: str = ""
    type: str = ""
    provider_name: str = ""


class UserJson(Json):
    id: str
    first_name: str = ""
    last_name: str = ""
    payment_method_id: int | None = None
    payment_methods: tuple[CardJson, ...] | None = None


class SignedInJson(UserJson):
    token: str = Field(repr=False)


class RefreshedJson(Json):
    token: str = Field(repr=False)


# Venues.


class ResyIdJson(Json):
    resy: int


class LocationJson(Json):
    id: int | None = None
    code: str = ""
    url_slug: str = ""
    name: str = ""
    address_1: str = ""
    locality: str = ""
    region: str = ""
    neighborhood: str = ""
    time_zone: str = ""


class LocaleJson(Json):
    currency: str = ""
    time_zone: str = ""


class ContentJson(Json):
    name: str = ""
    body: str | None = None


class VenueJson(Json):
    """`/3/venue`; at top level, though older sources have it inside `venue`."""

    id: ResyIdJson
    name: str
    url_slug: str = ""
    location: LocationJson = LocationJson()
    locale: LocaleJson = LocaleJson()
    content: tuple[ContentJson, ...] | None = None
    min_party_size: int | None = None
    max_party_size: int | None = None
    feature_recaptcha: bool | None = None


class WrappedVenueJson(Json):
    venue: VenueJson


class ConfigJson(Json):
    lead_time_in_days: int | None = None
    min_party_size: int | None = None
    max_party_size: int | None = None
    max_book_hour: int | None = None


class CityJson(Json):
    id: int | None = None
    code: str = ""
    url_slug: str = ""
    time_zone: str = ""


class CitiesJson(Json):
    """The answer is a bare array."""

    cities: tuple[CityJson, ...]


class HitJson(Json):
    id: ResyIdJson
    name: str
    url_slug: str
    location: LocationJson = LocationJson()
    neighborhood: str = ""
    locality: str = ""
    min_party_size: int | None = None
    max_party_size: int | None = None
    is_tock_inventory: bool | None = None


class HitsJson(Json):
    hits: tuple[HitJson, ...] = ()


class SearchJson(Json):
    """`search.hits`, or `hits` at top level."""

    search: HitsJson | None = None
    hits: tuple[HitJson, ...] = ()


class InventoryJson(Json):
    reservation: str = ""


class CalendarDayJson(Json):
    on: date = Field(alias="date")
    inventory: InventoryJson = InventoryJson()


class CalendarJson(Json):
    scheduled: tuple[CalendarDayJson, ...] = ()
    last_calendar_day: date | None = None


# Slots.


class SlotConfigJson(Json):
    token: str | None = None
    type: str = ""


class SlotDateJson(Json):
    """Venue-local, without a zone."""

    start: datetime


class SizeJson(Json):
    min: int | None = None
    max: int | None = None


class ExclusiveJson(Json):
    is_eligible: bool | None = None


class PaymentJson(Json):
    is_paid: bool | None = None
    cancellation_fee: Fee = None
    deposit_fee: Fee = None
    secs_cancel_cut_off: int | None = None
    time_cancel_cut_off: time | None = None


class SlotJson(Json):
    config: SlotConfigJson
    date: SlotDateJson
    size: SizeJson = SizeJson()
    exclusive: ExclusiveJson | None = None
    is_global_dining_access: bool | None = None
    payment: PaymentJson | None = None


class CurrencyJson(Json):
    code: str = ""


class NotifyOptionJson(Json):
    """Both times are venue-local."""

    service_type_id: int
    min_request_datetime: datetime | None = None
    max_request_datetime: datetime | None = None
    step_minutes: int | None = None


class FoundVenueJson(Json):
    location: LocationJson = LocationJson()
    currency: CurrencyJson = CurrencyJson()
    notify_options: tuple[NotifyOptionJson, ...] | None = None


class FoundJson(Json):
    venue: FoundVenueJson = FoundVenueJson()
    slots: tuple[SlotJson, ...] = ()


class ResultsJson(Json):
    venues: tuple[FoundJson, ...] = ()


class FindJson(Json):
    results: ResultsJson


# Booking.


class CutOffJson(Json):
    date_cut_off: Instant = None


class FeeJson(Json):
    amount: Fee = None
    date_cut_off: Instant = None


class PolicyJson(Json):
    policy: tuple[str, ...] | None = None


class CancellationJson(Json):
    fee: FeeJson | None = None
    refund: CutOffJson | None = None
    display: PolicyJson | None = None


class AmountsJson(Json):
    total: Fee = None


class DetailsPaymentJson(Json):
    amounts: AmountsJson = AmountsJson()


class DetailsConfigJson(Json):
    double_confirmation: tuple[str, ...] | None = None


class DetailsUserJson(Json):
    payment_methods: tuple[CardJson, ...] | None = None


class BookTokenJson(Json):
    value: str = Field(repr=False)
    date_expires: Instant = None


class DetailsJson(Json):
    """Without a book token it says, in some way or other, that the slot can't be had."""

    book_token: BookTokenJson | None = None
    cancellation: CancellationJson | None = None
    payment: DetailsPaymentJson | None = None
    config: DetailsConfigJson | None = None
    locale: LocaleJson = LocaleJson()
    user: DetailsUserJson | None = None


class BookedJson(Json):
    reservation_id: str
    resy_token: str = Field(default="", repr=False)


class SpecsJson(Json):
    day: date | None = None
    time_slot: time | None = None
    reservation_id: str | None = None


class NamedVenueJson(Json):
    id: str = ""
    name: str = ""


class InTheWayJson(Json):
    """What a 412 may say at book."""

    specs: SpecsJson | None = None
    venue: NamedVenueJson | None = None


class TroubleJson(Json):
    message: str = ""


# Reservations.


class ReservationVenueJson(Json):
    id: str
    currency: str = ""


class ReservationStatusJson(Json):
    finished: bool | None = None
    no_show: bool | None = None


class ReservationConfigJson(Json):
    type: str = ""


class ReservationFeeJson(FeeJson):
    applies: bool | None = None


class ReservationCancellationJson(Json):
    allowed: bool | None = None
    date_refund_cut_off: Instant = None
    fee: ReservationFeeJson | None = None


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
    venues: dict[str, ListedVenueJson] = {}


# The notify list and favourites.


class NotifySpecsJson(Json):
    notify_request_id: int
    venue_id: str
    day: date
    party_size: int | None = None
    num_seats: int | None = None
    service_type_id: int | None = None


class NotifyJson(Json):
    specs: NotifySpecsJson


class NotifiesJson(Json):
    notify: tuple[NotifyJson, ...] = ()


class FavouriteVenueJson(Json):
    venue: HitJson


class FavouritesResultsJson(Json):
    venues: tuple[FavouriteVenueJson, ...] = ()


class FavouritesJson(Json):
    results: FavouritesResultsJson = FavouritesResultsJson()
