"""A stage for jobs: a database, a clock, a platform with one venue, and workers that can be killed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from inspect import iscoroutinefunction
from typing import Generic, TypeVar, cast

from sqlalchemy import Connection, insert

from core.domain.booking import BookAnswer, Booked, Booker
from core.domain.drop import DropRule
from core.domain.fact import Fact, GuestNeeded, MendNeeded, PlanLost, PlanTroubled, TableBooked
from core.domain.guest import Preferences
from core.domain.job import Job, due_of_drop
from core.domain.job_state import Strategy
from core.domain.mandate import Mandate
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.step import Step, StepKind
from core.domain.venue import Venue
from core.jobs.engine import JobEngine
from core.jobs.start_line import StartLine
from core.jobs.traffic import Traffic
from core.jobs.wake import LocalWake
from core.jobs.worker import Worker
from core.persistence import job_leases, jobs, plans, reservations, steps, tables
from core.persistence.database import Database, Work
from core.plans.job_store import PlanJobs
from core.ports import Permit, Platform, at_will
from core.powers.accounts import Accounts
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from tests.expect import present
from tests.facts import facts_of
from tests.fakes.alarm import FakeAlarm
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.own_accounts import OwnAccounts, connect
from tests.fakes.platform import FakePlatform
from tests.fakes.relay import Relay

T = TypeVar("T")
P = TypeVar("P", bound=FakePlatform)

ANA, BOB = 1, 2

ON = date(2026, 12, 24)
RULE = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
DROP = RULE.drop_of(ON)
WINDOW = timedelta(minutes=5)
TIMES = (time(19, 30), time(19), time(20))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was recorded so that people are told of it."""

    database: Database

    @property
    def facts(self) -> list[Fact]:
        with self.database.engine.connect() as tx:
            return facts_of(tx)

    @property
    def asked(self) -> list[tuple[int, int | None, str]]:
        """Who was asked to see to what, of which account."""
        found: list[tuple[int, int | None, str]] = []
        for fact in self.facts:
            match fact:
                case GuestNeeded(action=what) | MendNeeded(trouble=what):
                    found.append((fact.guest_id, fact.account_id, what.value))
                case _:
                    pass
        return found

    def news(self, plan_id: str) -> list[str]:
        """What became of a plan, but for how it stood on the way."""
        found: list[str] = []
        for fact in self.facts:
            match fact:
                case TableBooked(plan_id=of):
                    what = "booked"
                case PlanLost(plan_id=of):
                    what = "lost"
                case PlanTroubled(plan_id=of, trouble=word) | MendNeeded(plan_id=of, trouble=word):
                    what = word.value
                case GuestNeeded(plan_id=of, action=word):
                    what = word.value
                case _:
                    continue
            found += [what] if of == plan_id else []
        return found


class Keyless(FakePlatform):
    """A platform that keeps no key: two calls are two tables."""

    async def book(self, slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        number = len(self.calls_of("book"))
        answer = await super().book(slot, mandate=mandate, key=f"{key}/{number}", permit=permit)
        if isinstance(answer, Booked):
            return Booked(reservation=replace(answer.reservation, key=None))
        return answer

    async def reservations(self, *, booker: Booker):
        return [replace(each, key=None) for each in await super().reservations(booker=booker)]


class Fuse:
    """The life of one process: every step outside memory burns some of it, and then nothing happens."""

    def __init__(self, length: int | None = None) -> None:
        self.left = length

    @property
    def blown(self) -> bool:
        return self.left == 0

    async def burn(self) -> None:
        if self.left is not None:
            self.left = max(self.left - 1, 0)
        if self.blown:
            await asyncio.Future()


class MortalDatabase(Relay):
    """Dies before or after a commit."""

    def __init__(self, database: Database, fuse: Fuse) -> None:
        super().__init__(database)
        self._fuse = fuse

    async def read(self, work: Work[T]) -> T:
        if self._fuse.blown:
            await asyncio.Future()
        return await self._database.read(work)

    async def write(self, work: Work[T]) -> T:
        await self._fuse.burn()
        answer = await self._database.write(work)
        await self._fuse.burn()
        return answer


class MortalPlatform:
    """Dies before or after a call reached the platform."""

    def __init__(self, platform: FakePlatform, fuse: Fuse) -> None:
        self._platform = platform
        self._fuse = fuse
        self.name = platform.name
        for name in dir(platform):  # a platform has no power that it does not have
            power = getattr(platform, name)
            if not name.startswith("_") and callable(power):
                setattr(self, name, self._mortal(name) if iscoroutinefunction(power) else power)

    def _mortal(self, name: str):
        async def call(*args, **kwargs):
            await self._fuse.burn()
            answer = await getattr(self._platform, name)(*args, **kwargs)
            await self._fuse.burn()
            return answer

        return call


@dataclass
class Process:
    """A worker and every task it started."""

    worker: Worker
    wake: LocalWake
    fuse: Fuse
    alarm: FakeAlarm
    tasks_before: set

    async def kill(self) -> None:
        """Nothing more happens in this process."""
        self.fuse.left = 0
        self.alarm.stop()
        mine = asyncio.all_tasks() - self.tasks_before - {asyncio.current_task()}
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)

    async def stop(self) -> None:
        await self.worker.stop()
        self.alarm.stop()
        await settle()


