"""One process a database: who is let in, who is sent away, and after how long."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select

from core.clock import SystemClock
from core.domain.job_state import JobState, Strategy
from core.domain.plan import Plan, PlanState, Wish
from core.domain.venue import VenueRef
from core.errors import AlreadyRunning
from core.persistence import job_leases, jobs, leases, migrate, outbox, outbox_leases, plans, tables
from core.persistence.leases import Lease
from core.persistence.migrate import configuration
from core.persistence.open_database import open_database
from core.persistence.tables import metadata
from core.runtime.process_lease import LASTS, NAME, RENEWED_EVERY, ProcessLease
from tests.core.jobs.stage import people
from tests.expect import present
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase

SECOND = timedelta(seconds=1)
ELSEWHERE = "another-machine/1:77:abcd"


@pytest.fixture
async def database():
    opened = InlineDatabase()
    yield opened
    await opened.aclose()


@pytest.fixture
def clock():
    return FakeClock()


def process(database, clock, owner, lost=lambda: None):
    return ProcessLease(database, clock, owner=owner, lost=lost)


async def holder(database):
    return await database.read(lambda tx: leases.find(tx, NAME))


async def held_by(database, owner, until):
    lease = Lease(owner=owner, until=until)
    assert await database.write(lambda tx: leases.take(tx, NAME, lease, seen=None))


async def test_the_first_process_gets_in_and_leaves_nothing_behind(database, clock):
    async with process(database, clock, "a"):
        assert (await holder(database)).owner == "a"
    assert await holder(database) is None


async def test_a_second_process_is_refused_once_the_first_has_shown_that_it_lives(database, clock):
    async with process(database, clock, "box/1:12:a"):
        second = asyncio.create_task(process(database, clock, "b").acquire())
        await clock.advance(RENEWED_EVERY + SECOND)
        assert second.done()
        with pytest.raises(AlreadyRunning, match="process 12 on box"):
            await second
        assert (await holder(database)).owner == "box/1:12:a"


async def test_a_lease_is_renewed_for_as_long_as_the_process_lives(database, clock):
    async with process(database, clock, "a"):
        await clock.advance(100 * LASTS)
        assert (await holder(database)).until > clock.now()


async def test_a_process_killed_on_another_machine_shuts_nobody_out_for_longer_than_its_lease(
    database, clock
):
    await held_by(database, ELSEWHERE, clock.now() + LASTS)
    lease = process(database, clock, "b")
    waiting = asyncio.create_task(lease.acquire())
    await clock.advance(LASTS - SECOND)
    assert not waiting.done()
    await clock.advance(2 * SECOND)
    assert waiting.done()
    await lease.release()


async def test_another_machines_fast_clock_shuts_nobody_out_either(database, clock):
    await held_by(database, ELSEWHERE, clock.now() + timedelta(days=1))
    lease = process(database, clock, "b")
    waiting = asyncio.create_task(lease.acquire())
    await clock.advance(LASTS + SECOND)
    assert waiting.done()
    await lease.release()


async def test_a_lapsed_lease_is_taken_at_once(database, clock):
    await held_by(database, ELSEWHERE, clock.now() - SECOND)
    async with process(database, clock, "b"):
        assert (await holder(database)).owner == "b"


async def test_two_that_wait_for_the_same_dead_process_do_not_both_get_in(database, clock):
    await held_by(database, ELSEWHERE, clock.now() + LASTS)
    contenders = [process(database, clock, name) for name in "bcd"]
    tasks = [asyncio.create_task(contender.acquire()) for contender in contenders]
    await clock.advance(2 * LASTS)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [result is None for result in results].count(True) == 1
    assert all(result is None or isinstance(result, AlreadyRunning) for result in results)
    for contender in contenders:
        await contender.release()


async def test_a_process_that_lost_its_lease_is_told_once_and_takes_nothing_back(database, clock):
    told = []
    async with process(database, clock, "a", lost=lambda: told.append(True)):
        seen = await holder(database)
        other = Lease(owner="b", until=clock.now() + LASTS)
        await database.write(lambda tx: leases.take(tx, NAME, other, seen=seen))
        await clock.advance(5 * LASTS)
    assert told == [True]
    assert (await holder(database)).owner == "b"


async def test_a_database_out_of_reach_for_as_long_as_the_lease_lasts_is_a_lost_lease(database, clock):
    told = []

    class Unplugged:
        plugged = True

        async def read(self, work):
            return await database.read(work)

        async def write(self, work):
            if not self.plugged:
                raise ConnectionError("the cable is out")
            return await database.write(work)

    line = Unplugged()
    async with process(line, clock, "a", lost=lambda: told.append(clock.now())):
        line.plugged = False
        await clock.advance(RENEWED_EVERY)
        line.plugged = True
        await clock.advance(LASTS)
        assert told == []
        line.plugged = False
        await clock.advance(LASTS + RENEWED_EVERY)
        line.plugged = True
        assert len(told) == 1
        await settle()


# What it had in hand.


async def in_hand(database, clock, owner):
    """A job whose call may be out, and a message."""

    def take(tx):
        people(tx, clock.now())
        job_id = jobs.add(
            tx,
            plan_id=_plan(tx),
            strategy=Strategy.NOW,
            due_at=clock.now(),
            until=clock.now() + LASTS,
            now=clock.now(),
        )
        how = {"owner": owner, "now": clock.now(), "lease": timedelta(hours=1)}
        job_leases.claim_due(tx, horizon=timedelta(0), limit=1, **how)
        jobs.move(tx, job_id, 1, JobState.FIRING, now=clock.now())
        outbox.put(tx, key="k", chat_id=1, topic="notice", subject="s", now=clock.now())
        outbox_leases.claim_due(tx, busy=(), limit=1, **how)

    await database.write(take)


def _plan(tx):
    plan = Plan(
        id="p",
        organiser_id=1,
        chat_id=1,
        thread_id=None,
        wish=Wish(
            venue=VenueRef(platform="fake", id="v"), on=date(2026, 12, 24), party_size=2, times=(time(19),)
        ),
        venue_name="Luna",
        zone="UTC",
        state=PlanState.ARMED,
        created_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    plans.add(tx, plan)
    return plan.id


async def left_in_hand(database):
    def look(tx):
        rows = [
            tx.execute(select(table.c.state, table.c.lease_owner)).one()
            for table in (tables.jobs, tables.outbox)
        ]
        return [tuple(row) for row in rows]

    return await database.read(look)


async def test_who_comes_after_a_dead_process_frees_what_it_had_in_hand(database, clock):
    await held_by(database, ELSEWHERE, clock.now() - SECOND)
    await in_hand(database, clock, ELSEWHERE)
    async with process(database, clock, "b"):
        assert await left_in_hand(database) == [("unsure", None), ("pending", None)]


async def test_what_another_than_the_one_before_has_in_hand_stays_there(database, clock):
    await held_by(database, ELSEWHERE, clock.now() - SECOND)
    await in_hand(database, clock, "somebody")
    async with process(database, clock, "b"):
        assert await left_in_hand(database) == [("firing", "somebody"), ("pending", "somebody")]


async def test_a_process_that_stops_leaves_nothing_in_its_hands(database, clock):
    async with process(database, clock, "a") as lease:
        await in_hand(database, clock, lease.owner)
    assert await left_in_hand(database) == [("unsure", None), ("pending", None)]


async def test_the_lease_is_taken_on_a_database_that_does_not_lease_messages_yet(tmp_path, clock):
    database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    with migrate._exclusively(database.engine) as connection:
        command.upgrade(configuration(connection), "0002")
    await held_by(database, ELSEWHERE, clock.now() - SECOND)
    async with process(database, clock, "b"):
        migrate.upgrade(database.engine)
    await database.aclose()


HOLDER = """
import asyncio, sys
from core.clock import SystemClock
from core.persistence.open_database import open_database
from core.runtime.process_lease import ProcessLease

async def main():
    async with ProcessLease(open_database(sys.argv[1]), SystemClock(), lost=lambda: None):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.realtime
async def test_a_killed_process_of_this_machine_is_replaced_at_once_and_a_living_one_is_not(tmp_path):
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    database = open_database(url)
    metadata.create_all(database.engine)
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, url, stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    try:
        assert await present(other.stdout).readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {other.pid} on "):
            await ProcessLease(database, SystemClock(), lost=lambda: None).acquire()
        other.send_signal(signal.SIGKILL)
        await other.wait()
        async with asyncio.timeout(1), ProcessLease(database, SystemClock(), lost=lambda: None):
            pass
    finally:
        if other.returncode is None:
            other.kill()
            await other.wait()
        await database.aclose()
