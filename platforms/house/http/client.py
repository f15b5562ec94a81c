"""The inventory of another process, over its HTTP API: one method an endpoint."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, time, timedelta
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from core.clock import Clock
from core.domain.booking import Unknown
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day
from core.domain.venue import Venue
from core.errors import FourtopError, PlatformDown
from core.powers.booking import Hold
from core.security.secret import Secret
from platforms.house.engine.booking_request import BookingRequest, NoTable, Owner
from platforms.house.engine.rules import PLATFORM
from platforms.house.http import translate
from platforms.house.http.problems import meaning_of
from platforms.house.http.schemas import (
    CALLER,
    DaysJson,
    HoldJson,
    Problem,
    ProblemJson,
    ReservationJson,
    ReservationsJson,
    SlotsJson,
    TimesJson,
    VenueJson,
    VenuesJson,
)
from platforms.http import BROKEN, never_sent, transport

T = TypeVar("T", bound=BaseModel)

_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_LOOKS_KEPT = 1000
_KEEP_ALIVE = 30.0  # longer than from warming up to the drop


class HouseClient:
    """An inventory over HTTP. `url` is the server's root, `key` one that its host has made."""

    def __init__(self, url: str, clock: Clock, *, key: Secret | None) -> None:
        self._clock = clock
        self._looks: dict[tuple[str, date, int], httpx.Request] = {}
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/house/v1/",
            headers={} if key is None else {"Authorization": f"Bearer {key.reveal()}"},
            timeout=_TIMEOUT,
            transport=transport(keep_alive=_KEEP_ALIVE),
        )

    async def find_venues(self, words: str, *, limit: int) -> Sequence[Venue]:
        json = await self._get("venues", VenuesJson, params={"words": words, "limit": str(limit)})
        return [translate.venue_from_json(venue) for venue in json.venues]

    async def venue(self, venue_id: str) -> Venue:
        return translate.venue_from_json(await self._get(_path(venue_id), VenueJson, venue=venue_id))

    async def days(self, venue_id: str, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        params = {"party_size": str(party_size), "first": first.isoformat(), "last": last.isoformat()}
        json = await self._get(f"{_path(venue_id)}/days", DaysJson, params=params, venue=venue_id)
        return [translate.day_from_json(day) for day in json.days]

    async def slots(self, venue_id: str, *, on: date, party_size: int) -> Availability:
        try:
            response = await self._http.send(self._look(venue_id, on, party_size))
        except BROKEN as error:
            raise _down(error) from error
        _refusal(response, venue_id)
        return translate.availability_from_json(_read(response, SlotsJson))

    async def times(self, venue_id: str, *, on: date) -> Sequence[time]:
        params = {"on": on.isoformat()}
        json = await self._get(f"{_path(venue_id)}/times", TimesJson, params=params, venue=venue_id)
        return json.times

    async def hold(self, booking: BookingRequest) -> Hold | NoTable:
        try:
            response = await self._http.send(self._posting("holds", booking))
        except BROKEN as error:
            raise _down(error) from error
        if (refusal := _refusal(response, booking.token.partition("/")[0])) is not None:
            return refusal
        return translate.hold_from_json(_read(response, HoldJson))

    async def release(self, hold_id: str, *, caller: str) -> None:
        await self._delete(f"holds/{quote(hold_id, safe='')}", caller=caller)

    async def book(self, booking: BookingRequest) -> Reservation | NoTable | Unknown:
        request = self._posting("reservations", booking)
        sent_at = self._clock.now()
        try:
            response = await self._http.send(request)
        except BROKEN as error:
            if never_sent(error):
                raise _down(error) from error
            return Unknown(sent_at=sent_at)
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Unknown(sent_at=sent_at)
        if (refusal := _refusal(response, booking.token.partition("/")[0])) is not None:
            return refusal
        try:
            return translate.reservation_from_json(_read(response, ReservationJson))
        except PlatformDown:
            return Unknown(sent_at=sent_at)

    async def cancel(self, reservation_id: str, *, owner: Owner) -> None:
        path = f"reservations/{quote(reservation_id, safe='')}"
        await self._delete(path, caller=owner.caller, params={"guest_id": str(owner.guest_id)})

    async def reservations(self, owner: Owner) -> Sequence[Reservation]:
        params = {"guest_id": str(owner.guest_id)}
        json = await self._get("reservations", ReservationsJson, params=params, caller=owner.caller)
        return [translate.reservation_from_json(one) for one in json.reservations]

    async def warm(self, *, calls: int = 1) -> None:
        await asyncio.gather(*(self._connect() for _ in range(calls)))

    async def aclose(self) -> None:
        await self._http.aclose()

    def _look(self, venue_id: str, on: date, party_size: int) -> httpx.Request:
        """The request for slots, put together before a drop and sent again and again from then on."""
        key = (venue_id, on, party_size)
        if key not in self._looks:
            if len(self._looks) == _LOOKS_KEPT:
                self._looks.clear()
            params = {"party_size": str(party_size), "on": on.isoformat()}
            self._looks[key] = self._http.build_request("GET", f"{_path(venue_id)}/slots", params=params)
        return self._looks[key]

    async def _connect(self) -> None:
        with suppress(*BROKEN):
            await self._http.get("")

    def _posting(self, path: str, booking: BookingRequest) -> httpx.Request:
        return self._http.build_request(
            "POST",
            path,
            content=translate.booking_to_json(booking).model_dump_json(),
            headers={"Content-Type": "application/json", CALLER: booking.owner.caller},
        )

    async def _get(
        self,
        path: str,
        shape: type[T],
        *,
        params: Mapping[str, str] | None = None,
        venue: str = "",
        caller: str = "",
    ) -> T:
        try:
            response = await self._http.get(path, params=params, headers={CALLER: caller})
        except BROKEN as error:
            raise _down(error) from error
        _refusal(response, venue)
        return _read(response, shape)

    async def _delete(self, path: str, *, caller: str, params: Mapping[str, str] | None = None) -> None:
        try:
            response = await self._http.delete(path, params=params, headers={CALLER: caller})
        except BROKEN as error:
            raise _down(error) from error
        _refusal(response, "")


def _path(venue_id: str) -> str:
    return f"venues/{quote(venue_id, safe='')}"


def _read(response: httpx.Response, shape: type[T]) -> T:
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise PlatformDown(PLATFORM, f"an answer that is not understood: {error}") from error


def _refusal(response: httpx.Response, venue: str) -> NoTable | None:
    """None for an answer that is what was asked for. Raises what the error table says."""
    if response.is_success:
        return None
    try:
        trouble = ProblemJson.model_validate_json(response.content).error
    except ValidationError:
        trouble = Problem()
    wait = response.headers.get("Retry-After", "")
    retry_after = timedelta(seconds=int(wait)) if wait.isdigit() else None
    meaning = meaning_of(response.status_code, trouble, venue=f"{PLATFORM}:{venue}", retry_after=retry_after)
    if isinstance(meaning, FourtopError):
        raise meaning
    return meaning


def _down(error: Exception) -> PlatformDown:
    return PlatformDown(PLATFORM, str(error) or type(error).__name__)