@dataclass
class Stage(Generic[P]):
    clock: FakeClock
    platform: P
    venue: Venue
    database: Database = field(default_factory=InlineDatabase)

    @staticmethod
    def at(
        now: datetime = DROP - timedelta(minutes=4), *, keyless: bool = False, **venue
    ) -> "Stage[FakePlatform]":
        clock = FakeClock(now)
        platform = (Keyless if keyless else FakePlatform)(clock)
        added = platform.add_venue(drop=venue.pop("drop", RULE), **venue)
        return Stage(clock, platform, added)

    async def arm(
        self,
        strategy: Strategy = Strategy.DROP,
        *,
        plan_id: str = "p1",
        times: tuple[time, ...] = TIMES,
        until: datetime | None = None,
        on: date = ON,
        circle: int = 1,
        chat: int | None = None,
        accounts: tuple[int, ...] = (),
    ) -> Plan:
        """Arm a plan of guest `circle`, in the chat of the same number unless another `chat` is named: plans of one
        guest or one chat do not race.
        """
        now = self.clock.now()
        plan = Plan(
            id=plan_id,
            organiser_id=circle,
            chat_id=chat or circle,
            thread_id=None,
            wish=Wish(venue=self.venue.ref, on=on, party_size=4, times=times),
            venue_name=self.venue.name,
            zone=self.venue.zone,
            state=PlanState.ARMED,
            created_at=now,
            accounts=accounts,
        )
        drop_at = present(self.venue.drop).drop_of(on) if strategy is Strategy.DROP else None

        def add(tx: Connection) -> None:
            people(tx, now, circle)
            people(tx, now, chat or circle)
            plans.add(tx, plan)
            jobs.add(
                tx,
                plan_id=plan.id,
                strategy=strategy,
                due_at=due_of_drop(drop_at, now, plan_id=plan.id) if drop_at else now,
                drop_at=drop_at,
                until=until or (drop_at or now) + WINDOW,
                now=now,
            )

        await self.database.write(add)
        return plan

    async def start(
        self,
        *,
        fuse: int | None = None,
        owner: str = "w",
        after: Sequence[str] = (),
        in_charge: Callable[[], bool] = lambda: True,
    ) -> Process:
        """A process starts; `after` are dead ones whose leases it frees, as whoever takes the process lease does."""
        before, burning = asyncio.all_tasks(), Fuse(fuse)
        alarm = FakeAlarm(self.clock)
        database, wake = MortalDatabase(self.database, burning), LocalWake(alarm)
        worker = Worker(
            store=PlanJobs(
                database,
                with_accounts={self.platform.name} if isinstance(self.platform, Accounts) else (),
                bell=Bell(),
            ),
            engine=JobEngine(
                clock=self.clock,
                platforms={self.platform.name: cast("Platform", MortalPlatform(self.platform, burning))},
                start_line=StartLine(self.clock, QuietWindow()),
                traffic=Traffic(self.clock),
                luck=lambda: 0.5,
            ),
            wake=wake,
            quiet_window=QuietWindow(),
            owner=owner,
            in_charge=in_charge,
        )

        starting = asyncio.create_task(self._start(worker, burning, after))
        await settle()
        assert starting.done() or burning.blown
        return Process(worker, wake, burning, alarm, before)

    async def _start(self, worker: Worker, fuse: Fuse, after: Sequence[str]) -> None:
        now = self.clock.now()

        def free(tx: Connection) -> None:
            for owner in after:
                job_leases.lapse_all(tx, owner, now)

        if after:
            await MortalDatabase(self.database, fuse).write(free)
        worker.start()

    async def job(self, plan_id: str = "p1") -> Job:
        return (await self.database.read(lambda tx: jobs.of_plan(tx, plan_id)))[-1]

    async def plan(self, plan_id: str = "p1") -> Plan:
        return await self.database.read(lambda tx: plans.get(tx, plan_id))

    async def steps(self, plan_id: str = "p1") -> list[Step]:
        return list(await self.database.read(lambda tx: steps.of_plan(tx, plan_id)))

    async def kinds(self, plan_id: str = "p1") -> list[StepKind]:
        return [step.kind for step in await self.steps(plan_id)]

    async def kept(self, plan_id: str = "p1"):
        return await self.database.read(lambda tx: reservations.live_of_plan(tx, plan_id))

    @property
    def told(self) -> Told:
        return Told(database=self.database)

    def news(self, plan_id: str = "p1") -> list[str]:
        return self.told.news(plan_id)


async def owned(*, before: timedelta = timedelta(hours=26), friends: int = 0, **venue) -> Stage:
    """Ana's plan with her account, and those of so many friends standing by, so long before the drop."""
    clock = FakeClock(DROP - before)
    platform = OwnAccounts(clock)
    stage = Stage(clock, platform, platform.add_venue(drop=RULE, **venue))

    def connect_all(tx) -> tuple[int, ...]:
        for guest in range(ANA, ANA + friends + 1):
            people(tx, clock.now(), guest)
        return tuple(connect(tx, guest, now=clock.now()) for guest in range(ANA, ANA + friends + 1))

    await stage.arm(accounts=await stage.database.write(connect_all))
    return stage


def people(tx: Connection, now: datetime, number: int = 1) -> None:
    """A guest in a chat of the same number, once."""
    if tx.execute(tables.guests.select().where(tables.guests.c.id == number)).first() is None:
        tx.execute(
            insert(tables.guests).values(
                id=number,
                name="Ana" if number == 1 else f"Guest {number}",
                state="approved",
                preferences=Preferences(),
                first_seen_at=now,
                last_seen_at=now,
            )
        )
        chat = {"id": number, "frontend": "web", "external_id": str(number), "private": False}
        tx.execute(insert(tables.chats).values(chat))
