"""The jobs table, on both databases: claims, leases, fences."""

import asyncio
import json
import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from core.domain.job_state import JobState, Strategy
from core.domain.outcome import Reason
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.step import SHAPES, PlatformBroke, SlotLost, Step, StepKind, Woken
from core.domain.venue import VenueRef
from core.errors import GoesFirst, IllegalTransition, LeaseLost, PlanBusy
from core.jobs.store import Firing
from core.persistence import job_leases, jobs, plans, steps, tables
from core.persistence.open_database import open_database
from core.persistence.tables import metadata
from core.plans import job_store
from tests.core.jobs.stage import people

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=15)
UNTIL = NOW + timedelta(hours=1)
NONE = timedelta(0)


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    metadata.create_all(opened.engine)
    await opened.write(lambda tx: people(tx, NOW))
    yield opened
    await opened.aclose()


def arm(plan_id="p", *, due_at=NOW, strategy=Strategy.NOW):
    def add(tx):
        wish = Wish(
            venue=VenueRef(platform="house", id="luna"),
            on=date(2026, 12, 24),
            party_size=2,
            times=(time(19),),
        )
        plan = Plan(
            id=plan_id,
            organiser_id=1,
            chat_id=1,
            thread_id=None,
            wish=wish,
            venue_name="Luna",
            zone="UTC",
            state=PlanState.ARMED,
            created_at=NOW,
        )
        if not jobs.of_plan(tx, plan_id):
            plans.add(tx, plan)
        return jobs.add(tx, plan_id=plan_id, strategy=strategy, due_at=due_at, until=UNTIL, now=NOW)

    return add


def claim(now=NOW, owner="a", limit=100, horizon=NONE):
    return lambda tx: job_leases.claim_due(
        tx, owner=owner, now=now, horizon=horizon, lease=LEASE, limit=limit
    )


def move(job, state, now=NOW, **values):
    return lambda tx: jobs.move(tx, job.id, job.fence, state, now=now, **values)


def find(job_id):
    return lambda tx: jobs.get(tx, job_id)


async def test_a_job_comes_back_as_it_was_added(database):
    drop_at = NOW + timedelta(days=3)
    job_id = await database.write(arm(due_at=drop_at))
    job = await database.read(find(job_id))
    assert (job.plan_id, job.strategy, job.state, job.due_at) == (
        "p",
        Strategy.NOW,
        JobState.WAITING,
        drop_at,
    )
    assert (job.fence, job.attempts, job.lease_owner, job.reason) == (0, 0, None, None)
    assert await database.read(lambda tx: jobs.live_of(tx, "p")) == job
    assert await database.read(jobs.open_jobs) == [job]
    assert await database.read(lambda tx: jobs.latest(tx, limit=3)) == [job]
    assert await database.read(lambda tx: jobs.find(tx, 999)) is None


async def test_the_database_refuses_a_second_live_job_of_a_plan(database):
    await database.write(arm())
    with pytest.raises(IntegrityError):
        await database.write(arm())
    await database.write(lambda tx: jobs.cancel(tx, "p", NOW))
    await database.write(arm())


async def test_a_claim_takes_what_is_due_oldest_first_and_nothing_else(database):
    for minutes in (3, -1, -2, 0):
        await database.write(arm(f"p{minutes}", due_at=NOW + timedelta(minutes=minutes)))
    taken = await database.write(claim(limit=2))
    assert [job.plan_id for job in taken] == ["p-2", "p-1"]
    assert {(job.state, job.fence, job.attempts) for job in taken} == {(JobState.TRYING, 1, 1)}
    assert [job.plan_id for job in await database.write(claim())] == ["p0"]
    assert await database.write(claim()) == []
    assert [job.plan_id for job in await database.write(claim(horizon=timedelta(minutes=3)))] == ["p3"]


async def test_the_next_due_moment_counts_leases_and_is_none_when_nothing_is_left(database):
    assert await database.read(job_leases.next_due) is None
    await database.write(arm("late", due_at=NOW + timedelta(hours=1)))
    assert await database.read(job_leases.next_due) == NOW + timedelta(hours=1)
    await database.write(arm("now"))
    assert await database.read(job_leases.next_due) == NOW
    (job,) = await database.write(claim())
    assert await database.read(job_leases.next_due) == NOW + LEASE
    await database.write(move(job, JobState.LOST, reason=Reason.FULLY_TAKEN))
    assert await database.read(job_leases.next_due) == NOW + timedelta(hours=1)


async def test_a_lapsed_lease_is_taken_over_and_a_call_that_may_be_out_is_unsure(database):
    for plan_id in ("trying", "firing", "unsure"):
        await database.write(arm(plan_id))
    for job in await database.write(claim()):
        if job.plan_id != "trying":
            await database.write(move(job, JobState.FIRING))
        if job.plan_id == "unsure":
            await database.write(move(job, JobState.UNSURE))
    assert await database.write(claim(NOW + LEASE - timedelta(seconds=1), owner="b")) == []
    taken = await database.write(claim(NOW + LEASE, owner="b"))
    assert {job.plan_id: job.state for job in taken} == {
        "trying": JobState.TRYING,
        "firing": JobState.UNSURE,
        "unsure": JobState.UNSURE,
    }
    assert {job.fence for job in taken} == {2}


