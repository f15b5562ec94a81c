"""How late the first request of a drop leaves.

The worker, the clock and the database are real; the platform is a stopwatch.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Connection, insert

from core import notifications
from core.clock import SystemClock
from core.domain.guest import Preferences
from core.domain.plan import Plan, PlanState, Wish
from core.domain.slot import Availability, Cause
from core.domain.venue import VenueRef
from core.jobs.hush import Hush
from core.jobs.states import Strategy
from core.jobs.worker import Worker
from core.persistence import jobs, plans, tables
from core.persistence.database import Database, open_database
from core.scheduler import AlarmClock

Load = Callable[[Hush], AbstractAsyncContextManager[None]]

_LEAD = timedelta(seconds=6)
_APART = timedelta(milliseconds=1300)  # so that no drop's own writes fall on another's moment
_APART_A_JOB = timedelta(milliseconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Milliseconds from the drop to the first request; `last_…` of the slowest job of each instant."""

    load: str
    jobs: int
    instants: int
    early: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    last_p50_ms: float
    last_max_ms: float


class Stopwatch:
    """A platform that writes down when it was first asked for each plan's day."""

    name = "stopwatch"

    def __init__(self) -> None:
        self.asked: dict[str, list[datetime]] = {}

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        self.asked.setdefault(ref.id, []).append(datetime.now(UTC))
        await asyncio.sleep(0.02)
        return Availability(slots=(), cause=Cause.NOT_RELEASED)

    async def warm(self, *, calls: int = 1) -> None:
        """Nothing to open."""


@asynccontextmanager
async def idle(_: Hush) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def busy(hush: Hush) -> AsyncIterator[None]:
    """A hundred updates a second, each parsed at once (0.2 ms) and handled when it is not quiet (1 ms)."""

    async def chatter() -> None:
        while True:
            await asyncio.sleep(0.01)
            _work(milliseconds=0.2)
            await hush.passed()
            _work(milliseconds=1)

    chattering = asyncio.create_task(chatter())
    try:
        yield
    finally:
        chattering.cancel()


def _work(*, milliseconds: float) -> None:
    clock = SystemClock()
    end = clock.now() + timedelta(milliseconds=milliseconds)
    while clock.now() < end:
        json.dumps({"update": list(range(20))})


async def measure(*, jobs_an_instant: int, instants: int, load: Load) -> Lateness:
    """Have `instants` drops, one shortly after the other, with so many jobs each."""
    platform, hush, clock, alarm = Stopwatch(), Hush(), SystemClock(), AlarmClock()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        tables.metadata.create_all(database.engine)
        first_at = clock.now() + _LEAD
        apart = max(_APART, _APART_A_JOB * jobs_an_instant)
        drops = [first_at + apart * number for number in range(instants)]
        await _arm(database, drops, jobs_an_instant, clock.now())
        worker = Worker(
            database=database,
            clock=clock,
            platforms={platform.name: platform},  # type: ignore[dict-item]
            facts=notifications,
            hush=hush,
            owner="bench",
            alarm=alarm,
            poke=lambda: None,
            alone=True,
        )
        alarm.start()
        async with load(hush):
            await worker.start()
            await clock.sleep_until(drops[-1] + timedelta(seconds=2))
        await worker.stop()
        alarm.stop()
        await database.aclose()
    return _told(platform, drops, jobs_an_instant, load.__name__)


def _told(platform: Stopwatch, drops: list[datetime], jobs_an_instant: int, load: str) -> Lateness:
    late: list[float] = []
    last: list[float] = []
    for number, drop_at in enumerate(drops):
        of_instant = [
            (platform.asked[_venue(number, job)][0] - drop_at) / timedelta(milliseconds=1)
            for job in range(jobs_an_instant)
        ]
        late += of_instant
        last.append(max(of_instant))
    cuts = quantiles(late, n=100, method="inclusive")
    return Lateness(
        load=load,
        jobs=jobs_an_instant,
        instants=len(drops),
        early=sum(each < 0 for each in late),
        p50_ms=round(cuts[49], 3),
        p99_ms=round(cuts[98], 3),
        max_ms=round(max(late), 3),
        last_p50_ms=round(sorted(last)[len(last) // 2], 3),
        last_max_ms=round(max(last), 3),
    )


async def _arm(database: Database, drops: list[datetime], jobs_an_instant: int, now: datetime) -> None:
    def arm(tx: Connection) -> None:
        person = {"name": "Ana", "state": "approved", "first_seen_at": now, "last_seen_at": now}
        tx.execute(insert(tables.guests).values(id=1, preferences=Preferences(), **person))
        tx.execute(insert(tables.chats).values(id=1, frontend="web", external_id="1", private=False))
        for number, drop_at in enumerate(drops):
            for job in range(jobs_an_instant):
                venue = _venue(number, job)
                plans.add(tx, _plan(venue, now))
                jobs.add(
                    tx,
                    plan_id=venue,
                    strategy=Strategy.DROP,
                    due_at=drop_at - _LEAD,
                    drop_at=drop_at,
                    until=drop_at + timedelta(seconds=0.5),
                    now=now,
                )

    await database.write(arm)


def _venue(number: int, job: int) -> str:
    return f"{number}-{job}"


def _plan(venue: str, now: datetime) -> Plan:
    ref = VenueRef(platform=Stopwatch.name, id=venue)
    return Plan(
        id=venue,
        organiser_id=1,
        chat_id=1,
        thread_id=None,
        wish=Wish(venue=ref, on=now.date() + timedelta(days=21), party_size=4, times=(time(19),)),
        venue_name=venue,
        zone="America/New_York",
        state=PlanState.ARMED,
        created_at=now,
    )


async def drop(*, instants: int = 50) -> list[Lateness]:
    """One job and a hundred at an instant, the loop idle and busy."""
    return [
        await measure(jobs_an_instant=number, instants=instants if number == 1 else instants // 5, load=load)
        for number in (1, 100)
        for load in (idle, busy)
    ]


if __name__ == "__main__":
    print(json.dumps([asdict(each) for each in asyncio.run(drop())], indent=2))
