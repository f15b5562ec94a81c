"""The inventory over HTTP, `/house/v1/…`, so that other processes compete for the same tables.

GET    venues?words=&limit=                      GET    venues/{id}
GET    venues/{id}/days?party_size=&first=&last= GET    venues/{id}/slots?party_size=&on=
GET    venues/{id}/times?on=
POST   holds                                     DELETE holds/{id}
POST   reservations                              GET    reservations?guest_id=
DELETE reservations/{id}?guest_id=

Each wants a key (`Authorization: Bearer …`) with the verb for it, at the venue that it is about.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Protocol

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from core.domain.api_key import KeyScope, Verb
from core.domain.booking import Unknown
from core.errors import FourtopError, PlatformDown
from core.security.api_keys import ApiKeys
from platforms.house.engine.booking_request import BookingRequest, NoTable, Owner, Token
from platforms.house.http import translate
from platforms.house.http.guard import Guard, NoKey, OutOfScope, check
from platforms.house.http.problems import STATUS, BadRequest, trouble_of
from platforms.house.http.schemas import (
    CALLER,
    BookingRequestJson,
    DaysJson,
    Problem,
    ProblemJson,
    ReservationsJson,
    TimesJson,
    VenuesJson,
)
from platforms.house.inventory import Inventory

_MOST_BYTES = 16_384
_MOST_DAYS = 400
_MOST_VENUES = 100

Handler = Callable[["ServedInventory", Request, KeyScope], Awaitable[Response]]


class ServedInventory(Inventory, Protocol):
    """What the API needs besides."""

    async def venue_of(self, reservation_id: str, *, caller: str) -> str | None:
        """The id of the venue at which a caller's reservation, or hold, is; None where there is no such one."""
        ...


