"""The house platform on the conformance stage: in process on both databases, and over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from core.domain.terms import Money
from core.domain.venue import VenueRef
from core.persistence.database import Database, T, Work
from core.persistence.open_database import open_database
from core.security.api_keys import ApiKeys
from platforms.house.engine import venues
from platforms.house.engine.rules import Cancelling, HouseVenue, Shift, Table, TurnTime
from platforms.house.http import api
from platforms.house.http.client import HouseClient
from platforms.house.inventory import Inventory, LocalInventory
from platforms.house.platform import HousePlatform
from tests.conformance.platforms.stage import Spec
from tests.expect import json_of
from tests.fakes.clock import FakeClock
from tests.fakes.keys import a_key
from tests.fakes.relay import Relay
from tests.fakes.server import serving
from tests.schema import create_tables

Loss = Literal["booked", "not booked"]


class HouseStage:
    """The house platform over some door, with its database at hand."""

    keeps_keys = True
    lists_all = True
    tells_horizon_beyond_drop = True

    def __init__(
        self, door: Inventory, database: Database, clock: FakeClock, faults: "FlakyDatabase | FlakyApp"
    ) -> None:
        self.platform = HousePlatform(door, caller="here")
        self.clock = clock
        self.hold_for = timedelta(minutes=5)
        self._database = database
        self._faults = faults

    async def add_venue(self, spec: Spec) -> VenueRef:
        venue = house_venue(spec, hold_for=self.hold_for)
        now = self.clock.now()
        assert await self._database.write(lambda tx: venues.save(tx, venue, now=now)) == []
        return venue.ref

    def lose_answer(self, *, booked: bool) -> None:
        self._faults.lose = "booked" if booked else "not booked"

    def go_down(self) -> None:
        self._faults.down = True


def house_venue(spec: Spec, *, hold_for: timedelta) -> HouseVenue:
    """The venue in the house's own terms: one shift a time, and turns that end before the next one."""
    return HouseVenue(
        id=spec.name.casefold().replace(" ", "-"),
        name=spec.name,
        zone=spec.zone,
        address="1 House Street",
        party_min=spec.party_min,
        party_max=spec.party_max,
        horizon_days=spec.horizon_days,
        drop=spec.drop,
        shifts=tuple(
            Shift(
                name=f"{at:%H:%M}",
                weekdays=frozenset(range(7)),
                first=at,
                last=at,
                every=timedelta(minutes=15),
            )
            for at in spec.times
        ),
        tables=tuple(
            Table(name=f"{seating}{n}", seating=seating, seats_min=1, seats_max=spec.party_max)
            for seating, count in spec.tables.items()
            for n in range(count)
        ),
        turns=(TurnTime(up_to=spec.party_max, lasts=timedelta(minutes=105)),),
        closed=frozenset(day.isoformat() for day in spec.closed),
        cancelling=None
        if spec.free_until is None
        else Cancelling(
            free_until_before=spec.free_until, late_fee=Money(amount=Decimal(25), currency="USD")
        ),
        hold_for=hold_for,
    )


class FlakyDatabase(Relay):
    """A database whose connection breaks: for good, or once, just before or just after a commit."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.down = False
        self.lose: Loss | None = None

    async def read(self, work: Work[T]) -> T:
        self._fail_if(self.down)
        return await self._database.read(work)

    async def write(self, work: Work[T]) -> T:
        lose, self.lose = self.lose, None
        self._fail_if(self.down or lose == "not booked")
        answer = await self._database.write(work)
        self._fail_if(lose is not None)
        return answer

    def _fail_if(self, broken: bool) -> None:
        if broken:
            raise OperationalError("COMMIT", {}, ConnectionError("the connection is gone"))


class FlakyApp:
    """An app that cuts the connection: always, or in the middle of one booking."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.down = False
        self.lose: Loss | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        booking = scope["method"] == "POST" and scope["path"].endswith("/reservations")
        lose = self.lose if booking else None
        if booking:
            self.lose = None
        if lose is None and not self.down:
            return await self._app(scope, receive, send)
        if lose == "booked":
            await self._app(scope, receive, _swallow)
        json_of(
            send
        ).__self__.transport.abort()  # uvicorn's: nothing of an answer leaves, as when a cable is pulled
        return None


async def _swallow(_: object) -> None:
    pass


@asynccontextmanager
async def database_at(url: str) -> AsyncIterator[Database]:
    """An open database with every table."""
    database = open_database(url)
    try:
        create_tables(database.engine)
        yield database
    finally:
        await database.aclose()


@asynccontextmanager
async def local_stage(url: str) -> AsyncIterator[HouseStage]:
    async with database_at(url) as database:
        clock, flaky = FakeClock(), FlakyDatabase(database)
        yield HouseStage(LocalInventory(flaky, clock), database, clock, flaky)


@asynccontextmanager
async def http_stage(folder: Path) -> AsyncIterator[HouseStage]:
    async with database_at(f"sqlite:///{folder}/house.db") as database:
        clock = FakeClock()
        key, keys = await a_key(database), ApiKeys(database, clock)
        flaky = FlakyApp(Starlette(routes=[api.routes(LocalInventory(database, clock), keys=keys)]))
        async with serving(flaky) as url:
            client = HouseClient(url, clock, key=key)
            yield HouseStage(client, database, clock, flaky)
            await client.aclose()
