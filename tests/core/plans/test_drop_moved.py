"""Plans follow a drop rule that is learned."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.domain.drop import DropRule, MonthRule
from core.domain.guest import GuestState
from core.domain.job import STAGES
from core.domain.job_state import JobState, Strategy
from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.persistence import chats, guests, job_leases, jobs, plans
from core.plans import arming, drop_moved
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.fakes.faults import Fault
from tests.fakes.platform import FakePlatform

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
NEW_YORK = "America/New_York"
DAY = date(2026, 12, 24)
TEN = DropRule(days_ahead=14, at=time(10), zone=NEW_YORK)
NINE = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK)


class Table:
    """A venue that drops at ten by its own word, and one plan for it."""

    def __init__(self, database: InlineDatabase) -> None:
        self.database = database
        self.clock = FakeClock(NOW)
        self.platform = FakePlatform(self.clock)
        self.venue = self.platform.add_venue(drop=TEN)

    async def plan(self, *, on: date = DAY, watching: bool = False) -> str:
        """A plan that waits for the venue's drop or, `watching`, knows of none."""
        venue = replace(self.venue, drop=None) if watching else self.venue
        plan_id = f"p{on:%m%d}"

        def arm(tx):
            ann = guests.meet(
                tx, frontend="fake", account_id="ann", name="Ann", handle="ann", origin="", now=NOW
            )
            guests.set_state(tx, ann.id, GuestState.APPROVED)
            chat = chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
            arming.arm(
                tx,
                plan_id=plan_id,
                organiser=guests.get(tx, ann.id),
                chat_id=chat.id,
                thread_id=None,
                venue=venue,
                wish=Wish(venue=venue.ref, on=on, party_size=2, times=(time(19),)),
                watching=watching,
                now=NOW,
            )

        await self.database.write(arm)
        return plan_id

    async def learn(self, rule, *, now: datetime = NOW) -> int:
        """The rule is known from now on; how many plans wait for it."""
        found = await self.database.read(lambda tx: drop_moved.waiting(tx, self.venue.ref, rule))
        concerned = await drop_moved.concerned(self.platform, found, rule, now)
        return await self.database.write(
            lambda tx: drop_moved.rule_changed(tx, self.venue.ref, rule, plan_ids=concerned, now=now)
        )

    async def job(self, plan_id: str):
        return await self.database.read(lambda tx: jobs.live_of(tx, plan_id))

    async def claim(self, plan_id: str) -> None:
        """A worker has the plan's job in hand."""
        due_at = present(await self.job(plan_id)).due_at
        lease = timedelta(seconds=15)
        await self.database.write(
            lambda tx: job_leases.claim_due(
                tx, owner="w", now=due_at, horizon=timedelta(0), lease=lease, limit=5
            )
        )


@pytest.fixture
async def table():
    database = InlineDatabase()
    yield Table(database)
    await database.aclose()


async def test_a_drop_at_another_moment_is_waited_for(table):
    plan_id = await table.plan()
    assert (await table.job(plan_id)).drop_at == TEN.drop_of(DAY)
    assert await table.learn(NINE) == 1
    job = await table.job(plan_id)
    assert (job.state, job.strategy, job.drop_at) == (JobState.WAITING, Strategy.DROP, NINE.drop_of(DAY))
    assert NOW <= job.due_at <= job.drop_at - STAGES[-1] < job.until


async def test_a_month_at_once_is_waited_for(table):
    plan_id = await table.plan(on=date(2027, 1, 20))
    rule = MonthRule(months_ahead=1, day_of_month=15, at=time(12), zone=NEW_YORK)
    assert await table.learn(rule) == 1
    assert (await table.job(plan_id)).drop_at == rule.drop_of(date(2027, 1, 20))


async def test_an_irregular_venue_is_waited_for_as_long_as_it_may_take(table):
    plan_id = await table.plan()
    wide = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK, window=timedelta(minutes=30))
    await table.learn(wide)
    job = await table.job(plan_id)
    assert job.until == job.drop_at + timedelta(minutes=30) + arming.DROP_WINDOW


async def test_the_same_moment_changes_nothing(table):
    plan_id = await table.plan()
    before = await table.job(plan_id)
    assert await table.learn(TEN) == 0
    assert await table.job(plan_id) == before


async def test_a_moment_that_has_passed_is_looked_at_at_once(table):
    plan_id = await table.plan()
    assert await table.learn(DropRule(days_ahead=30, at=time(9), zone=NEW_YORK)) == 1
    job = await table.job(plan_id)
    assert (job.due_at, job.drop_at) == (NOW, TEN.drop_of(DAY)), "and waited for still, if nothing is there"


async def test_a_watch_on_a_day_that_is_not_out_waits_for_the_drop(table):
    plan_id = await table.plan(watching=True)
    assert await table.learn(NINE) == 1
    job = await table.job(plan_id)
    assert (job.strategy, job.drop_at) == (Strategy.DROP, NINE.drop_of(DAY))


async def test_a_watch_on_a_day_that_is_out_goes_on(table):
    out = date(2026, 12, 10)
    plan_id = await table.plan(on=out, watching=True)
    assert await table.learn(DropRule(days_ahead=5, at=time(9), zone=NEW_YORK)) == 0
    assert (await table.job(plan_id)).strategy is Strategy.WATCH


async def test_a_watch_goes_on_where_the_platform_does_not_answer(table):
    plan_id = await table.plan(watching=True)
    table.platform.fail("days", Fault.DOWN)
    assert await table.learn(NINE) == 0
    assert (await table.job(plan_id)).strategy is Strategy.WATCH


async def test_what_a_worker_has_in_hand_is_left_to_it(table):
    plan_id = await table.plan()
    await table.claim(plan_id)
    before = await table.job(plan_id)
    assert await table.learn(NINE) == 0
    assert await table.job(plan_id) == before


async def test_other_venues_and_plans_that_are_over_are_left_alone(table):
    plan_id = await table.plan()
    other = table.platform.add_venue("Other", drop=TEN)
    found = await table.database.read(lambda tx: drop_moved.waiting(tx, other.ref, NINE))
    assert found == []
    await table.database.write(lambda tx: plans.move(tx, plan_id, PlanState.CANCELLED))
    assert await table.learn(NINE) == 0
