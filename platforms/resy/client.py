"""The wire: one method an endpoint. Every one raises `Rejected` and `PlatformDown` as the table of statuses says."""

import json
from datetime import date, datetime, time
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie

import httpx

from core.clock import Clock
from core.domain.booking import Unknown
from core.errors import PlatformDown
from core.powers.clock import ClockReading
from core.security.secret import Secret
from platforms.resy.lenient_json import read, read_list
from platforms.resy.schemas.accounts import RefreshedJson, SignedInJson, UserJson
from platforms.resy.schemas.booking import BookedJson, DetailsJson
from platforms.resy.schemas.notify import NotifiesJson
from platforms.resy.schemas.reservations import ReservationsJson
from platforms.resy.schemas.slots import FindJson
from platforms.resy.schemas.venues import (
    CalendarJson,
    CitiesJson,
    ConfigJson,
    FavouritesJson,
    SearchJson,
    VenueJson,
    WrappedVenueJson,
)
from platforms.resy.statuses import PLATFORM, Endpoint, Meaning, Rejected, meaning_of
from platforms.resy.wire import ResyWire

_LOOKS_KEPT = 1000
_REFRESH_COOKIE = "production_refresh_token"
_UPCOMING = {"type": "upcoming", "limit": 100, "offset": 0, "book_on_behalf_of": "false"}


