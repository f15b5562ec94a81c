"""What can be booked now, and when there is nothing, why."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.clock import Clock
from core.domain.slot import Availability, Cause, Day, DayState, Slot
from core.domain.venue import VenueRef
from core.errors import PlatformDown, VenueGone
from platforms.resy import causes, translate
from platforms.resy.ask_once import AskOnce
from platforms.resy.calendar import Calendars
from platforms.resy.client import ResyClient
from platforms.resy.schemas.slots import FindJson
from platforms.resy.statuses import Meaning, Rejected
from platforms.resy.venue_cache import Place, VenueCache

_SAME_MOMENT = timedelta(milliseconds=5)
"""Plans for one venue, day and party that look at the same moment share the look: requests are counted."""

_CAUSE_KEPT = timedelta(minutes=10)
_CALENDAR_KEPT = timedelta(seconds=60)
_EMPTY_TOO_OFTEN = 5
_LOOKED_UP_AGAIN_AFTER = timedelta(hours=1)


class AvailabilityReader:
    """Lists of slots and days."""

    def __init__(self, client: ResyClient, clock: Clock, *, places: VenueCache, calendars: Calendars) -> None:
        self._client = client
        self._clock = clock
        self._places = places
        self._calendars = calendars
        self._offers: AskOnce[tuple[Slot, ...]] = AskOnce(clock, within=_SAME_MOMENT)
        self._empty: dict[VenueRef, int] = {}

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        """Raises `VenueGone`, `PlatformDown`."""
        place = await self._places.of(ref)
        if on < causes.today_at(place, self._clock.now()):
            return Availability(slots=(), cause=Cause.PAST)
        key = (ref, on, party_size)
        slots = await self._offers.ask(key, lambda: self._listed(place, on, party_size))
        if slots:
            self._empty.pop(ref, None)
            self._places.seen(place, slots)
            return Availability(slots=slots)
        return Availability(slots=(), cause=await self._cause(place, on, party_size))

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        """Raises likewise."""
        place, now = await self._places.of(ref), self._clock.now()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        from_on = max(first, causes.today_at(place, now))
        if last < from_on:
            return [Day(on=on, state=DayState.CLOSED) for on in days]
        sheet = self._calendars.covering(
            place, party_size=party_size, first=from_on, last=last, within=_CALENDAR_KEPT
        ) or await self._calendars.sheet(place, party_size=party_size, first=from_on, last=last)
        return [
            Day(
                on=on,
                state=(state := causes.state_of(place, on, sheet.state(on), now)),
                drop_at=causes.drop_at(place, on, now) if state is DayState.NOT_RELEASED else None,
            )
            for on in days
        ]

    async def find(self, place: Place, *, on: date, party_size: int) -> FindJson:
        """What find answers, with the venue's number of these days. Raises likewise."""
        try:
            return await self._client.find(place.venue_id, on=on, party_size=party_size)
        except Rejected as refused:
            if refused.meaning is not Meaning.GONE:
                raise refused.down from None
        fresh = await self._places.fresh(place.ref)
        try:
            return await self._client.find(fresh.venue_id, on=on, party_size=party_size)
        except Rejected as refused:
            if refused.meaning is Meaning.GONE and fresh.venue_id != place.venue_id:
                raise VenueGone(str(place.ref)) from None
            raise refused.down from None

    async def aclose(self) -> None:
        await self._offers.aclose()

    async def _listed(self, place: Place, on: date, party_size: int) -> tuple[Slot, ...]:
        found = await self.find(place, on=on, party_size=party_size)
        return translate.slots_of(found, place, on=on, party_size=party_size)

    async def _cause(self, place: Place, on: date, party_size: int) -> Cause:
        now = self._clock.now()
        if (known := causes.by_rule(place, on, party_size, now)) is not None:
            return known
        near = causes.near_drop(place, on, now)
        sheet = self._calendars.covering(place, party_size=party_size, first=on, last=on, within=_CAUSE_KEPT)
        if sheet is None and not near:
            await self._look_up_again(place)
            try:
                sheet = await self._calendars.sheet(place, party_size=party_size, first=on, last=on)
            except PlatformDown:
                sheet = None  # the list itself was answered: that is what was asked for
        return Cause.FULL if sheet is None else causes.by_calendar(sheet.state(on))

    async def _look_up_again(self, place: Place) -> None:
        """A venue that stays empty may have got another number, under which it is full of tables."""
        self._empty[place.ref] = self._empty.get(place.ref, 0) + 1
        old = self._clock.now() - place.known_at >= _LOOKED_UP_AGAIN_AFTER
        if old and self._empty[place.ref] >= _EMPTY_TOO_OFTEN:
            self._empty[place.ref] = 0
            await self._places.fresh(place.ref)
