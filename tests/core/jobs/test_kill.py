"""`kill -9` at every step, a frozen process, two workers, a clean stop: one table, nothing lost."""

import asyncio
import random
from datetime import timedelta

import pytest

from core.domain.job_state import JobState, Strategy
from core.domain.plan_state import PlanState
from core.jobs.worker import LEASE
from core.persistence import job_leases, reservations
from tests.core.jobs.stage import DROP, ON, TIMES, WINDOW, Stage, seconds
from tests.expect import present
from tests.fakes.clock import settle
from tests.fakes.platform import Fault

STEPS = 30
"""More than any of these stories has."""


async def _is_true(stage: Stage) -> None:
    """The plan says what the platform says, once, and everybody was told."""
    plan, tables = await stage.plan(), stage.platform.booked
    assert len(tables) <= 1
    assert plan.state is (PlanState.BOOKED if tables else PlanState.LOST)
    assert (await stage.job()).state.over
    kept = await stage.kept()
    assert (kept is not None) == bool(tables)
    assert stage.news().count("booked" if tables else "lost") == 1


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("fault", [None, Fault.TAKEN, Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.DOWN])
@pytest.mark.parametrize("length", range(1, STEPS))
async def test_killed_at_any_step_of_a_drop_it_ends_in_one_table(length, fault, alone):
    stage = Stage.at(DROP - seconds(16), keyless=True)
    if fault is not None:
        stage.platform.fail("book", fault)
    await stage.arm()
    first = await stage.start(fuse=length, owner="first")
    await stage.clock.run_until(DROP + seconds(1))
    await first.kill()
    second = await stage.start(owner="second", after=["first"] if alone else [])
    await stage.clock.run_until(DROP + WINDOW + timedelta(minutes=1))
    await _is_true(stage)
    assert (await stage.plan()).state is PlanState.BOOKED
    await second.stop()


@pytest.mark.parametrize("length", range(1, 16))
@pytest.mark.parametrize("strategy", [Strategy.NOW, Strategy.WATCH])
async def test_killed_at_any_step_of_booking_now_or_watching_it_ends_in_one_table(length, strategy):
    stage = Stage.at(keyless=True, drop=None)
    await stage.arm(strategy, until=stage.clock.now() + timedelta(minutes=30))
    first = await stage.start(fuse=length)
    await stage.clock.advance(seconds(5))
    await first.kill()
    second = await stage.start(owner="second")
    await stage.clock.advance(timedelta(minutes=31))
    await _is_true(stage)
    assert (await stage.plan()).state is PlanState.BOOKED
    await second.stop()


async def _die_again_and_again(seed: int) -> None:
    luck = random.Random(seed)
    stage = Stage.at(
        DROP - seconds(30), keyless=True, tables={"": 1}, late_by=seconds(luck.choice([0, 0.4, 20]))
    )
    stage.platform.latency = seconds(luck.choice([0, 0.05, 0.5]))
    for at in luck.sample(TIMES, luck.randint(0, len(TIMES))):
        stage.platform.rival(stage.venue.ref, on=ON, at=at, acts_at=DROP + seconds(luck.uniform(0, 30)))
    stage.platform.fail("book", *luck.choices(list(Fault), k=luck.randint(0, 3)))
    await stage.arm()
    for life in range(6):
        fuse, dead = luck.randint(1, 40), [str(before) for before in range(life)]
        process = await stage.start(fuse=fuse, owner=str(life), after=dead if luck.random() < 0.5 else [])
        await stage.clock.advance(timedelta(seconds=luck.choice([1, 20, 30, 60])))
        await process.kill()
    last = await stage.start(owner="last")
    await stage.clock.run_until(DROP + timedelta(minutes=40))
    if (await stage.plan()).state is PlanState.NEEDS_GUEST:
        return
    await _is_true(stage)
    await last.stop()


@pytest.mark.parametrize("seed", range(25))
async def test_a_process_that_dies_again_and_again_still_tells_the_truth(seed):
    await _die_again_and_again(seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 2000))
async def test_many_processes_that_die_again_and_again_still_tell_the_truth(seed):
    await _die_again_and_again(seed)


