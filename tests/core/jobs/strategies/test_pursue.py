"""With whose account a job goes on, once the answer to a call was lost."""

from datetime import timedelta

from core.domain.account import AccountState
from core.domain.booking import GuestAction
from core.domain.job_state import JobState
from core.domain.plan_state import PlanState
from core.jobs.reconcile import MAY_BE_LATE_BY
from core.persistence import tables
from tests.core.jobs.stage import DROP, Stage, owned, seconds
from tests.expect import present
from tests.fakes.faults import Fault

ANAS, BOBS = 1, 2
"""Their accounts."""

OVER = DROP + MAY_BE_LATE_BY


async def unanswered(fault: Fault = Fault.LOST_BEFORE, *, friends: int = 1) -> Stage:
    """The answer to Ana's call is lost; Bob's account stands by. Whatever was booked is listed at the last minute."""
    stage = await owned(before=timedelta(minutes=4), friends=friends)
    stage.platform.fail("book", fault)
    listed = stage.platform.reservations

    async def late(*, booker):
        found = await listed(booker=booker)
        return found if stage.clock.now() >= OVER - seconds(5) else []

    stage.platform.reservations = late
    return stage


async def test_till_the_answer_may_be_late_it_goes_on_with_the_account_of_the_call():
    stage = await unanswered()
    process = await stage.start()
    await stage.clock.run_until(OVER - seconds(10))
    assert stage.platform.booked_with == [ANAS, ANAS]
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


async def test_till_then_no_other_account_books_though_its_own_is_of_no_use():
    stage = await unanswered()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stage.platform.bare = {ANAS}
    await stage.clock.run_until(OVER - seconds(1))
    assert stage.platform.booked_with == [ANAS]
    await stage.clock.run_until(OVER + seconds(20))
    assert stage.platform.booked_with == [ANAS, BOBS]
    assert present(await stage.kept()).account_id == BOBS
    await process.stop()


async def test_before_the_others_turn_the_list_is_asked_once_more():
    stage = await unanswered(Fault.LOST_AFTER)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stage.platform.bare = {ANAS}
    await stage.clock.run_until(OVER + seconds(20))
    assert stage.platform.booked_with == [ANAS]
    assert present(await stage.kept()).account_id == ANAS
    await process.stop()


async def test_an_account_that_dies_meanwhile_holds_the_others_back():
    stage = await unanswered()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stage.platform.locked = {ANAS}
    await stage.database.write(
        lambda tx: tx.execute(
            tables.accounts.update()
            .where(tables.accounts.c.id == ANAS)
            .values(state=AccountState.EXPIRED.value)
        )
    )
    await stage.clock.run_until(OVER + timedelta(minutes=30))
    assert stage.platform.booked_with == [ANAS]
    job = await stage.job()
    assert (job.state, job.account_id, present(job.needs).action) == (
        JobState.UNSURE,
        ANAS,
        GuestAction.SIGN_IN,
    )
    await process.stop()


async def test_alone_an_account_without_a_card_needs_its_guest_at_once():
    stage = await unanswered(friends=0)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    stage.platform.bare = {ANAS}
    await stage.clock.run_until(OVER - seconds(20))
    assert (await stage.plan()).state is PlanState.NEEDS_GUEST
    await process.stop()
