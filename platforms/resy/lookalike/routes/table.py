"""Which address is answered by what."""

from collections.abc import Callable
from dataclasses import dataclass

from platforms.resy.lookalike.answer import Answer, not_found
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.lookalike.routes import (
    auth,
    book,
    details,
    favourites,
    find,
    notify,
    places,
    reservations,
    search,
    venues,
)
from platforms.resy.lookalike.world import LookAlike

Handler = Callable[[LookAlike, Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`own` things are closed to those without a user token."""

    endpoint: Endpoint
    method: str
    path: str
    handler: Handler
    own: bool = False


def _unknown(_: LookAlike, __: Call) -> Answer:
    return not_found()


UNKNOWN = Address(endpoint="unknown", method="GET", path="", handler=_unknown)


def _open(endpoint: Endpoint, method: str, path: str, handler: Handler) -> Address:
    return Address(endpoint=endpoint, method=method, path=path, handler=handler)


def _own(endpoint: Endpoint, method: str, path: str, handler: Handler) -> Address:
    return Address(endpoint=endpoint, method=method, path=path, handler=handler, own=True)


ADDRESSES = (
    _open("login", "POST", "/3/auth/password", auth.login),
    _open("login", "POST", "/4/auth/password", auth.login),
    _open("refresh", "POST", "/3/auth/refresh", auth.refresh),
    _own("user", "GET", "/2/user", auth.user),
    _open("geoip", "GET", "/3/geoip", places.geoip),
    _open("cities", "GET", "/3/location/config", places.cities),
    _open("search", "POST", "/3/venuesearch/search", search.search),
    _open("venue", "GET", "/3/venue", venues.venue),
    _open("config", "GET", "/2/config", venues.config),
    _open("calendar", "GET", "/4/venue/calendar", venues.calendar),
    _open("find", "GET", "/4/find", find.find),
    _open("find", "POST", "/4/find", find.find),
    _own("details", "GET", "/3/details", details.details),
    _own("details", "POST", "/3/details", details.details),
    _own("book", "POST", "/3/book", book.book),
    _own("reservations", "GET", "/3/user/reservations", reservations.reservations),
    _own("cancel", "POST", "/3/cancel", reservations.cancel),
    _own("special_request", "POST", "/2/reservation/special_request", reservations.special_request),
    _own("notify", "GET", "/3/notify", notify.notify),
    _own("notify_add", "POST", "/2/notify", notify.notify_add),
    _own("notify_remove", "DELETE", "/2/notify", notify.notify_remove),
    _own("notify_wrong", "POST", "/3/notify", notify.notify_wrong),
    _own("notify_wrong", "GET", "/3/user/notify", notify.notify_wrong),
    _own("favorites", "GET", "/3/user/favorites", favourites.favorites),
    _own("favorite", "POST", "/3/user/favorites", favourites.favorite),
)
