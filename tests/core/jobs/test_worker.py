"""The worker, from a due job to what the database and the platform say in the end."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.domain.booking import Booker
from core.domain.job import due_of_drop
from core.domain.job_state import JobState, Strategy
from core.domain.outcome import Reason
from core.domain.plan_state import PlanState
from core.domain.step import StepKind
from core.errors import PlanBusy
from core.persistence import chats, jobs, outbox_leases
from core.plans.job_store import GUEST_HAS
from tests.core.jobs.stage import DROP, ON, RULE, TIMES, WINDOW, Stage, seconds
from tests.expect import present
from tests.facts import hear_all, notifications
from tests.fakes.platform import Fault


async def test_a_drop_is_booked_at_its_moment():
    stage = Stage.at()
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP)
    assert (await stage.job()).state is JobState.BOOKED
    assert (await stage.plan()).state is PlanState.BOOKED
    assert stage.news() == ["booked"]
    (kept,) = stage.platform.booked
    assert present(await stage.kept()).reservation == kept
    assert kept.starts_at.time() == TIMES[0]
    await process.stop()


async def test_the_first_request_of_a_drop_is_never_early_and_the_connection_is_warm():
    stage = Stage.at()
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP - timedelta(microseconds=1))
    assert [call.at for call in stage.platform.calls_of("warm")] == [DROP - seconds(3), DROP - seconds(0.5)]
    looks = [call.at for call in stage.platform.calls_of("slots")]
    assert looks == [DROP - timedelta(minutes=4)], "the last preflight, which was due when the plan was armed"
    await stage.clock.run_until(DROP)
    assert stage.platform.calls_of("slots")[1].at == DROP
    assert StepKind.FIRST_REQUEST in await stage.kinds()
    await process.stop()


async def test_tables_that_come_late_are_still_booked():
    stage = Stage.at(late_by=seconds(7.3))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(9))
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_slots_are_tried_in_the_order_wanted_and_a_lost_one_once():
    stage = Stage.at(tables={"": 1})
    stage.platform.latency = seconds(0.1)
    for at in TIMES[:2]:
        stage.platform.rival(stage.venue.ref, on=ON, at=at, acts_at=DROP + seconds(0.14))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(2))
    tried = [present(call.slot).starts_at.time() for call in stage.platform.calls_of("book")]
    assert tried == list(TIMES)
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_a_table_that_comes_back_is_tried():
    stage = Stage.at(tables={"": 1})
    stage.platform.latency = seconds(0.1)
    for at in TIMES:
        stage.platform.rival(stage.venue.ref, on=ON, at=at, acts_at=DROP + seconds(0.06))
    stage.platform.rival(stage.venue.ref, on=ON, at=TIMES[1], tables=-1, acts_at=DROP + seconds(20))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(45))
    (kept,) = stage.platform.booked
    assert kept.starts_at.time() == TIMES[1]
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


async def test_a_window_that_ends_without_a_table_is_lost_and_says_why():
    stage = Stage.at(tables={"": 1}, late_by=timedelta(days=1))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + WINDOW + seconds(1))
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.LOST, Reason.NOTHING_APPEARED)
    assert stage.news() == ["lost"]
    assert len(stage.platform.calls_of("slots")) <= 31
    await process.stop()


async def test_book_now_books_now():
    stage = Stage.at(drop=None)
    await stage.arm(Strategy.NOW)
    process = await stage.start()
    await stage.clock.run_until(stage.clock.now())
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_book_now_gives_up_when_the_wanted_tables_are_gone():
    stage = Stage.at(drop=None, tables={"": 0})
    await stage.arm(Strategy.NOW)
    process = await stage.start()
    await stage.clock.advance(WINDOW)
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.LOST, Reason.NOTHING_APPEARED)
    await process.stop()


async def test_a_watch_looks_politely_until_a_table_comes_back():
    stage = Stage.at(drop=None, tables={"": 0})
    start = stage.clock.now()
    stage.platform.rival(
        stage.venue.ref, on=ON, at=TIMES[2], tables=-1, acts_at=start + timedelta(minutes=30)
    )
    await stage.arm(Strategy.WATCH, until=start + timedelta(days=1))
    process = await stage.start()
    await stage.clock.advance(timedelta(minutes=29))
    assert (await stage.plan()).state is PlanState.ARMED
    assert 4 <= len(stage.platform.calls_of("slots")) <= 8
    assert await stage.steps() == []
    await stage.clock.advance(timedelta(minutes=10))
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_watches_of_one_list_look_at_it_together():
    looks = []
    for watchers in (1, 5):
        stage = Stage.at(drop=None, tables={"": 0})
        end = stage.clock.now() + timedelta(days=1)
        for number in range(watchers):
            await stage.arm(Strategy.WATCH, plan_id=f"p{number}", until=end, circle=number)
        process = await stage.start()
        await stage.clock.advance(timedelta(minutes=60))
        looks.append(len(stage.platform.calls_of("slots")))
        await process.stop()
    alone, together = looks
    assert together <= alone + 5


async def test_a_watch_ends_at_its_time():
    stage = Stage.at(drop=None, tables={"": 0})
    await stage.arm(Strategy.WATCH, until=stage.clock.now() + timedelta(minutes=12))
    process = await stage.start()
    await stage.clock.advance(timedelta(minutes=12))
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.LOST, Reason.WATCH_OVER)
    assert stage.news() == ["lost"]
    await process.stop()


async def test_a_watch_does_not_try_a_lost_slot_again_while_it_stays_listed():
    stage = Stage.at(drop=None, tables={"": 1})
    await stage.arm(Strategy.WATCH, times=TIMES[:1], until=stage.clock.now() + timedelta(days=1))
    stage.platform.fail("book", Fault.TAKEN)
    process = await stage.start()
    await stage.clock.advance(timedelta(minutes=30))
    assert len(stage.platform.calls_of("book")) == 1
    assert (await stage.plan()).state is PlanState.ARMED
    stage.platform.rival(stage.venue.ref, on=ON, at=TIMES[0], acts_at=stage.clock.now())
    await stage.clock.advance(timedelta(minutes=10))
    back_at = stage.clock.now()
    stage.platform.rival(stage.venue.ref, on=ON, at=TIMES[0], tables=-1, acts_at=back_at)
    await stage.clock.advance(timedelta(minutes=10))
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_a_snoozed_job_keeps_its_attempts():
    stage = Stage.at(drop=None, tables={"": 0})
    await stage.arm(Strategy.WATCH, until=stage.clock.now() + timedelta(days=1))
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=1))
    job = await stage.job()
    assert job.fence > 8
    assert job.attempts == 0
    await process.stop()


async def test_a_lost_answer_is_looked_up_and_found():
    stage = Stage.at(keyless=True)
    stage.platform.fail("book", Fault.LOST_AFTER)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(30))
    assert len(stage.platform.booked) == 1
    assert len(stage.platform.calls_of("book")) == 1
    assert (await stage.plan()).state is PlanState.BOOKED
    assert present(await stage.kept()).reservation == (await stage.platform.reservations(booker=_ana()))[0]
    await process.stop()


async def test_a_call_that_never_arrived_is_made_again_once_the_platform_has_said_so():
    stage = Stage.at(keyless=True)
    stage.platform.fail("book", Fault.LOST_BEFORE)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(10))
    assert len(stage.platform.calls_of("book")) == 1
    assert (await stage.job()).state is JobState.UNSURE
    assert (await stage.plan()).state is PlanState.CHECKING
    await stage.clock.run_until(DROP + seconds(60))
    assert len(stage.platform.booked) == 1
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


async def test_an_unsure_job_stays_unsure_until_the_platform_answers():
    stage = Stage.at(keyless=True)
    stage.platform.fail("book", Fault.LOST_AFTER)
    stage.platform.fail("reservations", Fault.DOWN, times=30)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + timedelta(minutes=10))
    assert (await stage.job()).state is JobState.UNSURE
    assert stage.news() == []
    await stage.clock.advance(timedelta(minutes=15))
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_another_plans_table_is_not_taken_for_ours():
    stage = Stage.at(keyless=True)
    await stage.arm(plan_id="p1", times=TIMES[:1])
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stage.platform.fail("book", Fault.LOST_BEFORE)
    await stage.arm(Strategy.NOW, plan_id="p2", times=TIMES[:1], until=DROP + seconds(10), circle=2)
    process.wake.now()
    await stage.clock.run_until(DROP + seconds(120))
    job = await stage.job("p2")
    assert (job.state, job.reason) == (JobState.LOST, Reason.NOT_FOUND)
    assert (await stage.job("p1")).state is JobState.BOOKED
    await process.stop()


async def test_a_guest_who_is_needed_is_told_and_the_job_goes_on_when_they_did_it():
    stage = Stage.at()
    stage.platform.fail("book", Fault.NEEDS_GUEST)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(5))
    assert (await stage.plan()).state is PlanState.NEEDS_GUEST
    assert stage.news() == ["add_card"]
    assert await stage.database.write(lambda tx: jobs.resume(tx, "p1", stage.clock.now()))
    process.wake.now()
    await stage.clock.advance(seconds(1))
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


async def test_a_guest_who_did_nothing_loses_the_table_and_is_told():
    stage = Stage.at()
    stage.platform.fail("book", Fault.NEEDS_GUEST)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + GUEST_HAS + seconds(5))
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.LOST, Reason.GUEST_DID_NOT)
    assert stage.news() == ["add_card", "lost"]
    await process.stop()


async def test_a_platform_that_is_down_is_tried_within_the_window_and_no_longer():
    stage = Stage.at()
    stage.platform.fail("venue", Fault.DOWN)
    stage.platform.fail("slots", Fault.DOWN, times=200)
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + WINDOW + seconds(1))
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.FAILED, Reason.PLATFORM_DOWN)
    assert stage.news() == ["platform_down", "lost"]
    assert 5 < len(stage.platform.calls_of("slots")) <= 30
    await process.stop()


async def test_a_venue_that_is_gone_is_told_minutes_before_and_then_given_up():
    stage = Stage.at()
    await stage.arm()
    stage.platform.remove_venue(stage.venue.ref)
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(60))
    assert stage.news() == ["venue_gone"]
    await stage.clock.run_until(DROP + seconds(1))
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.FAILED, Reason.VENUE_GONE)
    await process.stop()


async def test_a_preflight_that_breaks_is_told_and_spoils_nothing(caplog, monkeypatch):
    stage = Stage.at()
    await stage.arm()

    async def broken(_):
        raise KeyError("zone")

    monkeypatch.setattr(stage.platform, "venue", broken)
    process = await stage.start()
    await stage.clock.run_until(DROP)
    assert stage.news() == ["platform_down", "booked"]
    assert "came to nothing" in caplog.text
    await process.stop()


async def test_a_chat_that_cannot_be_written_to_is_told_and_stops_nothing():
    stage = Stage.at()
    await stage.arm()
    await stage.database.write(lambda tx: chats.died(tx, 1, now=stage.clock.now()))
    process = await stage.start()
    await stage.clock.run_until(DROP)
    assert stage.news() == ["chat_gone", "booked"]
    await process.stop()


async def test_a_platform_that_is_no_longer_set_up_ends_the_job_with_its_reason():
    stage = Stage.at()
    await stage.arm()
    stage.platform._name = "other"
    process = await stage.start()
    await stage.clock.run_until(DROP)
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.FAILED, Reason.PLATFORM_DOWN)
    await process.stop()


async def test_a_job_found_overdue_is_closed_with_its_reason():
    stage = Stage.at(DROP - seconds(60))
    await stage.arm()
    stage.clock.jump(DROP + WINDOW + seconds(1))
    process = await stage.start()
    await stage.clock.advance(seconds(1))
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.LOST, Reason.OVERDUE)
    assert stage.news() == ["lost"]
    assert stage.platform.calls_of("slots") == []
    await process.stop()


async def test_a_job_found_late_but_still_useful_is_run():
    stage = Stage.at(DROP - seconds(60))
    await stage.arm()
    stage.clock.jump(DROP + seconds(90))
    process = await stage.start()
    await stage.clock.advance(seconds(1))
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


async def test_a_job_called_off_minutes_before_the_drop_makes_no_call():
    stage = Stage.at()
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(30))
    assert await stage.database.write(lambda tx: jobs.cancel(tx, "p1", stage.clock.now()))
    await stage.clock.run_until(DROP + WINDOW)
    assert (await stage.job()).state is JobState.CANCELLED
    assert stage.platform.calls_of("book") == []
    assert len(stage.platform.calls_of("slots")) == 1
    await process.stop()


async def test_a_job_called_off_in_the_last_second_before_it_fires_makes_no_call():
    stage = Stage.at()
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(3.5))
    await stage.database.write(lambda tx: jobs.cancel(tx, "p1", stage.clock.now()))
    await stage.clock.run_until(DROP + seconds(10))
    assert stage.platform.calls_of("book") == []
    await process.stop()


async def test_a_plan_cannot_be_called_off_while_a_booking_call_may_be_out():
    stage = Stage.at()
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(1))
    with pytest.raises(PlanBusy):
        await stage.database.write(lambda tx: jobs.cancel(tx, "p1", stage.clock.now()))
    await process.stop()


async def test_a_plan_can_be_called_off_between_the_looks_after_the_burst():
    stage = Stage.at(late_by=timedelta(minutes=2))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(30))
    assert (await stage.job()).state is JobState.TRYING
    assert await stage.database.write(lambda tx: jobs.cancel(tx, "p1", stage.clock.now()))
    await stage.clock.run_until(DROP + WINDOW)
    assert stage.platform.calls_of("book") == []
    await process.stop()


async def test_a_drop_that_has_moved_is_told_and_met_at_its_new_moment():
    stage = Stage.at()
    await stage.arm()
    later = replace(RULE, at=time(10))
    stage.platform.change_venue(replace(stage.venue, drop=later))
    process = await stage.start()
    await stage.clock.run_until(DROP + timedelta(minutes=30))
    assert stage.news() == ["drop_moved"]
    assert (await stage.job()).due_at == due_of_drop(
        DROP + timedelta(hours=1), stage.clock.now(), plan_id="p1"
    )
    assert (await stage.job()).until == DROP + timedelta(hours=1) + WINDOW
    await stage.clock.run_until(DROP + timedelta(hours=1))
    assert (await stage.job()).state is JobState.BOOKED
    assert stage.platform.calls_of("book")[0].at == DROP + timedelta(hours=1)
    await process.stop()


async def test_tables_that_are_open_before_the_drop_are_booked_at_once():
    stage = Stage.at()
    await stage.arm()
    stage.platform.change_venue(replace(stage.venue, drop=None))
    process = await stage.start()
    await stage.clock.run_until(DROP - timedelta(minutes=3))
    assert (await stage.job()).state is JobState.BOOKED
    await process.stop()


def _ana():
    return Booker(guest_id=1, name="Ana")


@pytest.mark.parametrize(
    ("on", "at", "drop_at"),
    [
        # New York's clocks go from 02:00 to 03:00 on 8 March: 02:30 never comes, 03:00 is 07:00 UTC.
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        # And from 02:00 back to 01:00 on 1 November: the first 01:30 counts, which is 05:30 UTC.
        (date(2026, 11, 22), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
async def test_a_drop_on_a_day_the_clocks_change_is_met_at_its_moment(on, at, drop_at):
    stage = Stage.at(drop_at - timedelta(minutes=4), drop=replace(RULE, at=at))
    await stage.arm(on=on)
    process = await stage.start()
    await stage.clock.run_until(drop_at + seconds(1))
    assert stage.platform.calls_of("book")[0].at == drop_at
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


async def test_what_came_of_a_job_is_a_fact_and_the_fact_a_message():
    stage = Stage.at()
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    await stage.database.write(lambda tx: hear_all(tx, notifications()))
    messages = await stage.database.read(
        lambda tx: outbox_leases.due(tx, now=stage.clock.now(), busy=(), limit=10)
    )
    assert [message.topic for message in messages] == ["news"]
    assert "booked" in messages[0].subject
    await process.stop()
