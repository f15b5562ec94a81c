"""Venues: by themselves, found, and marked; and the days that they sell."""

from datetime import date

from pydantic import Field

from platforms.resy.schemas.parts import Json


class ResyIdJson(Json):
    resy: int


class LocationJson(Json):
    id: int | None = None
    code: str = ""
    url_slug: str = ""
    name: str = ""
    address_1: str = ""
    locality: str = ""
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


class FavouriteVenueJson(Json):
    venue: HitJson


class FavouritesResultsJson(Json):
    venues: tuple[FavouriteVenueJson, ...] = ()


class FavouritesJson(Json):
    results: FavouritesResultsJson = FavouritesResultsJson()
