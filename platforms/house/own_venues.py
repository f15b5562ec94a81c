"""The venues of the inventory, as a host adds and lists them."""

from collections.abc import Sequence

from core.clock import Clock
from core.domain.venue import Venue
from core.persistence.database import Database
from core.security.secret import Secret
from platforms.house.http.client import HouseClient
from platforms.house.inventory import LocalInventory
from platforms.house.platform import HousePlatform
from platforms.house.venue_files.import_venues import bring_in_venues, samples

_MOST = 1000


class HouseVenues:
    """`core.platform_spec.OwnVenues`."""

    def samples(self) -> str:
        return samples()

    async def add(self, database: Database, text: str, *, file: str, clock: Clock) -> Sequence[Venue]:
        read = await bring_in_venues(database, text, file=file, clock=clock)
        return [await LocalInventory(database, clock).venue(venue.id) for venue in read]

    async def all(self, database: Database, clock: Clock) -> Sequence[Venue]:
        return await LocalInventory(database, clock).find_venues("", limit=_MOST)

    def elsewhere(self, url: str, clock: Clock, *, caller: str, key: Secret) -> HousePlatform:
        return HousePlatform(HouseClient(url, clock, key=key), caller=caller)
