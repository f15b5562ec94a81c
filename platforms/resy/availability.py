"""What can be booked now, and when there is nothing, why."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.clock import Clock
from core.domain.slot import Availability, Cause, Day, DayState, Slot
from core.domain.venue import VenueRef
from core.errors import PlatformDown, VenueGone
from platforms.resy import empty_day, translate
from platforms.resy.calendar import Calendars
from platforms.resy.client import ResyClient
from platforms.resy.schemas.slots import FindJson
from platforms.resy.single_flight import SingleFlight
from platforms.resy.statuses import Meaning, Rejected
from platforms.resy.venue_cache import CachedVenue, VenueCache

_SAME_MOMENT = timedelta(milliseconds=5)
"""Plans for one venue, day and party that look at the same moment share the look: requests are counted."""

_CAUSE_KEPT = timedelta(minutes=10)
_CALENDAR_KEPT = timedelta(seconds=60)
_EMPTY_TOO_OFTEN = 5
_LOOKED_UP_AGAIN_AFTER = timedelta(hours=1)


class AvailabilityReader:
    """Lists of slots and days."""

    def __init__(
        self, client: ResyClient, clock: Clock, *, venue_cache: VenueCache, calendars: Calendars
    ) -> None:
        self._client = client
        self._clock = clock
        self._venue_cache = venue_cache
        self._calendars = calendars
        self._offers: SingleFlight[tuple[Slot, ...]] = SingleFlight(clock, within=_SAME_MOMENT)
        self._empty: dict[VenueRef, int] = {}

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        """Raises `VenueGone`, `PlatformDown`."""
        venue = await self._venue_cache.of(ref)
        if on < empty_day.today_at(venue, self._clock.now()):
            return Availability(slots=(), cause=Cause.PAST)
        key = (ref, on, party_size)
        slots = await self._offers.ask(key, lambda: self._listed(venue, on, party_size))
        if slots:
            self._empty.pop(ref, None)
            self._venue_cache.seen(venue, slots)
            return Availability(slots=slots)
        return Availability(slots=(), cause=await self._cause(venue, on, party_size))

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        """Raises likewise."""
        venue, now = await self._venue_cache.of(ref), self._clock.now()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        from_on = max(first, empty_day.today_at(venue, now))
        if last < from_on:
            return [Day(on=on, state=DayState.CLOSED) for on in days]
        span = self._calendars.covering(
            venue, party_size=party_size, first=from_on, last=last, within=_CALENDAR_KEPT
        ) or await self._calendars.span(venue, party_size=party_size, first=from_on, last=last)
        return [
            Day(
                on=on,
                state=(state := empty_day.state_of(venue, on, span.state(on), now)),
                drop_at=empty_day.drop_at(venue, on, now) if state is DayState.NOT_RELEASED else None,
            )
            for on in days
        ]

    async def find(self, venue: CachedVenue, *, on: date, party_size: int) -> FindJson:
        """What find answers, with the venue's number of these days. Raises likewise."""
        try:
            return await self._client.find(venue.venue_id, on=on, party_size=party_size)
        except Rejected as refused:
            if refused.meaning is not Meaning.GONE:
                raise refused.down from None
        fresh = await self._venue_cache.fresh(venue.ref)
        try:
            return await self._client.find(fresh.venue_id, on=on, party_size=party_size)
        except Rejected as refused:
            if refused.meaning is Meaning.GONE and fresh.venue_id != venue.venue_id:
                raise VenueGone(str(venue.ref)) from None
            raise refused.down from None

    async def aclose(self) -> None:
        await self._offers.aclose()

    async def _listed(self, venue: CachedVenue, on: date, party_size: int) -> tuple[Slot, ...]:
        found = await self.find(venue, on=on, party_size=party_size)
        return translate.slots_of(found, venue, on=on, party_size=party_size)

    async def _cause(self, venue: CachedVenue, on: date, party_size: int) -> Cause:
        now = self._clock.now()
        if (known := empty_day.by_rule(venue, on, party_size, now)) is not None:
            return known
        near = empty_day.near_drop(venue, on, now)
        span = self._calendars.covering(venue, party_size=party_size, first=on, last=on, within=_CAUSE_KEPT)
        if span is None and not near:
            await self._look_up_again(venue)
            try:
                span = await self._calendars.span(venue, party_size=party_size, first=on, last=on)
            except PlatformDown:
                span = None  # the list itself was answered: that is what was asked for
        return Cause.FULL if span is None else empty_day.by_calendar(span.state(on))

    async def _look_up_again(self, venue: CachedVenue) -> None:
        """A venue that stays empty may have got another number, under which it is full of tables."""
        self._empty[venue.ref] = self._empty.get(venue.ref, 0) + 1
        old = self._clock.now() - venue.known_at >= _LOOKED_UP_AGAIN_AFTER
        if old and self._empty[venue.ref] >= _EMPTY_TOO_OFTEN:
            self._empty[venue.ref] = 0
            await self._venue_cache.fresh(venue.ref)
