"""Plans armed, changed and watched, each in one transaction."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.domain.job_state import JobState, Strategy
from core.domain.plan_state import PlanState
from core.errors import AlreadyPlanned, PlanOver
from core.persistence import jobs, plans
from core.plans import arming
from tests.core.plans.evening import DROP, LUNA, NOW, RULE, WISH, arm, lose, meet
from tests.expect import present


async def test_a_plan_before_its_drop_waits_for_it(tx):
    arm(tx, meet(tx, "ann"))
    job = present(jobs.live_of(tx, "p1"))
    assert job.strategy is Strategy.DROP
    assert job.drop_at == DROP
    assert job.due_at < DROP
    assert job.until == DROP + arming.DROP_WINDOW


async def test_a_plan_after_its_drop_is_booked_now_or_watched(tx):
    ann, later = meet(tx, "ann"), DROP + timedelta(days=1)
    arm(tx, ann, now=later)
    assert present(jobs.live_of(tx, "p1")).strategy is Strategy.NOW
    arm(tx, meet(tx, "bob"), "p2", now=later, watching=True)
    job = present(jobs.live_of(tx, "p2"))
    assert job.strategy is Strategy.WATCH
    assert job.until == datetime(2026, 12, 24, 22, 0, tzinfo=UTC), "two hours before the earliest wanted time"


async def test_one_table_a_party_and_day(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    with pytest.raises(AlreadyPlanned) as caught:
        arm(tx, ann, "p2", wish=replace(WISH, times=(time(21),)))
    assert caught.value.plan_id == "p1"
    arm(tx, ann, "p3", wish=replace(WISH, on=date(2026, 12, 23)))
    arm(tx, meet(tx, "bob"), "p4")


@pytest.mark.parametrize("over", [PlanState.LOST, PlanState.CANCELLED])
async def test_a_plan_that_came_to_nothing_is_in_nobodys_way(tx, over):
    ann = meet(tx, "ann")
    arm(tx, ann)
    jobs.cancel(tx, "p1", NOW)
    plans.move(tx, "p1", over)
    arm(tx, ann, "p2")


async def test_a_change_replaces_the_job(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    before = present(jobs.live_of(tx, "p1"))
    wish = replace(WISH, on=date(2026, 12, 23), party_size=2)
    arming.change(tx, "p1", by=ann, venue=LUNA, wish=wish, watching=False, now=NOW)
    after = present(jobs.live_of(tx, "p1"))
    assert after.id != before.id
    assert after.drop_at == RULE.drop_of(wish.on)
    assert plans.get(tx, "p1").wish == wish
    assert jobs.get(tx, before.id).state is JobState.CANCELLED


async def test_a_change_does_not_run_into_ones_other_plan(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    arm(tx, ann, "p2", wish=replace(WISH, on=date(2026, 12, 23)))
    with pytest.raises(AlreadyPlanned):
        arming.change(tx, "p2", by=ann, venue=LUNA, wish=WISH, watching=False, now=NOW)


async def test_a_lost_plan_is_watched_while_there_is_time(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    with pytest.raises(PlanOver):
        arming.watch(tx, "p1", by=ann, now=NOW)
    lose(tx)
    until = arming.watch(tx, "p1", by=ann, now=NOW)
    assert present(jobs.live_of(tx, "p1")).until == until
    assert plans.get(tx, "p1").state is PlanState.ARMED
    lose(tx)
    with pytest.raises(PlanOver):
        arming.watch(tx, "p1", by=ann, now=until)


def test_plan_ids_are_long_and_random():
    assert len({arming.new_plan_id() for _ in range(1000)}) == 1000
    assert len(arming.new_plan_id()) == 16
