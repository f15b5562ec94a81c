"""The platform's own list of people to be told when a table comes free."""

from core.domain.plan import Wish
from core.errors import NotifyRefused
from platforms.resy import translate
from platforms.resy.account_calls import AccountCalls
from platforms.resy.availability import AvailabilityReader
from platforms.resy.client import ResyClient
from platforms.resy.schemas.notify import NotifySpecsJson
from platforms.resy.statuses import Meaning, Rejected
from platforms.resy.venue_cache import CachedVenue, VenueCache


class NotifyRequests:
    """Guests' places on it. An account may wait for the same evening once for each meal."""

    def __init__(
        self,
        client: ResyClient,
        *,
        account_calls: AccountCalls,
        venue_cache: VenueCache,
        availability: AvailabilityReader,
    ) -> None:
        self._client = client
        self._account_calls = account_calls
        self._venue_cache = venue_cache
        self._availability = availability

    async def ask(self, account_id: int, wish: Wish) -> None:
        """Put the account on the list; twice is once. Raises `NotifyRefused`, `SignInNeeded`, `PlatformDown`."""
        venue = await self._venue_cache.of(wish.venue)
        try:
            await self._ask(account_id, venue, wish)
        except Rejected as refused:
            if refused.meaning in {Meaning.FORBIDDEN, Meaning.GONE, Meaning.IN_THE_WAY}:
                raise NotifyRefused(refused.message) from None
            raise refused.down from None

    async def ask_no_more(self, account_id: int, wish: Wish) -> None:
        """Take it off again, for every meal of that evening. Raises `SignInNeeded`, `PlatformDown`."""
        venue = await self._venue_cache.of(wish.venue)
        try:
            for one in await self._waiting(account_id, venue, wish):
                if one.service_type_id is not None:
                    await self._take_off(account_id, venue, wish, one.notify_request_id, one.service_type_id)
        except Rejected as refused:
            raise refused.down from None

    async def _ask(self, account_id: int, venue: CachedVenue, wish: Wish) -> None:
        found = await self._availability.find(venue, on=wish.on, party_size=wish.party_size)
        first, last, service = translate.asking_window(translate.notify_options(found), wish.times)
        waiting = await self._waiting(account_id, venue, wish)
        if any(one.service_type_id == service for one in waiting):
            return
        await self._account_calls.call(
            account_id,
            lambda token: self._client.notify(
                token,
                venue.venue_id,
                on=wish.on,
                party_size=wish.party_size,
                first=first,
                last=last,
                service=service,
            ),
        )

    async def _waiting(self, account_id: int, venue: CachedVenue, wish: Wish) -> list[NotifySpecsJson]:
        """The account's places for this venue, day and party."""
        listed = await self._account_calls.call(account_id, self._client.notifies)
        wanted = (str(venue.venue_id), wish.on, wish.party_size)
        specs = (one.specs for one in listed.notify)
        return [one for one in specs if (one.venue_id, one.day, one.party_size or one.num_seats) == wanted]

    async def _take_off(
        self, account_id: int, venue: CachedVenue, wish: Wish, notify_id: int, service: int
    ) -> None:
        await self._account_calls.call(
            account_id,
            lambda token: self._client.stop_notifying(
                token,
                notify_id,
                venue.venue_id,
                on=wish.on,
                party_size=wish.party_size,
                service=service,
            ),
        )
