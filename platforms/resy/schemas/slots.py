"""What `find` answers."""

from datetime import datetime, time

from platforms.resy.schemas.parts import Fee, Json
from platforms.resy.schemas.venues import LocationJson


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
