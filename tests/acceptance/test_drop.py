"""From `/reserve` in a group chat to "booked" in the same message, on every network at once."""

import asyncio
from datetime import timedelta

import httpx

from core.clock import SystemClock
from core.domain.plan_state import PlanState
from core.jobs.steps import timeline
from core.persistence import jobs, outbox_leases, plans, steps
from core.persistence.open_database import open_database
from tests.acceptance.moves import result, to_the_drop
from tests.acceptance.venue import Alcove
from tests.conformance.frontends.transcript import Acting
from tests.drivers.telegram import until

_ON_TIME = timedelta(milliseconds=250)
"""For a machine that does other things; `make bench` measures what it is on a quiet one."""


async def test_three_groups_get_three_tables_at_one_drop(run, settings, telegram, discord):
    venue = Alcove(SystemClock().now() + timedelta(seconds=9), "2", "3-4", "5-6")
    built, page = await run(settings, venue)
    await until(lambda: all(frontend.state.up for frontend in built.frontends.values()))
    async with httpx.AsyncClient(base_url=built.http.url, trust_env=False) as http:
        ready = (await http.get(built.page_token.address("", "/readyz"))).json()
    assert ready["ready"], ready
    assert set(ready["parts"]) == {"telegram", "discord", "web"}

    groups = [(telegram, 2), (discord, 4), (page, 6)]
    await asyncio.gather(*(Acting(driver=friends).act(to_the_drop(size, venue)) for friends, size in groups))
    assert built.clock.now() < venue.drop_at, "too slow for the drop"
    await until(lambda: built.clock.now() > venue.drop_at)
    await asyncio.gather(*(Acting(driver=friends).act(result(size)) for friends, size in groups))

    stories = await built.database.read(
        lambda tx: [timeline(steps.of_job(tx, job.id)) for job in jobs.latest(tx, limit=9)]
    )
    assert len(stories) == 3
    assert all(timedelta(0) <= story.late < _ON_TIME for story in stories), [one.late for one in stories]
    assert telegram.world.flood.refused == 0

    await run.stop()
    database = open_database(settings.database())
    now = SystemClock().now()
    assert await database.read(lambda tx: outbox_leases.due(tx, now=now, busy=(), limit=10)) == []
    assert await database.read(jobs.open_jobs) == []
    assert await database.read(_states) == [PlanState.BOOKED] * 3
    await database.aclose()


def _states(tx):
    return [plans.get(tx, job.plan_id).state for job in jobs.latest(tx, limit=9)]
