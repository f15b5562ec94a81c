"""Resy as the core sees it: `core.ports.Platform`, and the powers it has."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta

from core.clock import Clock
from core.domain.almanac import Claim, DropKnowledge
from core.domain.booking import BookAnswer, Booked, Booker, GuestAction, NeedsGuest
from core.domain.mandate import Mandate
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.venue import Venue, VenueRef
from core.errors import NotConnected
from core.ports import Permit, at_will
from core.powers.accounts import Credentials, SignedIn, SignInAnswer, Wallet
from core.powers.clock import ClockReading
from core.powers.links import Linked
from core.powers.rehearsal import Script
from core.powers.sign_in import SignInStep
from core.security.secret import Secret
from platforms.resy import links, sign_in, translate
from platforms.resy.account_calls import AccountCalls
from platforms.resy.almanac import DropAlmanac
from platforms.resy.availability import AvailabilityReader
from platforms.resy.booking import Bookings
from platforms.resy.calendar import Calendars
from platforms.resy.client import ResyClient
from platforms.resy.notify_list import NotifyRequests
from platforms.resy.rehearsal import ResyRehearsal, rehearsal
from platforms.resy.reservations import Reservations
from platforms.resy.search import Search
from platforms.resy.statuses import PLATFORM, Rejected
from platforms.resy.venue_cache import VenueCache

_LATELY = timedelta(minutes=10)


class ResyPlatform:
    """Resy, with the accounts that `wallet` opens and what `almanac` knows of drops."""

    def __init__(self, url: str, api_key: str, clock: Clock, *, wallet: Wallet, almanac: DropAlmanac) -> None:
        self._clock = clock
        self._almanac = almanac
        self._client = ResyClient(url, api_key, clock)
        self._account_calls = AccountCalls(self._client, wallet)
        self._venue_cache = VenueCache(self._client, clock, almanac=almanac)
        self._calendars = Calendars(self._client, clock, self._venue_cache)
        self._search = Search(self._client, clock, self._venue_cache)
        self._availability = AvailabilityReader(
            self._client, clock, venue_cache=self._venue_cache, calendars=self._calendars
        )
        self._notify_list = NotifyRequests(
            self._client,
            account_calls=self._account_calls,
            venue_cache=self._venue_cache,
            availability=self._availability,
        )
        self._reservations = Reservations(
            self._client, clock, account_calls=self._account_calls, venue_cache=self._venue_cache
        )
        self._bookings = Bookings(
            self._client,
            clock,
            account_calls=self._account_calls,
            venue_cache=self._venue_cache,
            reservations=self._reservations,
        )

    @property
    def name(self) -> str:
        return PLATFORM

    # The port.

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        return await self._search.venues(words, limit=limit)

    async def venue(self, ref: VenueRef) -> Venue:
        return translate.venue_of(await self._venue_cache.fresh(ref))

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        return await self._availability.days(ref, party_size=party_size, first=first, last=last)

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        return await self._availability.slots(ref, on=on, party_size=party_size)

    async def book(self, slot: Slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        """The key is not kept there: a slot asked for again is answered with the reservation that it became."""
        account_id = mandate.booker.account_id
        if account_id is None:
            return NeedsGuest(action=GuestAction.SIGN_IN)
        answer = await self._bookings.book(slot, account_id, mandate.ceiling, permit)
        if isinstance(answer, Booked):
            self._calendars.forget(slot.venue)
        return answer

    async def cancel(self, reservation: Reservation, *, booker: Booker) -> None:
        await self._reservations.cancel(_account(booker), reservation)
        self._calendars.forget(reservation.venue)

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        return [one.reservation for one in await self._reservations.upcoming(_account(booker))]

    async def warm(self, *, calls: int = 1) -> None:
        await asyncio.gather(*(self._client.touch() for _ in range(calls)))

    async def aclose(self) -> None:
        for part in (self._bookings, self._availability, self._search, self._calendars, self._venue_cache):
            await part.aclose()
        await self._client.aclose()

    # Prepares.

    async def prepare(self, slot: Slot, *, booker: Booker) -> None:
        if booker.account_id is not None:
            await self._bookings.prepare(slot, booker.account_id)

    # DeepLinks, ReadsLinks.

    def link(self, venue: Venue, *, on: date, party_size: int) -> str:
        return links.page(venue.ref, on=on, party_size=party_size)

    async def read_link(self, url: str) -> Linked | None:
        pasted = links.read(url)
        if pasted is None:
            return None
        venue = await self._venue_cache.lately(pasted.ref, within=_LATELY)
        return Linked(ref=venue.home, on=pasted.on, party_size=pasted.party_size)

    # Accounts.

    def first_step(self) -> SignInStep:
        return sign_in.FIRST_STEP

    async def next_step(self, step: SignInStep, answer: Secret) -> SignInAnswer:
        return await sign_in.next_step(self._client, step, answer)

    async def renew(self, credentials: Credentials) -> Credentials:
        return await sign_in.renewed_pair(self._client, credentials)

    async def look_at(self, account_id: int) -> SignedIn:
        try:
            user = await self._account_calls.call(account_id, self._client.user)
        except Rejected as refused:
            raise refused.down from None
        return sign_in.signed_in(user, await self._account_calls.credentials(account_id))

    def mending_page(self) -> str:
        return links.ACCOUNT_PAGE

    # NotifyList, KeepsFavourites, TakesWords.

    async def ask_to_be_told(self, wish: Wish, *, booker: Booker) -> None:
        await self._notify_list.ask(_account(booker), wish)

    async def ask_no_more(self, wish: Wish, *, booker: Booker) -> None:
        await self._notify_list.ask_no_more(_account(booker), wish)

    async def favourites(self, *, booker: Booker) -> Sequence[Venue]:
        try:
            json = await self._account_calls.call(_account(booker), self._client.favourites)
        except Rejected as refused:
            raise refused.down from None
        return await self._search.located([each.venue for each in json.results.venues])

    async def tell_venue(self, reservation: Reservation, words: str, *, booker: Booker) -> None:
        await self._reservations.tell_venue(_account(booker), reservation, words)

    # TellsTime, KnowsDrops, StatesDrops.

    async def read_clock(self) -> ClockReading | None:
        return await self._client.read_clock()

    async def drop_knowledge(self, ref: VenueRef) -> DropKnowledge | None:
        venue = await self._venue_cache.lately(ref, within=_LATELY)
        return await self._almanac.best(ref, venue.zone, venue.claims)

    async def drop_claims(self, ref: VenueRef) -> Sequence[Claim]:
        return (await self._venue_cache.lately(ref, within=_LATELY)).claims

    # Rehearses.

    def rehearsal(self, script: Script) -> AbstractAsyncContextManager[ResyRehearsal]:
        return rehearsal(self._elsewhere, self._clock, script)

    def _elsewhere(self, url: str, api_key: str, wallet: Wallet, almanac: DropAlmanac) -> "ResyPlatform":
        return ResyPlatform(url, api_key, self._clock, wallet=wallet, almanac=almanac)


def _account(booker: Booker) -> int:
    if booker.account_id is None:
        raise NotConnected(PLATFORM)
    return booker.account_id
