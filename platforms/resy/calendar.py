"""Which days a venue has tables on, by its calendar: slow and a little behind, so it is kept for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import Clock
from core.domain.slot import DayState
from core.domain.venue import VenueRef
from core.errors import VenueGone
from platforms.resy.ask_once import AskOnce
from platforms.resy.client import ResyClient
from platforms.resy.schemas.venues import CalendarJson
from platforms.resy.statuses import Meaning, Rejected
from platforms.resy.venue_cache import Place, VenueCache

_STATES: Mapping[str, DayState] = {
    "available": DayState.OPEN,
    "sold-out": DayState.FULL,
    "not available": DayState.CLOSED,
}
_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
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
    """Sheets by venue and party size."""

    def __init__(self, client: ResyClient, clock: Clock, places: VenueCache) -> None:
        self._client = client
        self._clock = clock
        self._places = places
        self._sheets: dict[tuple[str, int], Sheet] = {}
        self._asking: AskOnce[Sheet] = AskOnce(clock)

    def covering(
        self, place: Place, *, party_size: int, first: date, last: date, within: timedelta
    ) -> Sheet | None:
        """A sheet with those days on it that is not older."""
        sheet = self._sheets.get((place.ref.id, party_size))
        if sheet is None or sheet.first > first or sheet.last < last:
            return None
        return sheet if self._clock.now() - sheet.known_at <= within else None

    async def sheet(self, place: Place, *, party_size: int, first: date, last: date) -> Sheet:
        """As it is now. Raises `VenueGone`, `PlatformDown`."""
        key = (place.ref.id, party_size, first, last)
        return await self._asking.ask(key, lambda: self._ask(place, party_size, first, last))

    def forget(self, ref: VenueRef) -> None:
        """It is no longer so: a table was booked or given back."""
        for key in [key for key in self._sheets if key[0] == ref.id]:
            del self._sheets[key]

    async def aclose(self) -> None:
        await self._asking.aclose()

    async def _ask(self, place: Place, party_size: int, first: date, last: date) -> Sheet:
        json = await self._of_today(place, party_size, first, last)
        sheet = Sheet(
            first=first,
            last=last,
            states={day.on: _STATES.get(day.inventory.reservation, DayState.FULL) for day in json.scheduled},
            last_on_sale=json.last_calendar_day,
            known_at=self._clock.now(),
        )
        if len(self._sheets) == _KEPT:
            self._sheets.clear()
        self._sheets[place.ref.id, party_size] = sheet
        return sheet

    async def _of_today(self, place: Place, party_size: int, first: date, last: date) -> CalendarJson:
        """With the number that the venue has now, where the one we knew is out of use."""
        try:
            return await self._client.calendar(place.venue_id, party_size=party_size, first=first, last=last)
        except Rejected as refused:
            if refused.meaning is not Meaning.GONE:
                raise refused.down from None
        fresh = await self._places.fresh(place.ref)
        try:
            return await self._client.calendar(fresh.venue_id, party_size=party_size, first=first, last=last)
        except Rejected as refused:
            if refused.meaning is Meaning.GONE:
                raise VenueGone(str(place.ref)) from None
            raise refused.down from None
