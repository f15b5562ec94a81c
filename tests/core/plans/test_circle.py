"""Plans of the same friends for one venue and day: one table is enough for them."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from core.domain.job_state import JobState, Strategy
from core.domain.outcome import Reason
from core.domain.plan_state import PlanState
from core.domain.step import StepKind
from core.errors import PlanBusy, PlanOver
from core.persistence import guests, jobs, plans
from core.plans import cancelling, circle
from tests.core.jobs.stage import DROP, ON, TIMES, WINDOW, Stage, seconds
from tests.fakes.clock import settle
from tests.fakes.faults import Fault

FRIENDS = 9  # the chat in which they all are


async def two(stage: Stage, *, chat: int | None = FRIENDS, **about) -> None:
    """Ana's plan, and then one of guest 2."""
    await stage.arm(plan_id="p1", circle=1, chat=chat, **about)
    await stage.arm(plan_id="p2", circle=2, chat=chat, **about)


async def first_of(stage: Stage, plan_id: str) -> str | None:
    first = await stage.database.read(lambda tx: circle.first_of(tx, plans.get(tx, plan_id)))
    return None if first is None else first.id


async def test_the_plan_that_was_armed_first_goes_first():
    stage = Stage.at()
    await two(stage)
    assert await first_of(stage, "p1") is None
    assert await first_of(stage, "p2") == "p1"


async def test_strangers_to_each_other_race():
    stage = Stage.at(tables={"": 1})
    await two(stage, chat=None)
    assert await first_of(stage, "p2") is None
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    tried = {call.key for call in stage.platform.calls_of("book")}
    assert tried == {"p1", "p2"}
    await process.stop()


async def test_two_circles_may_hold_a_table_each():
    stage = Stage.at()
    await two(stage, chat=None)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(5))
    assert {one.key for one in stage.platform.booked} == {"p1", "p2"}
    await process.stop()


async def test_a_friend_in_both_plans_makes_them_one_circle():
    stage = Stage.at()
    await two(stage, chat=None)
    await stage.arm(plan_id="p3", circle=3, on=date(2026, 12, 23))
    await stage.database.write(lambda tx: plans.set_coming(tx, "p1", 3, coming=True))
    await stage.database.write(lambda tx: plans.set_coming(tx, "p2", 3, coming=True))
    assert await first_of(stage, "p2") == "p1"
    assert await first_of(stage, "p3") is None, "another evening is another table"
    await stage.database.write(lambda tx: plans.set_coming(tx, "p1", 3, coming=False))
    assert await first_of(stage, "p2") is None, "who does not come is no link between them"


async def test_the_later_one_waits_at_the_drop_and_ends_when_the_first_has_its_table():
    stage = Stage.at()
    await two(stage)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(5))
    (table,) = stage.platform.booked
    assert table.key == "p1"
    job = await stage.job("p2")
    assert (job.state, job.reason) == (JobState.LOST, Reason.CIRCLE_HAS_TABLE)
    assert (await stage.plan("p2")).state is PlanState.LOST
    assert stage.news("p2") == ["lost"]
    assert StepKind.SLOT_TRIED not in await stage.kinds("p2")
    await process.stop()


async def test_the_later_one_looks_ahead_of_the_drop_too():
    stage = Stage.at()
    await two(stage)
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(30))
    assert StepKind.PREFLIGHT_OK in await stage.kinds("p2")
    assert (await stage.job("p2")).state is JobState.WAITING
    await process.stop()


async def test_the_later_one_follows_at_once_when_the_first_is_called_off():
    stage = Stage.at()
    await two(stage)
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(30))
    ana = await stage.database.read(lambda tx: guests.get(tx, 1))
    await stage.database.write(lambda tx: cancelling.cancel(tx, "p1", by=ana, now=stage.clock.now()))
    process.wake.now()
    await stage.clock.run_until(DROP + seconds(1))
    (table,) = stage.platform.booked
    assert table.key == "p2"
    assert stage.platform.calls_of("book")[0].at == DROP
    await process.stop()


async def test_the_later_one_follows_when_the_first_got_nothing():
    stage = Stage.at()
    await stage.arm(plan_id="p1", circle=1, chat=FRIENDS, times=TIMES[:1])
    await stage.arm(plan_id="p2", circle=2, chat=FRIENDS, times=TIMES[1:])
    for _ in range(2):
        stage.platform.rival(stage.venue.ref, on=ON, at=TIMES[0], acts_at=DROP)
    process = await stage.start()
    await stage.clock.run_until(DROP + WINDOW + seconds(70))
    assert (await stage.job("p1")).state is JobState.LOST
    (table,) = stage.platform.booked
    assert table.key == "p2"
    await process.stop()


async def test_who_waited_too_long_is_offered_to_watch():
    stage = Stage.at()
    await stage.arm(plan_id="p1", circle=1, chat=FRIENDS)
    await stage.arm(Strategy.NOW, plan_id="p2", circle=2, chat=FRIENDS, until=stage.clock.now() + seconds(30))
    process = await stage.start()
    await stage.clock.advance(seconds(120))
    job = await stage.job("p2")
    assert (job.state, job.reason) == (JobState.LOST, Reason.CIRCLE_WENT_FIRST)
    await process.stop()


