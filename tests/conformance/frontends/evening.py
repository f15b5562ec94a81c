"""Friends at one or several real networks, and Fourtop's own parts behind them: real clock, sockets, database."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import Self, cast

from bot.assembly import assemble
from bot.conversation.declared import Declared
from bot.conversation.flow import AnyFlow
from bot.conversation.messages import Card, Heard, Notice, Person, Place
from bot.conversation.ports import Ears, FrontEnd, Pace, Receipt, Reply
from bot.flows.registry import all_flows
from core.clock import SystemClock
from core.domain.booking import Booked, Booker
from core.domain.guest import GuestState
from core.domain.mandate import for_this
from core.domain.plan import Wish
from core.domain.venue import VenueRef
from core.persistence import chats, dialogues, guests
from core.persistence.database import Database
from core.persistence.sqlite_database import SqliteDatabase
from core.plans import arming
from core.ports import Platform
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from platforms.house.inventory import LocalInventory
from platforms.house.platform import HousePlatform
from platforms.house.venue_files.import_venues import import_venues
from tests.drivers.port import Driver
from tests.expect import present
from tests.fakes.alarm import FakeAlarm
from tests.fakes.wallet import keeper, vault
from tests.schema import create_tables

SECRET = b"s" * 32
FRIENDS = ("ann", "bob", "cas")
_BRISK = Pace(per_chat_second=1_000, per_group_minute=60_000, per_second=10_000)


class Evening:
    """`async with Evening(tmp_path, driver) as evening:` with Ann as admin and her friends let in.

    `platforms` are there besides the house, `flows` besides those that are registered. `strangers`: nobody is known
    yet; `doors`: everybody has a private chat open.
    """

    def __init__(
        self,
        folder: Path,
        *drivers: Driver,
        venues: str,
        platforms: Mapping[str, Platform] | None = None,
        strangers: bool = False,
        doors: bool = True,
        database: Database | None = None,
        flows: Sequence[AnyFlow] = (),
    ) -> None:
        self.clock = SystemClock()
        self.drivers = {driver.name: driver for driver in drivers}
        self.database = database or SqliteDatabase(f"sqlite:///{folder / 'fourtop.db'}")
        self.house = HousePlatform(LocalInventory(self.database, self.clock))
        self._bell = Bell()
        self.wallet = keeper(self.database, self.clock, self._bell)
        self._flows = [*all_flows(), *flows]
        self._platforms = dict(platforms or {})
        self._venues = venues
        self._strangers = strangers
        self._doors = doors
        self._alarm = FakeAlarm(self.clock)
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def __aenter__(self) -> Self:
        create_tables(self.database.engine)
        await self.open(self._venues)
        self._ears = {name: _LaterEars() for name in self.drivers}
        for name, driver in self.drivers.items():
            await driver.start(self._ears[name])
        assembly = assemble(
            flows=self._flows,
            declared=Declared(flow.spec for flow in self._flows),
            database=self.database,
            clock=self.clock,
            platforms={"house": self.house, **self._platforms},
            frontends={
                name: cast("FrontEnd", _Brisk(driver.frontend, self._flowing))
                for name, driver in self.drivers.items()
            },
            secret=SECRET,
            vault=vault(),
            wallet=self.wallet,
            admins=frozenset(),
            quiet_window=QuietWindow(),
            alarm=self._alarm,
            bell=self._bell,
            owner="this process",
        )
        self.switchboard, self.worker = assembly.switchboard, assembly.worker
        self._sending = asyncio.create_task(assembly.dispatcher.run())
        self._hearing = asyncio.create_task(assembly.feed.run())
        self.worker.start()
        if not self._strangers:
            await self.database.write(self._seat)
        for one in self._ears.values():
            one.given.set_result(self.switchboard)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.worker.stop()
        self._alarm.stop()
        for task in (self._hearing, self._sending):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for driver in self.drivers.values():
            await driver.stop()
        await self.database.aclose()

    async def open(self, venues: str) -> None:
        """Have venues in the inventory, or change those that are there."""
        now = self.clock.now()
        await self.database.write(lambda tx: import_venues(tx, venues, file="the test", now=now))

    def take_time(self, seconds: float) -> None:
        """From now on Fourtop thinks for so long about everything, as when a platform is slow."""
        for ears in self._ears.values():
            ears.seconds = seconds

    def messages_wait(self) -> None:
        """Nothing is shown or told before `messages_flow`: people see what they saw."""
        self._flowing.clear()

    def messages_flow(self) -> None:
        self._flowing.set()

    async def somebody_else_books(self, venue_id: str, on: date, party_size: int) -> None:
        """A table goes to somebody who is not among the friends."""
        ref = VenueRef(platform="house", id=venue_id)
        found = await self.house.slots(ref, on=on, party_size=party_size)
        rival = Booker(guest_id=999, name="Rival")
        slot = found.slots[0]
        answer = await self.house.book(slot, mandate=for_this(slot, rival), key=f"rival:{slot.token}")
        assert isinstance(answer, Booked)

    async def leave_for_days(self) -> None:
        """Every question that is open has been so for long."""
        later = self.clock.now() + timedelta(seconds=1)
        await self.database.write(lambda tx: dialogues.close_idle(tx, before=later))

    async def plan_in_the_group(self, on: Sequence[date]) -> None:
        """Arm a plan for two at Casa Luna on each of these days, by each friend in turn, where they have spoken."""
        driver = next(iter(self.drivers.values()))
        venue = await self.house.venue(VenueRef(platform="house", id="casa-luna"))
        now = self.clock.now()

        def arm(tx: guests.Connection) -> None:
            group = tx.exec_driver_sql("SELECT id FROM chats WHERE NOT private").scalar_one()
            for day, who in zip(on, cycle(FRIENDS), strict=False):
                known = present(guests.sign_in(tx, driver.name, driver.account(who)))
                arming.arm(
                    tx,
                    plan_id=arming.new_plan_id(),
                    organiser=guests.get(tx, known.guest_id),
                    chat_id=group,
                    thread_id=None,
                    venue=venue,
                    wish=Wish(venue=venue.ref, on=day, party_size=2, times=(time(19, 0),), seatings=()),
                    watching=False,
                    now=now,
                )

        await self.database.write(arm)

    def _seat(self, tx: guests.Connection) -> None:
        for name, driver in self.drivers.items():
            for who in FRIENDS:
                account = driver.account(who)
                met = guests.meet(
                    tx,
                    frontend=name,
                    account_id=account,
                    name=who.title(),
                    handle=who,
                    origin="",
                    now=self.clock.now(),
                )
                guests.set_state(tx, met.id, GuestState.APPROVED)
                guests.set_admin(tx, met.id, is_admin=who == "ann")
                if self._doors:
                    place = driver.frontend.private_chat(account) or account
                    chat = chats.of_place(tx, frontend=name, external_id=place, private=True, title=who)
                    guests.set_dm(tx, name, account, chat.id)


class _LaterEars:
    """Ears for a network that has to be there before what hears by it."""

    def __init__(self) -> None:
        self.given: asyncio.Future[Ears] = asyncio.get_running_loop().create_future()
        self.seconds = 0.0

    async def note(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        return await (await self.given).note(heard)

    async def hear(self, heard: Heard) -> Reply:
        await asyncio.sleep(self.seconds)
        return await (await self.given).hear(heard)

    async def current_card(self, dialogue_id: str, *, place: Place) -> Card | None:
        return await (await self.given).current_card(dialogue_id, place=place)

    async def suggest_venues(self, person: Person, words: str) -> Sequence[str]:
        return await (await self.given).suggest_venues(person, words)


class _Brisk:
    """A front-end on a network that bears any pace: what is said counts here, not how fast."""

    pace = _BRISK

    def __init__(self, frontend: FrontEnd, flowing: asyncio.Event) -> None:
        self._frontend = frontend
        self._flowing = flowing

    async def show(self, place: Place, card: Card, **how) -> Receipt:
        await self._flowing.wait()
        return await self._frontend.show(place, card, **how)

    async def tell(self, place: Place, notice: Notice, **how) -> Receipt:
        await self._flowing.wait()
        return await self._frontend.tell(place, notice, **how)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        await self._flowing.wait()
        return await self._frontend.erase(place, message_id)

    def __getattr__(self, name: str) -> object:
        return getattr(self._frontend, name)
