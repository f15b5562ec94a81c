"""Venues by name, all over the world: searched for on the platform, and looked at closely here."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.venue import Venue, VenueRef
from core.errors import PlatformDown, VenueGone
from platforms.resy import translate
from platforms.resy.client import ResyClient
from platforms.resy.schemas.venues import HitJson
from platforms.resy.single_flight import SingleFlight
from platforms.resy.statuses import Rejected
from platforms.resy.time_zones import zone_of
from platforms.resy.venue_cache import VenueCache

_SHORTEST = 3
_ASKED_FOR = 20
_ANSWERS_KEPT = timedelta(minutes=10)
_CITIES_KEPT = timedelta(days=1)
_MOST_KEPT = 500


class Search:
    """Searches, kept for a while: whoever types a name asks for the same one again and again."""

    def __init__(self, client: ResyClient, clock: Clock, venue_cache: VenueCache) -> None:
        self._client = client
        self._clock = clock
        self._venue_cache = venue_cache
        self._asking: SingleFlight[Sequence[Venue]] = SingleFlight(clock)
        self._found: dict[str, tuple[datetime, Sequence[Venue]]] = {}
        self._zones: tuple[datetime, Mapping[str, str]] | None = None

    async def venues(self, words: str, *, limit: int) -> Sequence[Venue]:
        """The best first. A word or two letters is too little to ask a worldwide index. Raises `PlatformDown`."""
        wanted = " ".join(words.split()).casefold()
        if len(wanted) < _SHORTEST:
            return ()
        now, kept = self._clock.now(), self._found.get(wanted)
        if kept is not None and now - kept[0] <= _ANSWERS_KEPT:
            return kept[1][:limit]
        found = await self._asking.ask(wanted, lambda: self._ask(wanted))
        if len(self._found) >= _MOST_KEPT:
            self._found.clear()
        self._found[wanted] = (now, found)
        return found[:limit]

    async def located(self, hits: Sequence[HitJson]) -> Sequence[Venue]:
        """Those that can be booked here, each in its time zone."""
        zones = await self._city_zones() if hits else dict[str, str]()
        venues = await asyncio.gather(*(self._venue(hit, zones) for hit in hits))
        return list({venue.ref: venue for venue in venues if venue is not None}.values())

    async def aclose(self) -> None:
        await self._asking.aclose()

    async def _ask(self, words: str) -> Sequence[Venue]:
        try:
            json = await self._client.search(words, limit=_ASKED_FOR)
        except Rejected as refused:
            raise refused.down from None
        return await self.located(
            translate.meant(json.search.hits if json.search is not None else json.hits, words)
        )

    async def _venue(self, hit: HitJson, zones: Mapping[str, str]) -> Venue | None:
        """A hit says nothing of time zones: its city does, and where that is not listed, the venue itself."""
        venue = translate.venue_of_hit(hit, "UTC")
        if venue is None:
            return None
        zone = zones.get(hit.location.url_slug) or zones.get(hit.location.code)
        if zone is not None:
            return translate.venue_of_hit(hit, zone)
        return await self._looked_up(venue.ref)

    async def _looked_up(self, ref: VenueRef) -> Venue | None:
        try:
            return translate.venue_of(await self._venue_cache.of(ref))
        except (VenueGone, PlatformDown):
            return None

    async def _city_zones(self) -> Mapping[str, str]:
        """By slug and by code; nothing when the platform does not say."""
        now = self._clock.now()
        if self._zones is not None and now - self._zones[0] <= _CITIES_KEPT:
            return self._zones[1]
        try:
            json = await self._client.cities()
        except (Rejected, PlatformDown):
            return {} if self._zones is None else self._zones[1]
        zones: dict[str, str] = {}
        for city in json.cities:
            zone = zone_of(city.time_zone) if city.time_zone else None
            if zone is not None:
                zones |= {name: zone for name in (city.url_slug, city.code) if name}
        self._zones = (now, zones)
        return zones