async def test_a_process_frozen_past_its_lease_makes_no_call_when_it_wakes():
    stage = Stage.at(keyless=True, late_by=seconds(3))
    await stage.arm()
    frozen = await stage.start(owner="frozen")
    await stage.clock.run_until(DROP + seconds(2))
    # SIGSTOP: time passes, and nothing in the process runs.
    stage.clock.jump(DROP + seconds(2) + LEASE)
    other = await stage.start(owner="other")
    await stage.clock.advance(timedelta(minutes=1))
    assert len(stage.platform.booked) == 1
    assert len(stage.platform.calls_of("book")) == 1
    assert (await stage.job()).fence > 1
    await _is_true(stage)
    await frozen.stop()
    await other.stop()


async def test_a_process_frozen_between_the_list_and_the_call_does_not_call():
    stage = Stage.at(keyless=True)
    stage.platform.latencies["slots"] = seconds(1)
    await stage.arm()
    frozen = await stage.start(owner="frozen")
    await stage.clock.run_until(DROP + seconds(0.9))
    stage.clock.jump(DROP + LEASE + seconds(5))
    await stage.clock.advance(seconds(0))
    assert stage.platform.calls_of("book") == []
    await frozen.stop()


async def test_a_process_that_lost_its_own_lease_makes_no_call_with_the_leases_it_believes_in():
    """Taken for dead after six seconds, it wakes up within the fifteen of its jobs."""
    stage = Stage.at()
    await stage.arm()
    charge = {"held": True}
    process = await stage.start(in_charge=lambda: charge["held"])
    await stage.clock.run_until(DROP - seconds(1))
    charge["held"] = False
    await stage.clock.run_until(DROP + seconds(5))
    assert stage.platform.calls_of("book") == []
    await process.stop()


async def test_two_workers_on_one_database_book_each_plan_once():
    stage = Stage.at(keyless=True, tables={"": 30})
    for number in range(20):
        await stage.arm(plan_id=f"p{number}", circle=number + 1)
    workers = [await stage.start(owner="a"), await stage.start(owner="b")]
    await stage.clock.run_until(DROP + seconds(5))
    assert len(stage.platform.booked) == 20
    for number in range(20):
        assert (await stage.job(f"p{number}")).fence == 1
        assert stage.news(f"p{number}") == ["booked"]
    for worker in workers:
        await worker.stop()


async def test_a_clean_stop_hands_a_waiting_job_back_at_once():
    stage = Stage.at()
    await stage.arm()
    first = await stage.start(owner="first")
    await stage.clock.run_until(DROP - seconds(60))
    await first.stop()
    job = await stage.job()
    assert (job.state, job.lease_owner, job.attempts) == (JobState.WAITING, None, 0)
    second = await stage.start(owner="second")
    await stage.clock.run_until(DROP)
    assert (await stage.job()).state is JobState.BOOKED
    await second.stop()


async def test_a_clean_stop_waits_for_the_answer_of_a_call_that_is_out():
    stage = Stage.at(keyless=True)
    stage.platform.latencies["book"] = seconds(3)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stopping = asyncio.create_task(process.stop())
    await stage.clock.run_until(DROP + seconds(4))
    assert stopping.done()
    await _is_true(stage)


async def test_a_clean_stop_does_not_wait_for_ever_and_leaves_the_call_to_be_looked_up():
    stage = Stage.at(keyless=True)
    stage.platform.latencies["book"] = seconds(60)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stopping = asyncio.create_task(process.stop())
    await stage.clock.advance(seconds(5))
    assert stopping.done()
    job = await stage.job()
    assert (job.state, job.lease_owner) == (JobState.UNSURE, None)


async def test_a_clean_stop_makes_no_new_call():
    stage = Stage.at(tables={"": 1})
    stage.platform.latencies["book"] = seconds(2)
    stage.platform.fail("book", Fault.TAKEN)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stopping = asyncio.create_task(process.stop())
    await stage.clock.advance(seconds(5))
    assert stopping.done()
    assert len(stage.platform.calls_of("book")) == 1