async def test_a_plan_that_waits_for_its_guest_holds_nobody_back():
    stage = Stage.at()
    stage.platform.fail("book", Fault.NEEDS_GUEST)
    await two(stage)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    assert (await stage.plan("p1")).state is PlanState.LOST
    (table,) = stage.platform.booked
    assert table.key == "p2"
    assert (await stage.job("p1")).reason is Reason.CIRCLE_HAS_TABLE
    await process.stop()


async def test_an_unanswered_call_keeps_the_others_from_calling():
    stage = Stage.at()
    stage.platform.fail("book", Fault.LOST_AFTER)
    stage.platform.fail("reservations", Fault.DOWN, times=5)
    await two(stage)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(10))
    assert (await stage.plan("p1")).state is PlanState.CHECKING
    assert len(stage.platform.calls_of("book")) == 1
    await stage.clock.run_until(DROP + seconds(60))
    assert (await stage.plan("p1")).state is PlanState.BOOKED
    assert (await stage.job("p2")).reason is Reason.CIRCLE_HAS_TABLE
    assert len(stage.platform.booked) == 1
    await process.stop()


async def test_one_that_can_book_now_goes_before_one_that_only_watches():
    stage = Stage.at(drop=None)
    until = stage.clock.now() + timedelta(days=2)
    await stage.arm(Strategy.WATCH, plan_id="p1", circle=1, chat=FRIENDS, until=until)
    await stage.arm(Strategy.NOW, plan_id="p2", circle=2, chat=FRIENDS)
    assert await first_of(stage, "p2") is None
    assert await first_of(stage, "p1") == "p2"


@dataclass
class Evening:
    """Plans of one circle on a platform that fails as the dice say; some are called off on the way."""

    seed: int
    keyless: bool
    dice: random.Random = field(init=False)

    async def run(self) -> Stage:
        self.dice = dice = random.Random(self.seed)
        stage = Stage.at(
            keyless=self.keyless,
            tables={"": dice.choice([1, 3])},
            late_by=seconds(dice.choice([0, 0, 0.3, 7])),
        )
        stage.platform.latency = seconds(dice.choice([0, 0.04, 0.2]))
        count = dice.choice([2, 3])
        for number in range(1, count + 1):
            times = tuple(dice.sample(TIMES, dice.randint(1, 3)))
            strategy = Strategy.DROP if dice.random() < 0.8 else Strategy.NOW
            until = DROP + seconds(120) if strategy is Strategy.NOW else None
            chat = FRIENDS if dice.random() < 0.5 else 1
            await stage.arm(
                strategy, plan_id=f"p{number}", circle=number, chat=chat, times=times, until=until
            )
            await stage.database.write(lambda tx, n=number: plans.set_coming(tx, f"p{n}", 1, coming=True))
        faults = (Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.TAKEN, Fault.DOWN, Fault.NEEDS_GUEST)
        stage.platform.fail("book", *dice.sample(faults, dice.randint(0, 3)))
        stage.platform.fail("reservations", Fault.DOWN, times=dice.choice([0, 0, 2]))
        workers = [await stage.start(owner="a"), await stage.start(owner="b")]
        for at in sorted(dice.uniform(-30, 40) for _ in range(dice.randint(0, 3))):
            await stage.clock.run_until(max(DROP + seconds(at), stage.clock.now()))
            await self.meddle(stage, f"p{dice.randint(1, count)}")
            for worker in workers:
                worker.wake.now()
            await settle()
            self.tables(stage, count)
        await stage.clock.run_until(DROP + timedelta(minutes=25))
        self.tables(stage, count)
        for worker in workers:
            await worker.stop()
        return stage

    async def meddle(self, stage: Stage, plan_id: str) -> None:
        """Somebody calls a plan off, or sees to what it waits for."""
        now = stage.clock.now()
        if self.dice.random() < 0.5:
            await stage.database.write(lambda tx: jobs.resume(tx, plan_id, now, until=now + seconds(60)))
            return
        plan = await stage.plan(plan_id)
        by = await stage.database.read(lambda tx: guests.get(tx, plan.organiser_id))
        try:
            await stage.database.write(lambda tx: cancelling.cancel(tx, plan_id, by=by, now=now))
        except (PlanBusy, PlanOver):
            return

    def tables(self, stage: Stage, count: int) -> None:
        held = len(stage.platform.booked)
        assert held <= 1, f"seed {self.seed}: {count} plans of one circle hold {held} tables"


@pytest.mark.parametrize("keyless", [False, True])
@pytest.mark.parametrize("seed", range(40))
async def test_a_circle_never_holds_two_tables(seed, keyless):
    stage = await Evening(seed, keyless).run()
    states = {(await stage.plan(plan_id)).state for plan_id in ("p1", "p2")}
    assert states <= {PlanState.BOOKED, PlanState.LOST, PlanState.CANCELLED}, "nobody is left hanging"
