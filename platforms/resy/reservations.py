"""A guest's reservations on the platform: listed, read back, given back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.clock import Clock
from core.domain.reservation import Reservation
from core.domain.venue import VenueRef
from core.errors import CancelRefused, PlatformDown, VenueGone
from platforms.resy import translate
from platforms.resy.account_calls import AccountCalls
from platforms.resy.client import ResyClient
from platforms.resy.schemas.reservations import ListedVenueJson, ReservationJson, ReservationsJson
from platforms.resy.statuses import PLATFORM, Meaning, Rejected
from platforms.resy.venue_cache import VenueCache

_LOOKS = (timedelta(0), timedelta(milliseconds=250), timedelta(milliseconds=500), timedelta(seconds=1))
"""Before each look at a list that may be behind."""

_READ_BACK_WITHIN = 3.0  # seconds
_HOLDERS_KEPT = 10_000
_NOT_CANCELLED = "Resy does not take this reservation back any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReservation:
    """A reservation and the name of its venue."""

    reservation: Reservation
    venue_name: str


class Reservations:
    """The lists of all accounts. Venues that a list names by number only are looked up once."""

    def __init__(
        self, client: ResyClient, clock: Clock, *, account_calls: AccountCalls, venue_cache: VenueCache
    ) -> None:
        self._client = client
        self._clock = clock
        self._account_calls = account_calls
        self._venue_cache = venue_cache
        self._holders: dict[str, int] = {}

    async def upcoming(self, account_id: int) -> Sequence[ListedReservation]:
        """What stands, in order of time. Raises `SignInNeeded`, `PlatformDown`."""
        json = await self._list(account_id)
        rows = [row for row in json.reservations if not translate.over(row)]
        venues = await self._venues({row.venue.id for row in rows}, json)
        found: list[ListedReservation] = []
        for row in rows:
            ref, zone, name = venues[row.venue.id]
            reservation = translate.reservation_of(row, ref, zone)
            if reservation is not None and reservation.starts_at > self._clock.now():
                found.append(ListedReservation(reservation=reservation, venue_name=name))
        return sorted(found, key=lambda one: one.reservation.starts_at)

    async def read_back(self, account_id: int, reservation_id: str) -> Reservation | None:
        """The reservation as the platform lists it, looked for a few times; None if it does not (yet)."""
        try:
            async with asyncio.timeout(_READ_BACK_WITHIN):
                for pause in _LOOKS:
                    if pause:
                        await self._clock.sleep(pause)
                    for one in await self._tried(account_id):
                        if one.reservation.id == reservation_id:
                            return one.reservation
        except TimeoutError:
            pass
        return None

    async def cancel(self, account_id: int, reservation: Reservation) -> None:
        """Give it back, and see that it is off the list. Raises `CancelRefused`, `SignInNeeded`, `PlatformDown`."""
        if self._holders.get(reservation.id, account_id) != account_id:
            raise CancelRefused("Another account holds this reservation.")
        if reservation.starts_at <= self._clock.now():
            raise CancelRefused("It has already begun.")
        broken: PlatformDown | None = None
        for _ in range(2):  # what names a reservation for cancelling may change from list to list
            listed = reservation.read_back or reservation.id in self._holders
            row = await self._row(account_id, reservation.id)
            if row is None and not listed:
                raise PlatformDown(PLATFORM, "it does not list the reservation yet that is to be given back")
            if row is None:
                return
            try:
                broken = None
                if await self._cancelled(account_id, row):
                    break
            except PlatformDown as down:
                broken = down
                break
        else:
            raise CancelRefused(_NOT_CANCELLED)
        for pause in _LOOKS:
            if pause:
                await self._clock.sleep(pause)
            if await self._row(account_id, reservation.id) is None:
                return
            if broken is not None:
                break
        raise broken or PlatformDown(PLATFORM, "it took the reservation back, and still lists it")

    async def tell_venue(self, account_id: int, reservation: Reservation, words: str) -> None:
        """Pass a word on to the venue. Raises `SignInNeeded`, `PlatformDown`."""
        row = await self._row(account_id, reservation.id)
        if row is None:
            raise PlatformDown(PLATFORM, "it does not list the reservation that the venue is to be told of")
        pair = await self._account_calls.credentials(account_id)
        try:
            await self._client.special_request(pair.token, row.resy_token, words)
        except Rejected as refused:
            await self._account_calls.look_after(account_id, refused)
            raise refused.down from None

    async def _cancelled(self, account_id: int, row: ReservationJson) -> bool:
        """False where the list has to be read again first. The list was just answered: the login is not at fault."""
        pair = await self._account_calls.credentials(account_id)
        try:
            await self._client.cancel(pair.token, row.resy_token)
        except Rejected as refused:
            await self._account_calls.look_after(account_id, refused)
            if refused.meaning in {Meaning.SIGN_IN, Meaning.GONE}:
                return False
            raise CancelRefused(_sentence(refused.message) or _NOT_CANCELLED) from None
        return True

    async def _row(self, account_id: int, reservation_id: str) -> ReservationJson | None:
        json = await self._list(account_id)
        rows = (row for row in json.reservations if row.reservation_id == reservation_id)
        return next((row for row in rows if not translate.over(row)), None)

    async def _tried(self, account_id: int) -> Sequence[ListedReservation]:
        try:
            return await self.upcoming(account_id)
        except PlatformDown:
            return ()

    async def _list(self, account_id: int) -> ReservationsJson:
        try:
            json = await self._account_calls.call(account_id, self._client.reservations)
        except Rejected as refused:
            raise refused.down from None
        if len(self._holders) > _HOLDERS_KEPT:
            self._holders.clear()
        self._holders.update((row.reservation_id, account_id) for row in json.reservations)
        return json

    async def _venues(
        self, numbers: set[str], json: ReservationsJson
    ) -> Mapping[str, tuple[VenueRef, str, str]]:
        """Where each venue is found, its zone and its name."""
        found = await asyncio.gather(*(self._venue(number, json) for number in numbers))
        return dict(zip(numbers, found, strict=True))

    async def _venue(self, number: str, json: ReservationsJson) -> tuple[VenueRef, str, str]:
        """A number that is out of use may be all that names a venue, if it is not one that we have met."""
        listed = json.venues.get(number, ListedVenueJson())
        try:
            venue = await self._venue_cache.numbered(int(number))
        except (VenueGone, ValueError):
            known = self._venue_cache.named(listed.url_slug, listed.name)
            if known is None:
                city = "" if listed.location is None else listed.location.url_slug or listed.location.code
                venue_id = f"{city}/{listed.url_slug}" if city and listed.url_slug else number
                return VenueRef(platform=PLATFORM, id=venue_id), "UTC", listed.name
            venue = known
        return venue.home, venue.zone, listed.name or venue.name


def _sentence(message: str) -> str:
    return message if not message or message[-1] in ".!?" else f"{message}."
