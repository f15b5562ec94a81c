"""Places on the notify list."""

from datetime import date

from platforms.resy.schemas.parts import Json


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