async def test_a_renewal_during_a_clean_stop_does_not_let_it_call_again():
    stage = Stage.at(DROP - seconds(10), tables={"": 1})
    stage.platform.latencies["book"] = seconds(3.5)
    stage.platform.fail("book", Fault.TAKEN)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(3))
    stopping = asyncio.create_task(process.stop())
    await stage.clock.advance(seconds(5))
    assert stopping.done()
    assert len(stage.platform.calls_of("book")) == 1


async def test_a_database_that_is_gone_leaves_the_job_to_its_lease(caplog, monkeypatch):
    stage = Stage.at(DROP - seconds(10), keyless=True)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(1))
    with monkeypatch.context() as patch:
        patch.setattr(stage.database, "write", _refused)
        await stage.clock.run_until(DROP + seconds(5))
    assert "left to its lease" in caplog.text
    await stage.clock.run_until(DROP + timedelta(minutes=1))
    assert len(stage.platform.calls_of("book")) == 1
    await _is_true(stage)
    await process.stop()


async def _refused(_):
    raise OSError("disk gone")


async def test_leases_are_kept_as_long_as_the_worker_lives():
    stage = Stage.at(DROP - timedelta(minutes=4))
    await stage.arm()
    process = await stage.start(owner="long")
    other = await stage.start(owner="other")
    await stage.clock.run_until(DROP - seconds(10))
    job = await stage.job()
    assert (job.lease_owner, job.fence) == ("long", 1)
    assert present(job.lease_until) > stage.clock.now()
    await process.stop()
    await other.stop()


async def test_a_clock_that_steps_forward_past_a_due_job_is_noticed_by_the_safety_look():
    stage = Stage.at(DROP - timedelta(hours=1))
    await stage.arm()
    process = await stage.start()
    stage.clock.jump(DROP - seconds(100))
    await stage.clock.advance(seconds(31))
    assert (await stage.job()).state is JobState.TRYING
    await stage.clock.run_until(DROP)
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_a_job_whose_attempt_breaks_off_every_time_ends_and_says_so(caplog):
    stage = Stage.at()
    await stage.arm()

    async def broken(*_, **__):
        raise KeyError("slots")

    stage.platform.slots = broken
    process = await stage.start()
    await stage.clock.run_until(DROP + WINDOW + timedelta(minutes=1))
    job = await stage.job()
    assert job.state.over
    assert job.state is not JobState.BOOKED
    assert stage.news()[-1] == "lost"
    broke_off = [record for record in caplog.records if record.name == "job" and record.exc_info]
    assert all("KeyError" in record.errors for record in broke_off)
    assert broke_off, "the log says how"
    await process.stop()


async def test_a_broken_answer_to_a_booking_call_is_looked_up_not_repeated():
    stage = Stage.at(keyless=True)
    await stage.arm()
    book = stage.platform.book

    async def broken(*args, **kwargs):
        await book(*args, **kwargs)
        raise ValueError("not JSON")

    stage.platform.book = broken
    process = await stage.start()
    await stage.clock.run_until(DROP + timedelta(minutes=1))
    assert len(stage.platform.calls_of("book")) == 1
    await _is_true(stage)
    await process.stop()


async def test_a_database_that_refuses_the_result_does_not_lose_it(monkeypatch):
    stage = Stage.at(keyless=True)
    await stage.arm()
    monkeypatch.setattr(reservations, "add", _refuse)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(2))
    assert (await stage.plan()).state is PlanState.CHECKING
    monkeypatch.undo()
    await stage.clock.advance(timedelta(minutes=1))
    assert len(stage.platform.calls_of("book")) == 1
    await _is_true(stage)
    await process.stop()


def _refuse(*_, **__):
    raise OSError("disk full")


async def test_thousands_of_future_jobs_cost_one_alarm():
    stage = Stage.at(DROP - timedelta(minutes=20))
    for number in range(300):
        await stage.arm(plan_id=f"p{number}", circle=number + 1)
    before = asyncio.all_tasks()
    process = await stage.start()
    await settle()
    assert len(asyncio.all_tasks() - before) <= 4
    due_at = present(await stage.database.read(job_leases.next_due))
    assert DROP - timedelta(minutes=5) <= due_at <= DROP - timedelta(minutes=4.5)
    await process.stop()
