"""Which days a venue has tables on, by its calendar: slow and a little behind, so it is kept for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import Clock
from core.domain.slot import DayState
from core.domain.venue import VenueRef
from core.errors import VenueGone
from platforms.resy.client import ResyClient
from platforms.resy.schemas.venues import CalendarJson
from platforms.resy.single_flight import SingleFlight
from platforms.resy.statuses import Meaning, Rejected
from platforms.resy.venue_cache import CachedVenue, VenueCache

_STATES: Mapping[str, DayState] = {
    "available": DayState.OPEN,
    "sold-out": DayState.FULL,
    "not available": DayState.CLOSED,
}
_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpan:
    """The calendar from `first` to `last` as it was at `known_at`; `last_on_sale` is None where it was not said."""

    first: date
    last: date
    states: Mapping[date, DayState]
    last_on_sale: date | None
    known_at: datetime

    def state(self, on: date) -> DayState:
        """What it shows of a day. A word that is not known, and a day left out, count as full: one can watch it."""
        if self.last_on_sale is not None and on > self.last_on_sale:
            return DayState.NOT_RELEASED
        return self.states.get(on, DayState.FULL)


class Calendars:
    """Spans by venue and party size."""

    def __init__(self, client: ResyClient, clock: Clock, venue_cache: VenueCache) -> None:
        self._client = client
        self._clock = clock
        self._venue_cache = venue_cache
        self._spans: dict[tuple[str, int], CalendarSpan] = {}
        self._asking: SingleFlight[CalendarSpan] = SingleFlight(clock)

    def covering(
        self, venue: CachedVenue, *, party_size: int, first: date, last: date, within: timedelta
    ) -> CalendarSpan | None:
        """A span with those days on it that is not older."""
        span = self._spans.get((venue.ref.id, party_size))
        if span is None or span.first > first or span.last < last:
            return None
        return span if self._clock.now() - span.known_at <= within else None

    async def span(self, venue: CachedVenue, *, party_size: int, first: date, last: date) -> CalendarSpan:
        """As it is now. Raises `VenueGone`, `PlatformDown`."""
        key = (venue.ref.id, party_size, first, last)
        return await self._asking.ask(key, lambda: self._ask(venue, party_size, first, last))

    def forget(self, ref: VenueRef) -> None:
        """It is no longer so: a table was booked or given back."""
        for key in [key for key in self._spans if key[0] == ref.id]:
            del self._spans[key]

    async def aclose(self) -> None:
        await self._asking.aclose()

    async def _ask(self, venue: CachedVenue, party_size: int, first: date, last: date) -> CalendarSpan:
        json = await self._of_today(venue, party_size, first, last)
        span = CalendarSpan(
            first=first,
            last=last,
            states={day.on: _STATES.get(day.inventory.reservation, DayState.FULL) for day in json.scheduled},
            last_on_sale=json.last_calendar_day,
            known_at=self._clock.now(),
        )
        if len(self._spans) == _KEPT:
            self._spans.clear()
        self._spans[venue.ref.id, party_size] = span
        return span

    async def _of_today(self, venue: CachedVenue, party_size: int, first: date, last: date) -> CalendarJson:
        """With the number that the venue has now, where the one we knew is out of use."""
        try:
            return await self._client.calendar(venue.venue_id, party_size=party_size, first=first, last=last)
        except Rejected as refused:
            if refused.meaning is not Meaning.GONE:
                raise refused.down from None
        fresh = await self._venue_cache.fresh(venue.ref)
        try:
            return await self._client.calendar(fresh.venue_id, party_size=party_size, first=first, last=last)
        except Rejected as refused:
            if refused.meaning is Meaning.GONE:
                raise VenueGone(str(venue.ref)) from None
            raise refused.down from None
