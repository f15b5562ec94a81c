"""An evening of three friends with a bot that dies: everything but the process's memory outlives it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import cast

from sqlalchemy import Connection, select

from bot.assembly import assemble
from bot.conversation.declared import Declared
from bot.conversation.ports import FrontEnd
from bot.flows.registry import all_flows
from core.accounts.keeper import AccountKeeper
from core.domain.drop import DropRule
from core.domain.guest import GuestState
from core.persistence import guests, leases
from core.persistence.leases import Lease
from core.persistence.tables import dialogues
from core.ports import Platform
from core.runtime import process_lease
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from platforms.house.inventory import LocalInventory
from platforms.house.platform import HousePlatform
from platforms.house.venue_files.import_venues import import_venues, samples
from tests.core.jobs.stage import Keyless
from tests.expect import present
from tests.fakes.alarm import FakeAlarm
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.disk import FullDisk
from tests.fakes.platform import FakePlatform
from tests.fakes.wallet import keeper, vault
from tests.faults.fuse import Fuse, MortalDatabase, MortalFrontEnd, MortalPlatform
from tests.faults.network import GROUP, Network
from tests.faults.truth import untruths

DROP = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
"""When Casa Luna's tables for Tue 22 Dec come out."""

ON = date(2026, 12, 22)

FRIENDS = ("ann", "bob", "cas")


SOON = timedelta(seconds=1)