async def test_whoever_lost_the_lease_cannot_write_any_more(database):
    await database.write(arm())
    (before,) = await database.write(claim())
    await database.write(claim(NOW + LEASE, owner="b"))
    with pytest.raises(LeaseLost):
        await database.write(move(before, JobState.FIRING))
    with pytest.raises(LeaseLost):
        await database.write(lambda tx: jobs.snooze(tx, before.id, before.fence, UNTIL, NOW))
    with pytest.raises(LeaseLost):
        await database.write(
            lambda tx: job_leases.give_back(tx, before.id, before.fence, due_at=NOW, now=NOW)
        )
    with pytest.raises(LeaseLost):
        await database.write(
            lambda tx: jobs.rearm(tx, before.id, before.fence, drop_at=NOW, until=UNTIL, now=NOW)
        )
    assert (await database.read(find(before.id))).lease_owner == "b"


async def test_a_step_that_the_table_does_not_know_is_refused(database):
    await database.write(arm())
    (job,) = await database.write(claim())
    with pytest.raises(IllegalTransition):
        await database.write(move(job, JobState.BOOKED))


async def test_renewing_keeps_what_is_held_and_not_what_lapsed_or_is_anothers(database):
    for plan_id in ("mine", "anothers"):
        await database.write(arm(plan_id))
    (mine,) = await database.write(claim(limit=1))
    (other,) = await database.write(claim(owner="b"))
    later = NOW + timedelta(seconds=10)

    def renew(now, owner="a"):
        return lambda tx: job_leases.renew(tx, owner=owner, job_ids=[mine.id, other.id], now=now, lease=LEASE)

    assert await database.write(renew(later)) == {(mine.id, 1)}
    assert (await database.read(find(mine.id))).lease_until == later + LEASE
    assert await database.write(renew(NOW + LEASE, "b")) == set()


async def test_a_snooze_takes_its_attempt_back_and_lets_go(database):
    await database.write(arm())
    (job,) = await database.write(claim())
    await database.write(lambda tx: jobs.snooze(tx, job.id, job.fence, UNTIL, NOW))
    job = await database.read(find(job.id))
    assert (job.state, job.attempts, job.lease_owner, job.lease_until) == (JobState.WAITING, 0, None, None)
    assert job.due_at == UNTIL


async def test_calling_off_is_refused_while_a_call_may_be_out(database):
    await database.write(arm())
    (job,) = await database.write(claim())
    await database.write(move(job, JobState.FIRING))
    for state in (JobState.FIRING, JobState.UNSURE):
        with pytest.raises(PlanBusy):
            await database.write(lambda tx: jobs.cancel(tx, "p", NOW))
        if state is JobState.FIRING:
            await database.write(move(job, JobState.UNSURE))
    await database.write(move(job, JobState.WAITING))
    assert await database.write(lambda tx: jobs.cancel(tx, "p", NOW))
    assert not await database.write(lambda tx: jobs.cancel(tx, "p", NOW))


async def test_a_job_that_was_called_off_refuses_its_worker(database):
    await database.write(arm())
    (job,) = await database.write(claim())
    await database.write(lambda tx: jobs.cancel(tx, "p", NOW))
    with pytest.raises(LeaseLost):
        await database.write(move(job, JobState.FIRING))


async def test_a_clean_stop_lets_go_of_ones_own_and_only_those(database):
    for plan_id in ("a", "b"):
        await database.write(arm(plan_id))
    (mine,) = await database.write(claim(limit=1))
    await database.write(claim(owner="b"))
    await database.write(move(mine, JobState.FIRING))
    await database.write(lambda tx: job_leases.release_all(tx, "a", NOW))
    job = await database.read(find(mine.id))
    assert (job.state, job.attempts, job.lease_owner) == (JobState.UNSURE, 0, None)
    (taken,) = await database.write(claim(owner="c"))
    assert taken.id == mine.id
    await database.write(lambda tx: [job_leases.lapse_all(tx, owner, NOW) for owner in "bc"])
    assert len(await database.write(claim(owner="d"))) == 2


async def test_a_guest_who_did_what_was_needed_wakes_the_job(database):
    await database.write(arm())
    (job,) = await database.write(claim())
    await database.write(move(job, JobState.FIRING))
    await database.write(move(job, JobState.NEEDS_GUEST, due_at=UNTIL))
    assert await database.write(claim(NOW + LEASE)) == []
    assert await database.write(lambda tx: jobs.resume(tx, "p", NOW))
    assert not await database.write(lambda tx: jobs.resume(tx, "p", NOW))
    assert len(await database.write(claim())) == 1


async def test_many_workers_that_claim_at_once_never_get_the_same_job(database):
    for number in range(60):
        await database.write(arm(f"p{number}"))
    batches = await asyncio.gather(*(database.write(claim(owner=f"w{n}", limit=10)) for n in range(12)))
    taken = [job.id for batch in batches for job in batch]
    assert len(taken) == len(set(taken))
    rest = await database.write(claim(owner="last"))
    assert len(set(taken) | {job.id for job in rest}) == 60
    assert {job.fence for job in await database.read(jobs.open_jobs)} == {1}


