"""Everything but the process: the real flows, switchboard, dispatcher, worker and house, on any drivers."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import Connection

from bot.assembly import assemble
from bot.conversation.declared import Declared
from bot.conversation.flow import AnyFlow
from bot.flows.registry import all_flows
from core.clock import Clock
from core.domain.guest import GuestState
from core.persistence import chats, guests
from core.persistence.database import Database
from core.persistence.leases import Lease
from core.ports import Platform
from core.runtime import process_lease
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from platforms.house.inventory import LocalInventory
from platforms.house.platform import HousePlatform
from platforms.house.venue_files.import_venues import import_venues, samples
from tests.drivers.fake import FakeDriver
from tests.drivers.port import Driver
from tests.fakes.alarm import FakeAlarm
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.wallet import keeper, vault

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""A Tuesday, 07:00 in New York: Casa Luna's tables for Tue 22 Dec come out at 14:00 UTC."""

SECRET = b"s" * 32
_OWNER = "this process"


class Stage:
    """`async with Stage() as stage:` with Ann as admin, and the group vouched for unless `strangers`."""

    def __init__(
        self,
        *drivers: Driver,
        clock: Clock | None = None,
        database: Database | None = None,
        platforms: Mapping[str, Platform] | None = None,
        strangers: bool = False,
        admins: frozenset[tuple[str, str]] = frozenset(),
        flows: Sequence[AnyFlow] | None = None,
    ) -> None:
        self.clock = clock or FakeClock(NOON)
        self.database = database or InlineDatabase()
        self.drivers: Sequence[Driver] = drivers or (FakeDriver(),)
        self.house = HousePlatform(LocalInventory(self.database, self.clock))
        self.platforms = platforms or {"house": self.house}
        self.bell = Bell()
        self.wallet = keeper(self.database, self.clock, self.bell)
        self.alarm = FakeAlarm(self.clock)
        self.flows = all_flows() if flows is None else flows
        self._strangers = strangers
        self._admins = admins
        self._sending: asyncio.Task[None] | None = None
        self._hearing: asyncio.Task[None] | None = None

    @property
    def fake(self) -> FakeDriver:
        """The only driver, where it is the fake one."""
        driver = self.drivers[0]
        assert isinstance(driver, FakeDriver)
        return driver

    @property
    def time(self) -> FakeClock:
        assert isinstance(self.clock, FakeClock)
        return self.clock

    async def __aenter__(self) -> Self:
        now = self.clock.now()
        await self.database.write(lambda tx: import_venues(tx, samples(), file="samples", now=now))
        await self.start()
        if not self._strangers:
            for driver in self.drivers:
                await self._seat(driver)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self.database.aclose()

    async def start(self) -> None:
        """As a process starts: everything in memory is new, the database is what it was."""
        self.alarm = FakeAlarm(self.clock)
        assembly = assemble(
            flows=self.flows,
            declared=Declared(flow.spec for flow in self.flows),
            database=self.database,
            clock=self.clock,
            platforms=self.platforms,
            frontends={driver.name: driver.frontend for driver in self.drivers},
            secret=SECRET,
            vault=vault(),
            wallet=self.wallet,
            admins=self._admins,
            quiet_window=QuietWindow(),
            alarm=self.alarm,
            bell=self.bell,
            owner=_OWNER,
        )
        self.switchboard, self.dispatcher, self.worker = (
            assembly.switchboard,
            assembly.dispatcher,
            assembly.worker,
        )
        self.drills = assembly.drills
        self.feed = assembly.feed
        for driver in self.drivers:
            await driver.start(self.switchboard)
        now = self.clock.now()
        await self.database.write(
            lambda tx: process_lease.take(tx, Lease(owner=_OWNER, until=now), seen=None, now=now)
        )
        self._sending = asyncio.create_task(self.dispatcher.run())
        self._hearing = asyncio.create_task(self.feed.run())
        self.worker.start()
        await self.switchboard.resume()
        await settle()

    async def stop(self) -> None:
        """A clean stop."""
        await self.drills.aclose()
        for driver in self.drivers:
            await driver.stop()
        stopping = asyncio.create_task(self.worker.stop())
        while not stopping.done():
            await settle(5)
            if isinstance(self.clock, FakeClock) and not stopping.done():
                break
            await asyncio.sleep(0.001)
        await asyncio.wait_for(stopping, 10)
        self.alarm.stop()
        for task in (self._hearing, self._sending):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        now = self.clock.now()
        await self.database.write(lambda tx: process_lease.give_back(tx, _OWNER, now=now))

    async def _seat(self, driver: Driver) -> None:
        """Ann is an admin; everybody in the group is let in; private chats are open where they have to be."""
        now = self.clock.now()

        def seat(tx: Connection) -> None:
            for who in ("ann", "bob", "cas"):
                guest = guests.meet(
                    tx,
                    frontend=driver.name,
                    account_id=driver.account(who),
                    name=who.title(),
                    handle=who,
                    origin="",
                    now=now,
                )
                guests.set_state(tx, guest.id, GuestState.APPROVED)
                guests.set_admin(tx, guest.id, is_admin=who == "ann")

        await self.database.write(seat)

    async def allow(self, driver: Driver, chat_id: str) -> None:
        """Vouch for a group."""
        now = self.clock.now()

        def vouch(tx: Connection) -> None:
            chat = chats.of_place(tx, frontend=driver.name, external_id=chat_id, private=False, title="")
            chats.allow(tx, chat.id, now=now)

        await self.database.write(vouch)
