"""Two groups on two networks, and one table."""

import asyncio
from datetime import timedelta

from core.clock import SystemClock
from core.domain.outcome import Reason
from core.domain.plan_state import PlanState
from core.jobs.steps import Fate, timeline
from core.persistence import chats, jobs, plans, steps
from core.plans import arming
from tests.acceptance.moves import to_the_drop
from tests.acceptance.venue import Alcove
from tests.conformance.frontends.transcript import Acting, sees
from tests.drivers.telegram import until
from tests.expect import present


async def test_one_is_booked_and_the_other_told_why_not(run, settings, telegram, monkeypatch):
    monkeypatch.setattr(arming, "DROP_WINDOW", timedelta(seconds=2))
    venue = Alcove(SystemClock().now() + timedelta(seconds=7), "2")
    built, page = await run(settings, venue)
    await until(lambda: built.frontends["telegram"].state.up)
    groups = {"telegram": telegram, "web": page}
    await asyncio.gather(*(Acting(driver=one).act(to_the_drop(2, venue)) for one in groups.values()))
    assert built.clock.now() < venue.drop_at, "too slow for the drop"
    await until(lambda: built.clock.now() > venue.drop_at + timedelta(seconds=2))

    won, lost = await _settled(built)
    assert (won[1].state, lost[1].state) == (PlanState.BOOKED, PlanState.LOST)
    await Acting(driver=groups[won[0]]).act(
        [sees("Booked:", number=0), sees("The Alcove it is!", messages=2), sees("it is!", private_of="ann")]
    )
    job, story = lost[2], lost[3]
    taken = [fate for fate in story.fates if fate.fate is Fate.TAKEN]
    assert job.reason is (Reason.FULLY_TAKEN if taken else Reason.NOTHING_APPEARED)
    why = "Others were faster for every table you wanted." if taken else "No table appeared while I looked."
    await Acting(driver=groups[lost[0]]).act(
        [
            sees("No table.", why, "first asked", number=0, offers=("Watch for a cancellation",)),
            sees("No table.", why, messages=2),
            sees("No table.", why, private_of="ann"),
        ]
    )


async def _settled(built):
    """The network, the plan, its job and its story: the one that is booked first."""

    def look(tx):
        found = []
        for job in jobs.latest(tx, limit=9):
            plan = plans.get(tx, job.plan_id)
            chat = chats.get(tx, present(plan.chat_id))
            found.append((chat.frontend, plan, job, timeline(steps.of_job(tx, job.id))))
        return sorted(found, key=lambda one: one[1].state)

    async with asyncio.timeout(10):
        found = await built.database.read(look)
        while not all(job.state.over for _, _, job, _ in found):
            await asyncio.sleep(0.02)
            found = await built.database.read(look)
    assert len(found) == 2
    return found