async def test_steps_that_an_older_fourtop_wrote_are_read(database):
    """What it kept under each name, with less of it, and a truth as a number."""
    older = [
        ("woken", {}),
        ("trouble", {"what": "sign_in"}),
        ("rearmed", {"drop_at": "2026-12-03T14:00:00+00:00"}),
        ("clock", {"offset_us": 12}),
        ("first_request", {"late_us": 400}),
        ("slots_seen", {"listed": 3, "wanted": "19:30", "cause": ""}),
        ("platform_down", {"why": "503"}),
        ("platform_down", {"why": "503", "token": "t", "time": "19:30", "seating": ""}),
        ("needs_guest", {"token": "t", "time": "19:30", "seating": "", "action": "sign_in"}),
        ("looked_up", {"listed": 1, "found": 1}),
        ("gave_up", {"reason": "overdue"}),
    ]
    job_id = await database.write(arm())

    def keep(tx):
        for kind, detail in older:
            row = {"job_id": job_id, "attempt": 1, "at": NOW, "kind": kind, "detail": json.dumps(detail)}
            tx.execute(insert(tables.steps).values(row))

    await database.write(keep)
    read = await database.read(lambda tx: steps.of_job(tx, job_id))
    assert [(step.kind.value, type(step.what)) for step in read] == [
        (kind, SHAPES[StepKind(kind)]) for kind, _ in older
    ]
    assert read[-2].what.found is True
    assert read[6].what.token is None


async def test_steps_come_back_in_order_with_their_details(database):
    job_id = await database.write(arm())
    batch = [
        Step(at=NOW, attempt=1, what=Woken(strategy=Strategy.DROP, state=JobState.TRYING, late_s=2)),
        Step(
            at=NOW,
            attempt=1,
            what=SlotLost(token="é|19:00", time="19:00", seating=""),
        ),
    ]
    await database.write(lambda tx: steps.append(tx, job_id, batch))
    await database.write(lambda tx: steps.append(tx, job_id, []))
    assert await database.read(lambda tx: steps.of_job(tx, job_id)) == batch
    assert await database.read(lambda tx: steps.of_plan(tx, "p")) == batch


async def test_claiming_among_thousands_of_future_jobs_reads_an_index(database):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("EXPLAIN QUERY PLAN is SQLite's")
    sql = (
        "EXPLAIN QUERY PLAN SELECT id FROM jobs WHERE state IN ('waiting','trying') "
        "AND due_at <= '2026-12-01' AND (lease_until IS NULL OR lease_until <= '2026-12-01') "
        "ORDER BY due_at, id LIMIT 100"
    )
    plan = await database.read(lambda tx: [row[3] for row in tx.execute(text(sql)).all()])
    assert any("ix_jobs_state_due_at" in line for line in plan)


async def test_two_plans_of_a_circle_do_not_both_begin_to_call(database):
    """The earlier one waited for its guest, and goes on in the very moment in which the later one calls."""
    for plan_id in ("p", "q"):
        await database.write(arm(plan_id))
    both = await database.write(
        lambda tx: job_leases.claim_due(tx, owner="w", now=NOW, horizon=NONE, lease=LEASE, limit=9)
    )
    first, second = both
    waiting = {"state": JobState.NEEDS_GUEST, "lease_owner": None, "lease_until": None}
    await database.write(
        lambda tx: tx.execute(update(tables.jobs).where(tables.jobs.c.id == first.id).values(waiting))
    )
    looked, go_on = threading.Event(), threading.Event()

    def slowly(tx):
        """It has seen that nobody goes first, and has not written that it calls."""
        job_store.written(tx, second, Firing(account_id=None), (), now=NOW)
        looked.set()
        go_on.wait(0.3)

    async def resumed():
        await asyncio.to_thread(looked.wait, 5)
        back = {"state": JobState.TRYING, "lease_owner": "w", "lease_until": NOW + LEASE}
        await database.write(
            lambda tx: tx.execute(update(tables.jobs).where(tables.jobs.c.id == first.id).values(back))
        )
        await database.write(lambda tx: job_store.written(tx, first, Firing(account_id=None), (), now=NOW))

    outcomes = await asyncio.gather(database.write(slowly), resumed(), return_exceptions=True)
    assert [type(each) for each in outcomes] == [type(None), GoesFirst]
    states = [job.state for job in await database.read(jobs.open_jobs)]
    assert states.count(JobState.FIRING) == 1


async def test_half_a_character_of_a_platform_does_not_spoil_a_jobs_steps(database):
    job_id = await database.write(arm())
    broke = Step(at=NOW, attempt=1, what=PlatformBroke(why="Sorry \ud83d, \0 é"))
    await database.write(lambda tx: steps.append(tx, job_id, [broke]))
    (kept,) = await database.read(lambda tx: steps.of_job(tx, job_id))
    assert kept.what == PlatformBroke(why="Sorry ?, \0 é")
