"""How late the first request of a drop leaves, in the whole process and with both networks busy.

The jobs are armed plans of people in the chats; the inventory is `bench.stopwatch`, another process. Both ends
are told: what Fourtop itself writes down as it starts, and when the request arrived there.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
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
from bot.store import open_store
from core.clock import SystemClock
from core.domain.job_state import JobState, Strategy
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.jobs.steps import timeline
from core.persistence import jobs, plans, steps
from tests.settings import settings_of

RATE = 50.0
"""Updates a second on each network, where it is busy."""

GROUPS = 50
"""Chats on each network."""

_LEAD = timedelta(seconds=15.5)  # before the first drop of a series: preflights, as minutes before a real one
_WINDOW = timedelta(seconds=5)
_START = timedelta(seconds=5)

Cut = tuple[float, float, float]
"""p50, p99 and maximum, milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`drops` instants, `apart` from one another, with so many jobs each."""

    busy: bool
    jobs: int
    drops: int
    apart: timedelta

    def instants(self, first_at: datetime) -> list[datetime]:
        return [first_at + self.apart * n for n in range(self.drops)]


SERIES = (
    Series(busy=False, jobs=1, drops=60, apart=timedelta(seconds=0.41)),
    Series(busy=False, jobs=100, drops=5, apart=timedelta(seconds=3.1)),
    Series(busy=True, jobs=1, drops=120, apart=timedelta(seconds=0.41)),
    Series(busy=True, jobs=100, drops=5, apart=timedelta(seconds=3.1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """After the drop. `noted` is Fourtop's own word, `arrived` the other process's; `last` are the slowest jobs
    of each instant; `booking` is when the booking calls arrived. `missing` jobs made no first request.
    """

    series: Series
    missing: int
    early: int
    booked: int
    noted: Cut
    arrived: Cut
    last_noted: Cut
    last_arrived: Cut
    booking: Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All series, and how late a process that does nothing else was at as many instants in between."""

    all: Sequence[Lateness]
    nothing_else: Cut


async def lateness(wanted: Sequence[Series] = SERIES) -> Result:
    """Have the series one after the other, in one process; those that are busy last."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stopwatch = await stack.enter_async_context(Stopwatch())
        telegram = await stack.enter_async_context(TelegramCrowd(GROUPS))
        discord = await stack.enter_async_context(DiscordCrowd(GROUPS))
        crowds: Sequence[Crowd] = [telegram, discord]
        settings = settings_of(data_dir=folder)
        database = open_store(settings)
        seated = [await database.write(lambda tx, one=one: one.seat(tx, clock.now())) for one in crowds]
        groups = [group for pair in zip(*seated, strict=True) for group in pair]
        begins = _begins(wanted, clock.now())
        for n, (series, first_at) in enumerate(zip(wanted, begins, strict=True)):
            await database.write(lambda tx, n=n, s=series, at=first_at: _arm(tx, n, s, at, groups))
            for at in series.instants(first_at):
                stopwatch.watch(at + series.apart / 2)
        await database.aclose()
        environment = {
            "FOURTOP_DATA_DIR": str(folder),
            "FOURTOP_HTTP_PORT": "0",
            "FOURTOP_LOG_LEVEL": "warning",
            "FOURTOP_HOUSE_URL": stopwatch.url,
        }
        environment |= telegram.environment() | discord.environment()
        async with Bot(environment, log=folder / "log"):
            if any(series.busy for series in wanted):  # while nothing waits for its turn in the groups
                await sit_down(crowds)
            for series, first_at in zip(wanted, begins, strict=True):
                await _attend(series, first_at, crowds)
        notes = await stopwatch.read()
        database = open_store(settings)
        told = await database.read(
            lambda tx: [_told(tx, n, *one, notes) for n, one in enumerate(zip(wanted, begins, strict=True))]
        )
        await database.aclose()
        return Result(all=told, nothing_else=_cut(notes.idle_late))


def _begins(wanted: Sequence[Series], now: datetime) -> list[datetime]:
    """The first drop of each series."""
    begins: list[datetime] = []
    free_at = now + _START
    for series in wanted:
        begins.append(free_at + _LEAD)
        free_at = begins[-1] + series.apart * series.drops  # the next series' preflights are nobody's drop
    return begins


async def _attend(series: Series, first_at: datetime, crowds: Sequence[Crowd]) -> None:
    last_at = series.instants(first_at)[-1]
    if series.busy:
        await SystemClock().sleep_until(first_at - timedelta(seconds=4))
        until = last_at.timestamp() + 1
        await asyncio.gather(*(talk(one, per_second=RATE, until=until) for one in crowds))
    await SystemClock().sleep_until(last_at + timedelta(seconds=2))


def _arm(
    tx: Connection, number: int, series: Series, first_at: datetime, groups: Sequence[tuple[int, int]]
) -> None:
    """Plans in the groups (ids of chat and organiser), each for a venue of its own."""
    now = datetime.now(UTC)
    for n, at in enumerate(series.instants(first_at)):
        for job in range(series.jobs):
            chat_id, guest_id = groups[(n * series.jobs + job) % len(groups)]
            venue = _venue(number, n, job, at)
            plans.add(tx, _plan(venue, chat_id, guest_id, at, now))
            jobs.add(
                tx,
                plan_id=venue,
                strategy=Strategy.DROP,
                due_at=first_at - _LEAD,
                drop_at=at,
                until=at + _WINDOW,
                now=now,
            )


def _venue(series: int, instant: int, job: int, at: datetime) -> str:
    return f"drop-{series}-{instant}-{job}-{int(at.timestamp() * 1000)}"


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


def _told(tx: Connection, number: int, series: Series, first_at: datetime, notes: Notes) -> Lateness:
    noted: list[float] = []
    arrived: list[float] = []
    booking: list[float] = []
    last_noted: list[float] = []
    last_arrived: list[float] = []
    missing = booked = 0
    for n, at in enumerate(series.instants(first_at)):
        starts: list[float] = []
        arrivals: list[float] = []
        for job in range(series.jobs):
            venue = _venue(number, n, job, at)
            (row,) = jobs.of_plan(tx, venue)
            late = timeline(steps.of_job(tx, row.id)).late
            if late is None or venue not in notes.asked:
                missing += 1
                continue
            starts.append(late.total_seconds())
            arrivals.append(notes.asked[venue] - at.timestamp())
            if row.state is JobState.BOOKED:
                booked += 1
                booking.append(notes.booked[venue] - at.timestamp())
        noted += starts
        arrived += arrivals
        last_noted.append(max(starts, default=0.0))
        last_arrived.append(max(arrivals, default=0.0))
    return Lateness(
        series=series,
        missing=missing,
        early=sum(each < 0 for each in (*noted, *arrived)),
        booked=booked,
        noted=_cut(noted),
        arrived=_cut(arrived),
        last_noted=_cut(last_noted),
        last_arrived=_cut(last_arrived),
        booking=_cut(booking),
    )


def _cut(seconds: Sequence[float]) -> Cut:
    return (percentile(seconds, 50) * 1e3, percentile(seconds, 99) * 1e3, max(seconds, default=0.0) * 1e3)


if __name__ == "__main__":
    picked = [SERIES[int(number)] for number in sys.argv[1:]] or SERIES
    result = asyncio.run(lateness(picked))
    for one in result.all:
        print(one)
    print(result.nothing_else)