class ResyClient:
    """Resy's server at `url`."""

    def __init__(self, url: str, api_key: str, clock: Clock) -> None:
        self._clock = clock
        self._wire = ResyWire(url, api_key, clock)
        self._looks: dict[tuple[int, date, int], httpx.Request] = {}

    # Accounts.

    async def sign_in(self, email: str, password: Secret) -> tuple[SignedInJson, Secret | None]:
        """With the token that renews the other one, which is in a cookie only."""
        form = {"email": email, "password": password.reveal()}
        response: httpx.Response | None = None
        for path in ("4/auth/password", "3/auth/password"):
            response = await self._wire.ask_once(Endpoint.SIGN_IN, self._wire.post_form(path, form))
            if response is None or response.status_code not in {404, 405}:
                break
        if response is None:
            raise PlatformDown(PLATFORM, "the answer to a sign-in was lost")
        self._wire.check(Endpoint.SIGN_IN, response)
        return read(response.content, SignedInJson), _refresh_token(response)

    async def refresh(self, refresh: Secret) -> tuple[RefreshedJson, Secret | None]:
        """A new pair. Sent once: what was used up by a lost answer is not tried again here."""
        request = self._wire.post_form("3/auth/refresh", {}, cookie=refresh)
        response = await self._wire.ask_once(Endpoint.REFRESH, request)
        if response is None:
            raise PlatformDown(PLATFORM, "the answer to a renewal was lost")
        self._wire.check(Endpoint.REFRESH, response)
        return read(response.content, RefreshedJson), _refresh_token(response)

    async def user(self, token: Secret) -> UserJson:
        response = await self._wire.ask(Endpoint.USER, self._wire.get("2/user", token=token))
        return read(response.content, UserJson)

    # Venues.

    async def cities(self) -> CitiesJson:
        response = await self._wire.ask(Endpoint.CITIES, self._wire.get("3/location/config"))
        return read_list(response.content, CitiesJson, "cities")

    async def search(self, words: str, *, limit: int) -> SearchJson:
        """The schema there is strict: a field that it does not know is a 400."""
        body = {"query": words, "per_page": min(limit, 20), "page": 1, "types": ["venue"]}
        request = self._wire.post_json("3/venuesearch/search", body)
        return read((await self._wire.ask(Endpoint.SEARCH, request)).content, SearchJson)

    async def venue(self, venue_id: int) -> VenueJson:
        return await self._venue({"id": venue_id})

    async def venue_by_slug(self, slug: str, city: str) -> VenueJson:
        """`city` is a slug (`new-york-ny`) or a code (`ny`)."""
        return await self._venue({"url_slug": slug, "location": city})

    async def config(self, venue_id: int) -> ConfigJson:
        request = self._wire.get("2/config", {"venue_id": venue_id})
        return read((await self._wire.ask(Endpoint.CONFIG, request)).content, ConfigJson)

    async def calendar(self, venue_id: int, *, party_size: int, first: date, last: date) -> CalendarJson:
        """Slow, and it lags: for "which days", not for a drop."""
        params = {"venue_id": venue_id, "num_seats": party_size, "start_date": first, "end_date": last}
        request = self._wire.get("4/venue/calendar", params)
        return read((await self._wire.ask(Endpoint.CALENDAR, request)).content, CalendarJson)

    # Slots.

    async def find(self, venue_id: int, *, on: date, party_size: int) -> FindJson:
        response = await self._wire.ask(Endpoint.FIND, self._look(venue_id, on, party_size))
        return read(response.content, FindJson)

    async def details(self, token: Secret, slot: str, *, on: date, party_size: int) -> DetailsJson:
        """The terms, and a book token for some minutes. It is given out for a slot that is gone, too."""
        body = {"commit": 1, "config_id": slot, "day": on.isoformat(), "party_size": party_size}
        request = self._wire.post_json("3/details", body, token=token)
        return read((await self._wire.ask(Endpoint.DETAILS, request)).content, DetailsJson)

    async def book(self, token: Secret, book_token: str, *, card: int | None) -> BookedJson | Unknown:
        """One request, never repeated. `PlatformDown` is raised only where it surely booked nothing."""
        fields: dict[str, object] = {"book_token": book_token}
        if card is not None:
            fields["struct_payment_method"] = json.dumps({"id": card}, separators=(",", ":"))
        fields["source_id"] = "resy.com-venue-details"
        request = self._wire.post_form("3/book", fields, token=token)
        sent_at = self._clock.now()
        response = await self._wire.ask_once(Endpoint.BOOK, request)
        if response is None or meaning_of(Endpoint.BOOK, response.status_code) is Meaning.DOWN:
            return Unknown(sent_at=sent_at)
        self._wire.check(Endpoint.BOOK, response)
        try:
            booked = read(response.content, BookedJson)
        except PlatformDown:
            return Unknown(sent_at=sent_at)
        return booked if booked.names_one else Unknown(sent_at=sent_at)

    # Reservations.

    async def reservations(self, token: Secret) -> ReservationsJson:
        request = self._wire.get("3/user/reservations", _UPCOMING, token=token)
        return read((await self._wire.ask(Endpoint.RESERVATIONS, request)).content, ReservationsJson)

    async def cancel(self, token: Secret, resy_token: str) -> None:
        """Any 2xx is a yes, whatever it says. Raises `PlatformDown` where it may have been carried out, too."""
        await self._wire.ask(
            Endpoint.CANCEL, self._wire.post_form("3/cancel", {"resy_token": resy_token}, token=token)
        )

    async def special_request(self, token: Secret, resy_token: str, words: str) -> None:
        """Words for the venue; empty ones take back what was said."""
        form = {"resy_token": resy_token, "description": words}
        request = self._wire.post_form("2/reservation/special_request", form, token=token)
        await self._wire.ask(Endpoint.SPECIAL_REQUEST, request)

    # The notify list and favourites.

    async def notifies(self, token: Secret) -> NotifiesJson:
        request = self._wire.get("3/notify", token=token)
        return read((await self._wire.ask(Endpoint.NOTIFY, request)).content, NotifiesJson)

    async def notify(
        self,
        token: Secret,
        venue_id: int,
        *,
        on: date,
        party_size: int,
        first: time,
        last: time,
        service: int,
    ) -> None:
        """Times are venue-local, in steps of half an hour. What is `num_seats` here is `party_size` in the list."""
        form = {
            "venue_id": venue_id,
            "day": on,
            "num_seats": party_size,
            "time_preferred_start": first,
            "time_preferred_end": last,
            "service_type_id": service,
        }
        await self._wire.ask(Endpoint.NOTIFY, self._wire.post_form("2/notify", form, token=token))

    async def stop_notifying(
        self, token: Secret, notify_id: int, venue_id: int, *, on: date, party_size: int, service: int
    ) -> None:
        """All five are asked for."""
        params = {
            "notify_request_id": notify_id,
            "venue_id": venue_id,
            "day": on,
            "num_seats": party_size,
            "service_type_id": service,
        }
        await self._wire.ask(Endpoint.NOTIFY, self._wire.delete("2/notify", params, token=token))

    async def favourites(self, token: Secret) -> FavouritesJson:
        request = self._wire.get("3/user/favorites", token=token)
        return read((await self._wire.ask(Endpoint.FAVOURITES, request)).content, FavouritesJson)

    # The connection.

    async def read_clock(self) -> ClockReading | None:
        touched = await self._wire.touch("3/geoip")
        if touched is None:
            raise PlatformDown(PLATFORM, "no answer to the question for the time")
        sent_at, answered_at, shown = touched
        at = _instant(shown)
        return None if at is None else ClockReading(sent_at=sent_at, answered_at=answered_at, shown=at)

    async def touch(self) -> None:
        """Open a connection, or keep one open; failing is no error."""
        await self._wire.touch("3/geoip")

    async def takes_key(self) -> bool:
        """Whether the API key is (still) the right one: a wrong one looks like a token that ended."""
        try:
            await self._wire.ask(Endpoint.GEOIP, self._wire.get("3/geoip"))
        except Rejected as refused:
            return refused.meaning is not Meaning.SIGN_IN
        return True

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _venue(self, params: dict[str, object]) -> VenueJson:
        response = await self._wire.ask(Endpoint.VENUE, self._wire.get("3/venue", params))
        try:
            return read(response.content, VenueJson)
        except PlatformDown:
            return read(response.content, WrappedVenueJson).venue

    def _look(self, venue_id: int, on: date, party_size: int) -> httpx.Request:
        """The request for slots, put together once and sent again and again."""
        key = (venue_id, on, party_size)
        if key not in self._looks:
            if len(self._looks) == _LOOKS_KEPT:
                self._looks.clear()
            body = {
                "lat": 0,
                "long": 0,
                "day": on.isoformat(),
                "party_size": party_size,
                "venue_id": venue_id,
            }
            self._looks[key] = self._wire.post_json("4/find", body)
        return self._looks[key]


def _refresh_token(response: httpx.Response) -> Secret | None:
    for header in response.headers.get_list("set-cookie"):
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(header)
        except CookieError:
            continue
        if (found := cookie.get(_REFRESH_COOKIE)) is not None and found.value:
            return Secret(found.value)
    return None


def _instant(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
