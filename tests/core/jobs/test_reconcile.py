"""What became of a call whose account can't be asked: it rests, its guest is asked now and then, and it ends."""

from datetime import datetime, time, timedelta

import pytest

from core.domain.account import AccountState
from core.domain.guest import Preferences
from core.domain.job_state import JobState
from core.domain.outcome import Reason
from core.domain.plan_state import PlanState
from core.jobs.reconcile import ASKED_AGAIN_AFTER, ASKED_AHEAD
from core.persistence import accounts, jobs, plans, tables
from core.plans import circle
from tests.core.jobs.stage import ANA, DROP, ON, TIMES, Process, Stage, owned, seconds
from tests.fakes.clock import settle
from tests.fakes.faults import Fault

ANAS = 1
EVENING = datetime(2026, 12, 25, 0, 0, tzinfo=DROP.tzinfo)
"""19:00 in New York, the earliest of the wanted times."""

assert (ON.isoformat(), min(TIMES)) == ("2026-12-24", time(19))


async def locked_out(
    fault: Fault = Fault.LOST_AFTER, wants: Preferences | None = None
) -> tuple[Stage, Process]:
    """Ana's account dies with the booking call that is out."""
    stage = await owned(before=timedelta(minutes=4))
    stage.platform.fail("book", fault)
    if wants is not None:
        await stage.database.write(lambda tx: tx.execute(tables.guests.update().values(preferences=wants)))
    booking = stage.platform.book

    async def book_and_die(slot, **about):
        answer = await booking(slot, **about)
        await stand(stage, AccountState.EXPIRED)
        return answer

    stage.platform.book = book_and_die
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(5))
    stage.platform.book = booking
    return stage, process


async def stand(stage: Stage, state: AccountState) -> None:
    """The account opens, or does not."""
    stage.platform.locked = set() if state is AccountState.CONNECTED else {ANAS}
    await stage.database.write(lambda tx: tx.execute(tables.accounts.update().values(state=state.value)))


async def sign_in(stage: Stage, process: Process) -> None:
    await stand(stage, AccountState.CONNECTED)
    await stage.database.write(lambda tx: jobs.can_be_asked(tx, ANAS, stage.clock.now()))
    process.wake.now()


async def days_later(stage: Stage, process: Process, moment: datetime) -> Process:
    """Nobody looks every half minute until then."""
    await process.stop()
    await stage.clock.run_until(moment)
    return await stage.start()


async def test_everybody_is_told_once_and_the_account_is_left_alone():
    stage, process = await locked_out()
    looked = len(stage.platform.calls_of("reservations"))
    await stage.clock.run_until(DROP + timedelta(hours=2))
    job = await stage.job()
    assert (job.state, job.lease_owner, job.due_at) == (JobState.UNSURE, None, DROP + timedelta(days=1))
    assert (await stage.plan()).state is PlanState.CHECKING
    assert stage.told.asked == [(ANA, ANAS, "sign_in")]
    assert stage.news().count("locked_out") == 1
    assert len(stage.platform.calls_of("reservations")) == looked
    await process.stop()


async def test_who_signs_in_is_told_at_once():
    stage, process = await locked_out()
    process = await days_later(stage, process, DROP + timedelta(hours=20))
    await sign_in(stage, process)
    await settle()
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


@pytest.mark.parametrize(("after", "books"), [(timedelta(minutes=5), True), (timedelta(hours=2), False)])
async def test_where_there_was_no_table_it_goes_on_for_a_quarter_of_an_hour(after, books):
    stage, process = await locked_out(Fault.LOST_BEFORE)
    await stage.clock.run_until(DROP + after)
    await sign_in(stage, process)
    await stage.clock.advance(timedelta(minutes=3))
    assert bool(await stage.kept()) == books
    assert (await stage.job()).reason is (None if books else Reason.NOT_FOUND)
    await process.stop()


async def test_a_guest_is_asked_again_a_day_later_and_twice_before_the_evening_which_ends_it():
    stage, process = await locked_out()
    asked = []
    for moment in (DROP + ASKED_AGAIN_AFTER, *(EVENING - before for before in ASKED_AHEAD)):
        process = await days_later(stage, process, moment - seconds(10))
        before = len(stage.told.asked)
        await stage.clock.run_until(moment + seconds(10))
        asked.append(len(stage.told.asked) - before)
    assert asked == [1, 1, 1]
    assert stage.news().count("locked_out") == 1
    process = await days_later(stage, process, EVENING - seconds(10))
    assert len(stage.told.asked) == 4
    await stage.clock.run_until(EVENING + seconds(10))
    assert len(stage.told.asked) == 4
    job = await stage.job()
    assert (job.state, job.reason) == (JobState.FAILED, Reason.LOCKED_OUT)
    assert (await stage.plan()).state is PlanState.LOST
    assert stage.news()[-1] == "lost"
    await process.stop()


async def test_nobody_is_woken_for_it():
    """A day after the drop it is two in the afternoon in London."""
    stage, process = await locked_out(
        wants=Preferences(zone="UTC", quiet_from=time(13), quiet_until=time(17))
    )
    assert (await stage.job()).due_at == DROP.replace(hour=17) + timedelta(days=1)
    await process.stop()


async def test_friends_wait_behind_it():
    stage, process = await locked_out(Fault.LOST_BEFORE)
    await stage.arm(plan_id="p2", circle=2, chat=1)
    await stage.clock.advance(timedelta(seconds=30))
    first = await stage.database.read(lambda tx: circle.first_of(tx, plans.get(tx, "p2")))
    assert first is not None
    assert first.id == "p1"
    await process.stop()


async def test_a_guest_may_take_the_account_away_while_it_rests():
    stage, process = await locked_out()
    assert await stage.database.read(lambda tx: accounts.asked_with(tx, ANAS)) is None
    assert await stage.database.read(lambda tx: accounts.hangs_on(tx, ANAS)) == "p1"
    await process.stop()


async def test_an_account_that_counts_as_connected_is_looked_at_again_soon():
    """Its guest may have signed in in that very moment; or its key is not at hand, and no word is needed."""
    stage, process = await locked_out()
    await stand(stage, AccountState.CONNECTED)
    stage.platform.locked = {ANAS}
    process = await days_later(stage, process, DROP + timedelta(days=1, seconds=5))
    stage.platform.locked = set()
    await stage.clock.advance(timedelta(minutes=11))
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()
