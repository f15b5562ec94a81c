"""What is known of venues besides their tables: found by city and slug, which stay; numeric ids do not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.clock import Clock
from core.domain.almanac import Claim, DropKnowledge
from core.domain.drop import Rule
from core.domain.slot import Slot
from core.domain.venue import VenueRef
from core.drops.words import claims_of
from core.errors import PlatformDown, VenueGone
from platforms.resy.almanac import DropAlmanac
from platforms.resy.client import ResyClient
from platforms.resy.schemas.venues import ConfigJson, VenueJson
from platforms.resy.single_flight import SingleFlight
from platforms.resy.statuses import PLATFORM, Meaning, Rejected
from platforms.resy.time_zones import zone_of

_NEED_TO_KNOW = "need_to_know"
_SEATINGS_KEPT = 12
_KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedVenue:
    """A venue as it was at `known_at`, asked for as `ref`; `venue_id` is its number of these days.

    `home` is what it is called for good, by slugs. `lead_days` is how many days after today the last one on sale is,
    `last_hour` the last hour of the day at which a table starts.
    """

    ref: VenueRef
    home: VenueRef
    venue_id: int
    name: str
    zone: str
    currency: str
    address: str
    locality: str
    party_min: int
    party_max: int
    lead_days: int | None
    last_hour: int | None
    claims: tuple[Claim, ...]
    knowledge: DropKnowledge | None
    known_at: datetime
    seatings: tuple[str, ...] = ()

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def rule(self) -> Rule | None:
        return None if self.knowledge is None else self.knowledge.claim.rule


class VenueCache:
    """Venues by their reference and by their number, as they were when they were last looked up."""

    def __init__(self, client: ResyClient, clock: Clock, *, almanac: DropAlmanac) -> None:
        self._client = client
        self._clock = clock
        self._almanac = almanac
        self._known: dict[VenueRef, CachedVenue] = {}
        self._numbers: dict[int, VenueRef] = {}
        self._asking: SingleFlight[CachedVenue] = SingleFlight(clock)

    async def of(self, ref: VenueRef) -> CachedVenue:
        """As it is known, however long ago that was. Raises `VenueGone`, `PlatformDown`."""
        return self._known.get(ref) or await self.fresh(ref)

    async def lately(self, ref: VenueRef, *, within: timedelta) -> CachedVenue:
        """As it was not longer ago than that. Raises likewise."""
        known = self._known.get(ref)
        if known is not None and self._clock.now() - known.known_at <= within:
            return known
        return await self.fresh(ref)

    async def fresh(self, ref: VenueRef) -> CachedVenue:
        """As it is now. Raises likewise."""
        return await self._asking.ask(ref, lambda: self._ask(ref))

    async def numbered(self, venue_id: int) -> CachedVenue:
        """By its number: of one that is out of use, only if we have met it. Raises likewise."""
        ref = self._numbers.get(venue_id, VenueRef(platform=PLATFORM, id=str(venue_id)))
        return await self.of(ref)

    def named(self, slug: str, name: str) -> CachedVenue | None:
        """The only one of that slug, or else of that name, among those that we have met."""
        met = {venue.home: venue for venue in self._known.values()}.values()
        for found in (
            [venue for venue in met if venue.home.id.endswith(f"/{slug}")],
            [venue for venue in met if venue.name == name],
        ):
            if len(found) == 1:
                return found[0]
        return None

    def seen(self, venue: CachedVenue, slots: Sequence[Slot]) -> None:
        """Learn a venue's seatings from what it offered."""
        known = self._known.get(venue.ref, venue)
        names = {name.casefold(): name for name in known.seatings}
        for slot in slots:
            if slot.seating:
                names.setdefault(slot.seating.casefold(), slot.seating)
        if len(names) > len(known.seatings):
            seatings = tuple(names.values())[:_SEATINGS_KEPT]
            self._known[venue.ref] = replace(known, seatings=seatings)

    async def aclose(self) -> None:
        await self._asking.aclose()

    async def _ask(self, asked: VenueRef) -> CachedVenue:
        json = await self._venue(asked)
        city = json.location.url_slug or json.location.code
        home = _ref(city, json.url_slug) if city and json.url_slug else asked
        zone = zone_of(json.locale.time_zone or json.location.time_zone)
        if zone is None:
            raise PlatformDown(PLATFORM, f"a time zone that nobody knows: {json.locale.time_zone!r}")
        config = await self._config(json.id.resy)
        text = next((each.body for each in json.content or () if each.name == _NEED_TO_KNOW), None)
        claims = tuple(claims_of(text or "", zone, lead_time=config.lead_time_in_days))
        ref = asked if "/" in asked.id else home
        before = self._known.get(ref)
        venue = CachedVenue(
            ref=ref,
            home=home,
            venue_id=json.id.resy,
            name=json.name,
            zone=zone,
            currency=json.locale.currency or "USD",
            address=", ".join(filter(None, (json.location.address_1, json.location.locality))),
            locality=json.location.locality,
            party_min=max(1, json.min_party_size or config.min_party_size or 1),
            party_max=json.max_party_size or config.max_party_size or 20,
            lead_days=config.lead_time_in_days,
            last_hour=config.max_book_hour,
            claims=claims,
            knowledge=await self._almanac.best(ref, zone, claims),
            known_at=self._clock.now(),
            seatings=before.seatings if before is not None else (),
        )
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[ref] = self._known[asked] = venue
        self._numbers[venue.venue_id] = home
        return venue

    async def _venue(self, ref: VenueRef) -> VenueJson:
        city, slash, slug = ref.id.partition("/")
        try:
            if slash and city and slug:
                return await self._client.venue_by_slug(slug, city)
            if ref.id.isascii() and ref.id.isdigit():
                return await self._client.venue(int(ref.id))
        except Rejected as refused:
            if refused.meaning is not Meaning.GONE:
                raise refused.down from None
        raise VenueGone(str(ref))

    async def _config(self, venue_id: int) -> ConfigJson:
        try:
            return await self._client.config(venue_id)
        except Rejected as refused:
            if refused.meaning is Meaning.GONE:
                return ConfigJson()
            raise refused.down from None


def _ref(city: str, slug: str) -> VenueRef:
    return VenueRef(platform=PLATFORM, id=f"{city}/{slug}")