_lives = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that outlives a process, at one moment of an evening."""

    now: datetime
    rows: bytes
    network: Network


class Life:
    """One process: its fuse, its alarm, and every task it has started."""

    def __init__(self, alarm: FakeAlarm, *, steps: int | None) -> None:
        self.fuse = Fuse(steps)
        self.alarm = alarm
        self._before = asyncio.all_tasks()

    async def end(self) -> None:
        """`kill -9`: not a line of it is run any more that could reach outside."""
        self.fuse.shorten()
        self.alarm.stop()
        mine = asyncio.all_tasks() - self._before
        for task in mine:
            task.cancel()
        if mine:
            await asyncio.wait(mine)


class Evening:
    """The friends' network, the clock and the database; `platform` stands in for the house.

    A `database` that another evening is done with may be used again, emptied: what it has compiled is still good.
    """

    def __init__(
        self,
        *,
        database: InlineDatabase | None = None,
        platform: Callable[[FakeClock], FakePlatform] | None = None,
        forgetful: bool = False,
        now: datetime = DROP - timedelta(minutes=8),
    ) -> None:
        self.clock = FakeClock(now)
        self.database = database or InlineDatabase()
        if database is not None:
            _put_rows(database, _no_rows())
        self.disk = FullDisk(self.database)
        self.network = Network(forgetful=forgetful, up=False)
        self.platform = None if platform is None else platform(self.clock)
        self.life: Life | None = None
        self._sending: asyncio.Task[None] | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._resuming: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Venues, and friends who have been let in."""
        now = self.clock.now()

        def seat(tx: guests.Connection) -> None:
            import_venues(tx, samples(), file="samples", now=now)
            for who in FRIENDS:
                account = {"account_id": who, "name": who.title(), "handle": who}
                guest = guests.meet(tx, frontend=self.network.name, **account, origin="", now=now)
                guests.set_state(tx, guest.id, GuestState.APPROVED)

        await self.database.write(seat)

    @classmethod
    def at(cls, scene: Scene, *, database: InlineDatabase, forgetful: bool = False) -> "Evening":
        """As it was at that moment, before the next process starts."""
        evening = cls(database=database, now=scene.now)
        _put_rows(database, scene.rows)
        evening.network = scene.network.copy()
        evening.network.forgetful = forgetful
        return evening

    def scene(self) -> Scene:
        """This moment, to come back to."""
        return Scene(now=self.clock.now(), rows=_rows_of(self.database), network=self.network.copy())

    async def begin(self, *, steps: int | None = None) -> None:
        """A process starts, to live for so many steps."""
        assert self.life is None
        self.life = life = Life(FakeAlarm(self.clock), steps=steps)
        database = MortalDatabase(self.disk, life.fuse)
        owner = f"life {next(_lives)}"
        bell = Bell()
        wallet = keeper(database, self.clock, bell)
        platform = self.built(database, wallet, life.fuse)
        flows = all_flows()
        assembly = assemble(
            flows=flows,
            declared=Declared(flow.spec for flow in flows),
            database=database,
            clock=self.clock,
            platforms={platform.name: platform},
            frontends={self.network.name: cast("FrontEnd", MortalFrontEnd(self.network, life.fuse))},
            secret=b"s" * 32,
            vault=vault(),
            wallet=wallet,
            admins=frozenset(),
            quiet_window=QuietWindow(),
            alarm=life.alarm,
            bell=bell,
            owner=owner,
        )

        self.ears = assembly.switchboard

        async def start() -> None:
            """In the order of `bot.bootstrap`."""
            now = self.clock.now()
            await database.write(lambda tx: _take_process_lease(tx, owner, now))
            self._sending = asyncio.create_task(assembly.dispatcher.run())
            self._hearing = asyncio.create_task(assembly.feed.run())
            assembly.worker.start()
            await settle()  # the dispatcher finds the front-end not connected yet
            self._resuming = asyncio.create_task(assembly.switchboard.resume())
            self.network.listen(assembly.switchboard, self.clock)

        self._starting = asyncio.create_task(start())
        await self.settled()
        await self.wait(self.clock.now() + SOON)

    def built(self, database: MortalDatabase, wallet: AccountKeeper, fuse: Fuse) -> Platform:
        """The platform as this process has it."""
        if self.platform is None:
            return HousePlatform(LocalInventory(database, self.clock))
        return cast("Platform", MortalPlatform(self.platform, fuse))

    @property
    def fuse(self) -> Fuse:
        assert self.life is not None
        return self.life.fuse

    async def settled(self) -> None:
        """Until nothing more happens at this moment."""
        passed = -1
        while passed != len(self.fuse.steps):
            passed = len(self.fuse.steps)
            await settle()

    async def end(self) -> None:
        """The process is killed."""
        assert self.life is not None
        await self.life.end()
        self.life = None
        self.network.hang_up()

    async def begin_again(self, *, after: timedelta = SOON, steps: int | None = None) -> None:
        """The process is gone, and the host starts another one."""
        await self.end()
        await self.clock.advance(after)
        await self.begin(steps=steps)

    async def wait(self, until: datetime) -> None:
        await self.clock.run_until(until)
        await self.settled()

    async def untruths(self) -> list[str]:
        now, other = self.clock.now(), self.platform
        kept = None if other is None else (lambda _: [each.confirmation for each in other.booked])
        return await self.database.read(lambda tx: untruths(tx, now=now, kept=kept))

    def results(self, chat_id: str) -> int:
        """How often a chat was told how the evening ends."""
        told = [one.text.plain(now=DROP) for one in self.network.in_chat(chat_id) if one.card is None]
        ends = ("it is!", "No table.", "I never found out")
        return sum(any(end in text for end in ends) for text in told)

    async def seen(self) -> dict[str, list[str]]:
        """What everybody sees, and every answer given so far, without what differs between two good evenings:
        the report of a drop comes later, and tells times.
        """
        chats = (GROUP, *(f"dm:{who}" for who in FRIENDS))
        shown = {
            chat: [_plain(text) for text in self.network.texts(chat) if "How the release went" not in text]
            for chat in chats
        }
        drafts = await self.database.read(lambda tx: list(tx.scalars(select(dialogues.c.draft))))
        return shown | {"drafts": sorted(drafts)}


def _take_process_lease(tx: Connection, owner: str, now: datetime) -> None:
    """From a process that is known to be dead."""
    lease = Lease(owner=owner, until=now + process_lease.LASTS)
    assert process_lease.take(tx, lease, seen=leases.find(tx, process_lease.NAME), now=now)


def _rows_of(database: InlineDatabase) -> bytes:
    raw = database.engine.raw_connection()
    rows = present(raw.driver_connection).serialize()
    raw.close()
    return rows


def _put_rows(database: InlineDatabase, rows: bytes) -> None:
    raw = database.engine.raw_connection()
    present(raw.driver_connection).deserialize(rows)
    raw.close()


@cache
def _no_rows() -> bytes:
    return _rows_of(InlineDatabase())


def _plain(text: str) -> str:
    text = re.sub(r"Confirmation: \S+", "Confirmation: …", text)
    return re.sub(r"\n(· first|I) asked .*", "", text)


def keyless(clock: FakeClock) -> FakePlatform:
    """Casa Luna on a platform that keeps no key: what is called twice is two tables."""
    platform = Keyless(clock)
    rule = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
    platform.add_venue(drop=rule, tables={"dining room": 1, "bar": 1})
    return platform
