"""How late the first request of a drop leaves, in the whole process and with both networks busy.

The jobs are seeded as armed plans of people in the chats; the inventory is `bench.stopwatch`, another process.
Both ends are told: what Fourtop itself writes down as it starts, and when the request arrived there.
"""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from sqlalchemy import Connection

from bench.bot import Bot
from bench.crowd import Crowd, DiscordCrowd, TelegramCrowd, sit_down, talk
from bench.numbers import percentile
from bench.stopwatch import Notes, Stopwatch
from bot.bootstrap import open_store
from core.clock import SystemClock
from core.domain.plan import Plan, PlanState, Wish
from core.domain.venue import VenueRef
from core.jobs.states import JobState, Strategy
from core.jobs.timeline import timeline
from core.persistence import jobs, plans, steps
from core.persistence.database import Database
from core.settings import Settings

RATE = 50.0
GROUPS = 50
"""Chats on each network."""

_LEAD = timedelta(seconds=6)
_WINDOW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Milliseconds after the drop. `noted` is Fourtop's own word, `arrived` the other process's; `idle` is how
    late a process that does nothing else was, in between; `last` is the slowest job of an instant.
    """

    busy: bool
    jobs: int
    drops: int
    missing: int
    early: int
    noted: tuple[float, float, float]
    arrived: tuple[float, float, float]
    idle: tuple[float, float, float]
    last_noted: tuple[float, float, float]
    last_arrived: tuple[float, float, float]
    booked: int


async def lateness(*, busy: bool, number: int, drops: int, apart: float) -> Lateness:
    """`drops` instants with `number` jobs each, `apart` seconds from one another."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stopwatch = await stack.enter_async_context(Stopwatch())
        telegram = await stack.enter_async_context(TelegramCrowd(GROUPS))
        discord = await stack.enter_async_context(DiscordCrowd(GROUPS))
        crowds: list[Crowd] = [telegram, discord]
        database = open_store(Settings(_env_file=None, data_dir=folder))  # type: ignore[call-arg]
        seated = [await database.write(lambda tx, one=one: one.seat(tx, clock.now())) for one in crowds]
        environment = {
            "FOURTOP_DATA_DIR": str(folder),
            "FOURTOP_HTTP_PORT": "0",
            "FOURTOP_LOG_LEVEL": "warning",
            "FOURTOP_HOUSE_URL": stopwatch.url,
        }
        environment |= telegram.environment() | discord.environment()
        first_at = clock.now() + timedelta(seconds=14 if busy else 11)
        instants = [first_at + timedelta(seconds=apart) * n for n in range(drops)]
        await _arm(
            database, instants, number, [group for pair in zip(*seated, strict=True) for group in pair]
        )
        await database.aclose()
        for at in instants:
            stopwatch.watch(at + timedelta(seconds=apart) / 2)
        async with Bot(environment, log=folder / "log"):
            if busy:
                await sit_down(crowds)
                until = instants[-1].timestamp() + 1
                await asyncio.gather(*(talk(one, per_second=RATE, until=until) for one in crowds))
            await clock.sleep_until(instants[-1] + timedelta(seconds=2.5))
        notes = await stopwatch.read()
        database = open_store(Settings(_env_file=None, data_dir=folder))  # type: ignore[call-arg]
        told = await database.read(lambda tx: _told(tx, instants, number, notes, busy=busy))
        await database.aclose()
        return told


async def _arm(
    database: Database, instants: list[datetime], number: int, groups: list[tuple[int, int]]
) -> None:
    """Plans in the groups (ids of chat and organiser), each for a venue of its own."""
    now = datetime.now(UTC)

    def arm(tx: Connection) -> None:
        for n, at in enumerate(instants):
            for job in range(number):
                chat_id, guest_id = groups[(n * number + job) % len(groups)]
                venue = _venue(n, job)
                plans.add(tx, _plan(venue, chat_id, guest_id, at, now))
                jobs.add(
                    tx,
                    plan_id=venue,
                    strategy=Strategy.DROP,
                    due_at=at - _LEAD,
                    drop_at=at,
                    until=at + _WINDOW,
                    now=now,
                )

    await database.write(arm)


def _venue(instant: int, job: int) -> str:
    return f"drop-{instant}-{job}"


def _plan(venue: str, chat_id: int, guest_id: int, at: datetime, now: datetime) -> Plan:
    wish = Wish(
        venue=VenueRef(platform="house", id=venue),
        on=at.date() + timedelta(days=21),
        party_size=4,
        times=(wall_time(19), wall_time(20)),
    )
    return Plan(
        id=venue,
        organiser_id=guest_id,
        chat_id=chat_id,
        thread_id=None,
        wish=wish,
        venue_name=venue,
        zone="UTC",
        state=PlanState.ARMED,
        created_at=now,
    )


def _told(tx: Connection, instants: list[datetime], number: int, notes: Notes, *, busy: bool) -> Lateness:
    noted: list[float] = []
    arrived: list[float] = []
    last_noted: list[float] = []
    last_arrived: list[float] = []
    missing = booked = 0
    for n, at in enumerate(instants):
        starts: list[float] = []
        arrivals: list[float] = []
        for job in range(number):
            venue = _venue(n, job)
            (row,) = jobs.of_plan(tx, venue)
            booked += row.state is JobState.BOOKED
            late = timeline(steps.of_job(tx, row.id)).late
            if late is None or venue not in notes.asked:
                missing += 1
                continue
            starts.append(late.total_seconds())
            arrivals.append(notes.asked[venue] - at.timestamp())
        noted += starts
        arrived += arrivals
        last_noted.append(max(starts, default=0.0))
        last_arrived.append(max(arrivals, default=0.0))
    return Lateness(
        busy=busy,
        jobs=number,
        drops=len(instants),
        missing=missing,
        early=sum(each < 0 for each in (*noted, *arrived)),
        noted=_cut(noted),
        arrived=_cut(arrived),
        idle=_cut(notes.idle_late),
        last_noted=_cut(last_noted),
        last_arrived=_cut(last_arrived),
        booked=booked,
    )


def _cut(seconds: list[float]) -> tuple[float, float, float]:
    """p50, p99 and max in milliseconds."""
    return (percentile(seconds, 50) * 1e3, percentile(seconds, 99) * 1e3, max(seconds, default=0.0) * 1e3)


if __name__ == "__main__":
    import sys

    busy, number, drops, apart = sys.argv[1:]
    began = time.time()
    print(
        asyncio.run(lateness(busy=busy == "busy", number=int(number), drops=int(drops), apart=float(apart))),
        time.time() - began,
    )