def routes(inventory: ServedInventory, *, keys: ApiKeys) -> Mount:
    """The API over an inventory, to be put among the routes of a Starlette app."""
    guard = Guard(keys)

    def route(path: str, method: str, verb: Verb | None, handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                scope = await guard.scope(request.headers.get("Authorization", ""))
                _check_id(request)
                if verb is not None:
                    check(scope, verb)
                return await handler(inventory, request, scope)
            except (FourtopError, BadRequest, NoKey, OutOfScope) as error:
                return _trouble(trouble_of(error))

        return Route(path, endpoint, methods=[method])

    return Mount(
        "/house/v1",
        routes=[
            route("/", "GET", None, _hello),
            route("/venues", "GET", Verb.READ, _find_venues),
            route("/venues/{id}", "GET", Verb.READ, _venue),
            route("/venues/{id}/days", "GET", Verb.READ, _days),
            route("/venues/{id}/slots", "GET", Verb.READ, _slots),
            route("/venues/{id}/times", "GET", Verb.READ, _times),
            route("/holds", "POST", Verb.BOOK, _hold),
            route("/holds/{id}", "DELETE", Verb.BOOK, _release),
            route("/reservations", "POST", Verb.BOOK, _book),
            route("/reservations", "GET", Verb.READ, _reservations),
            route("/reservations/{id}", "DELETE", Verb.CANCEL, _cancel),
        ],
    )


async def _hello(_: ServedInventory, __: Request, ___: KeyScope) -> Response:
    return Response(status_code=204)


async def _find_venues(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    limit = min(_whole(request, "limit", default=8), _MOST_VENUES)
    most = _MOST_VENUES if scope.venues else limit
    found = await inventory.find_venues(request.query_params.get("words", ""), limit=most)
    covered = [venue for venue in found if scope.covers(venue.ref)][:limit]
    return _json(VenuesJson(venues=tuple(map(translate.venue_to_json, covered))))


async def _venue(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    return _json(translate.venue_to_json(await inventory.venue(_venue_id(request, scope))))


async def _days(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    first, last = _day(request, "first"), _day(request, "last")
    if not 0 <= (last - first).days < _MOST_DAYS:
        raise BadRequest(f"`last` has to be 0 to {_MOST_DAYS - 1} days after `first`.")
    size = _whole(request, "party_size")
    found = await inventory.days(_venue_id(request, scope), party_size=size, first=first, last=last)
    return _json(DaysJson(days=tuple(map(translate.day_to_json, found))))


async def _slots(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    on, size = _day(request, "on"), _whole(request, "party_size")
    found = await inventory.slots(_venue_id(request, scope), on=on, party_size=size)
    return _json(translate.availability_to_json(found))


async def _times(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    found = await inventory.times(_venue_id(request, scope), on=_day(request, "on"))
    return _json(TimesJson(times=tuple(found)))


async def _hold(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    held = await inventory.hold(await _booking(request, scope))
    if isinstance(held, NoTable):
        return _trouble(trouble_of(held))
    return _json(translate.hold_to_json(held), status=201)


async def _release(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    await _check_kept(inventory, request, scope, Verb.BOOK)
    await inventory.release(request.path_params["id"], caller=_caller(request))
    return Response(status_code=204)


async def _book(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    booked = await inventory.book(await _booking(request, scope))
    if isinstance(booked, NoTable | Unknown):
        return _trouble(trouble_of(booked))
    return _json(translate.reservation_to_json(booked), status=201)


async def _reservations(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    found = await inventory.reservations(_owner(request))
    covered = [one for one in found if scope.covers(one.venue)]
    return _json(ReservationsJson(reservations=tuple(map(translate.reservation_to_json, covered))))


async def _cancel(inventory: ServedInventory, request: Request, scope: KeyScope) -> Response:
    await _check_kept(inventory, request, scope, Verb.CANCEL)
    await inventory.cancel(request.path_params["id"], owner=_owner(request))
    return Response(status_code=204)


def _venue_id(request: Request, scope: KeyScope) -> str:
    venue_id: str = request.path_params["id"]
    check(scope, Verb.READ, venue_id)
    return venue_id


async def _check_kept(inventory: ServedInventory, request: Request, scope: KeyScope, verb: Verb) -> None:
    """Raises `OutOfScope` for what is kept at another venue. What is kept nowhere, the inventory says no to."""
    if scope.venues:
        venue_id = await inventory.venue_of(request.path_params["id"], caller=_caller(request))
        check(scope, verb, venue_id)


async def _booking(request: Request, scope: KeyScope) -> BookingRequest:
    # A page of a stranger can have a browser post plain text anywhere without asking, but not JSON.
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequest("The body has to be application/json.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise BadRequest(f"The body is larger than {_MOST_BYTES} bytes.")
    try:
        json = BookingRequestJson.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise BadRequest(f"{where}: {first['msg']}.") from error
    try:
        slot = Token.read(json.slot)
    except PlatformDown as error:
        raise BadRequest(f"slot: {error.reason}.") from None
    check(scope, Verb.BOOK, slot.venue_id)
    owner = Owner(caller=_caller(request), guest_id=json.guest.id, name=json.guest.name)
    return BookingRequest(token=json.slot, owner=owner, key=json.key)


def _owner(request: Request) -> Owner:
    return Owner(caller=_caller(request), guest_id=_whole(request, "guest_id"))


def _caller(request: Request) -> str:
    """Who calls, apart from this process itself: its own guests are out of reach from here."""
    return f"http:{request.headers.get(CALLER, '')[:48]}"


def _check_id(request: Request) -> None:
    if "\0" in request.path_params.get("id", ""):
        raise BadRequest("No id has a NUL in it.")


def _whole(request: Request, name: str, *, default: int | None = None) -> int:
    given = request.query_params.get(name)
    if given is None and default is not None:
        return default
    try:
        number = int(given or "")
    except ValueError:
        raise BadRequest(f"`{name}` has to be a whole number.") from None
    if not 0 <= number < 2**63:
        raise BadRequest(f"`{name}` is out of range.")
    return number


def _day(request: Request, name: str) -> date:
    try:
        return date.fromisoformat(request.query_params.get(name, ""))
    except ValueError:
        raise BadRequest(f"`{name}` has to be a day such as 2026-12-24.") from None


def _json(json: BaseModel, *, status: int = 200) -> Response:
    return Response(json.model_dump_json(), status_code=status, media_type="application/json")


def _trouble(trouble: Problem) -> Response:
    return _json(ProblemJson(error=trouble), status=STATUS[trouble.code])
