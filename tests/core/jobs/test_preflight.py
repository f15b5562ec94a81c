"""A day, an hour and minutes before a drop: only who can mend something is asked to."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from core.domain.account import AccountState
from core.domain.job import STAGES, due_of_drop, stage_of
from core.domain.job_state import JobState
from core.domain.plan_state import PlanState
from core.domain.reservation import Reservation
from core.domain.step import PreflightMade, StepKind, TroubleTold
from core.domain.terms import Money, Terms
from core.domain.venue import VenueRef
from core.persistence import accounts, jobs
from core.plans import account_choice
from tests.core.jobs.stage import ANA, BOB, DROP, ON, RULE, TIMES, Stage, owned, people, seconds
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault
from tests.fakes.own_accounts import OwnAccounts, booked_with, connect
from tests.fakes.ticking import TickingPlatform

DAY, HOUR, MINUTES = STAGES


async def stages(stage: Stage, plan_id: str = "p1") -> list[tuple[StepKind, int | None]]:
    """What each preflight came to, and how many minutes before the drop it belongs."""
    steps = await stage.steps(plan_id)
    return [
        (step.kind, step.what.stage_min)
        for step in steps
        if isinstance(step.what, PreflightMade | TroubleTold)
    ]


def test_stages_come_in_order_and_the_last_one_at_once():
    assert DROP - DAY <= due_of_drop(DROP, DROP - timedelta(days=5)) <= DROP - HOUR
    assert DROP - HOUR <= due_of_drop(DROP, DROP - timedelta(hours=3)) <= DROP - MINUTES
    assert due_of_drop(DROP, DROP - seconds(20)) == DROP - seconds(20)
    assert stage_of(DROP, DROP - timedelta(days=5)) is None
    assert stage_of(DROP, DROP - timedelta(hours=3)) == DAY
    assert stage_of(DROP, DROP - seconds(20)) == MINUTES


def test_plans_of_one_drop_come_to_a_stage_at_moments_of_their_own():
    early = DROP - timedelta(days=2)
    moments = [due_of_drop(DROP, early, plan_id=f"{number:016x}") for number in range(50)]
    assert len(set(moments)) == 50
    assert max(moments) - min(moments) > timedelta(minutes=5)
    assert all(DROP - DAY <= at < DROP - DAY + timedelta(minutes=10) for at in moments)


async def test_all_is_looked_at_three_times_and_nobody_is_bothered():
    stage = await owned()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    assert await stages(stage) == [(StepKind.PREFLIGHT_OK, each) for each in (1440, 60, 5)]
    assert stage.told.asked == []
    assert len(stage.platform.calls_of("look_at")) == 3
    assert (await stage.plan()).state is PlanState.BOOKED
    await process.stop()


async def test_what_persists_is_told_again_at_the_next_stage_and_what_is_gone_is_not():
    stage = await owned()
    stage.platform.locked = {1}
    process = await stage.start()
    await stage.clock.run_until(DROP - timedelta(hours=2))
    assert stage.told.asked == [(ANA, 1, "sign_in")]
    await stage.clock.run_until(DROP - timedelta(minutes=30))
    assert stage.told.asked == [(ANA, 1, "sign_in")] * 2
    stage.platform.locked = set()
    await stage.clock.run_until(DROP - seconds(30))
    assert stage.told.asked == [(ANA, 1, "sign_in")] * 2
    await stage.clock.run_until(DROP + seconds(1))
    assert await stages(stage) == [
        (StepKind.TROUBLE, 1440),
        (StepKind.TROUBLE, 60),
        (StepKind.PREFLIGHT_OK, 5),
    ]
    await process.stop()


async def test_a_stage_that_was_made_is_not_made_again_by_the_next_process():
    stage = await owned(before=timedelta(hours=25))
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=2))
    await process.kill()
    await stage.database.write(lambda tx: jobs.hasten(tx, "p1", stage.clock.now(), until=DROP, drops_by=DROP))
    process = await stage.start(after=["w"])
    await stage.clock.advance(seconds(60))
    looks = len(stage.platform.calls_of("look_at"))
    await process.stop()
    assert looks == 1
    assert (await stage.job()).state is JobState.WAITING


@pytest.mark.parametrize("state", [AccountState.EXPIRED, AccountState.CLOSED])
async def test_an_account_that_opens_no_more_is_for_its_guest_to_mend(state):
    clock = FakeClock(DROP - timedelta(minutes=30))
    platform = OwnAccounts(clock)
    stage = Stage(clock, platform, platform.add_venue(drop=RULE))

    def seat(tx) -> tuple[int, int]:
        people(tx, clock.now(), ANA)
        people(tx, clock.now(), BOB)
        mine = connect(tx, ANA, now=clock.now())
        return mine, connect(tx, BOB, state=state, now=clock.now())

    mine, bobs = await stage.database.write(seat)
    await stage.arm(accounts=(bobs, mine))
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    assert (BOB, bobs, "sign_in") in stage.told.asked
    assert all(guest != ANA for guest, _, _ in stage.told.asked), "hers is fine"
    assert stage.platform.booked_with == [mine]
    await process.stop()


async def test_a_token_that_ends_before_the_drop_is_no_good():
    stage = await owned(before=timedelta(hours=25))
    stage.platform.ending = {1: DROP - timedelta(hours=1)}
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=2))
    assert stage.told.asked == [(ANA, 1, "sign_in")]
    stage.platform.ending = {1: DROP + timedelta(hours=1)}
    await stage.clock.run_until(DROP - seconds(30))
    assert len(stage.told.asked) == 1
    await process.stop()


async def test_a_card_is_asked_for_where_the_venue_wants_one():
    """Seen on a day that is open: the wanted day is not released yet."""
    stage = await owned(before=timedelta(hours=25), asks=Terms(card_needed=True))
    stage.platform.bare = {1}
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=2))
    assert stage.told.asked == [(ANA, 1, "no_card")]
    await process.stop()


async def test_no_card_is_asked_for_where_tables_cost_nothing():
    stage = await owned(before=timedelta(hours=25))
    stage.platform.bare = {1}
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=2))
    assert stage.told.asked == []
    await process.stop()


def held(stage: Stage, *, venue: str, at: datetime) -> Reservation:
    return Reservation(
        venue=VenueRef(platform="fake", id=venue), id="r9", confirmation="X", starts_at=at, party_size=2
    )


def at_table(stage: Stage, hours: float = 0) -> datetime:
    """The first wanted time, and so many hours off it."""
    return datetime.combine(ON, TIMES[0], tzinfo=stage.venue.tz) + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("venue", "hours", "in_the_way"),
    [
        ("carbone", 0, True),
        ("carbone", 1.9, True),
        ("carbone", -4, False),
        ("casa-luna", -6, True),
        ("casa-luna", -30, False),
    ],
)
async def test_another_reservation_of_the_account_is_named(venue, hours, in_the_way):
    stage = await owned(before=timedelta(hours=25))
    stage.platform.add_venue("Carbone")
    stage.platform.held = {1: [held(stage, venue=venue, at=at_table(stage, hours))]}
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=2))
    assert stage.told.asked == ([(ANA, 1, "conflict")] if in_the_way else [])
    name = {"carbone": "Carbone", "casa-luna": "Casa Luna"}[venue]
    told = [step.what for step in await stage.steps() if isinstance(step.what, TroubleTold)]
    assert [each.about for each in told] == (
        [f"{name}, {at_table(stage, hours):%a %-d %b %H:%M}"] if in_the_way else []
    )
    await process.stop()


async def test_without_an_account_the_organiser_is_asked_to_connect_one():
    clock = FakeClock(DROP - timedelta(hours=25))
    platform = OwnAccounts(clock)
    stage = Stage(clock, platform, platform.add_venue(drop=RULE))
    await stage.arm()
    process = await stage.start()
    await stage.clock.advance(timedelta(hours=2))
    assert stage.told.asked == [(ANA, None, "not_connected")]
    plan = await stage.plan()

    def connected(tx: Connection) -> None:
        account_id = connect(tx, ANA, now=clock.now())
        account_choice.add(tx, plan, accounts.get(tx, account_id), now=clock.now())

    await stage.database.write(connected)
    await stage.clock.run_until(DROP + seconds(1))
    assert (await stage.plan()).state is PlanState.BOOKED, (
        "on the word that its organiser gave without an account"
    )
    assert len(stage.told.asked) == 1
    await process.stop()


async def test_with_nobody_to_book_for_the_guest_is_needed_at_the_drop():
    clock = FakeClock(DROP - timedelta(minutes=30))
    platform = OwnAccounts(clock)
    stage = Stage(clock, platform, platform.add_venue(drop=RULE))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    assert (await stage.plan()).state is PlanState.NEEDS_GUEST
    assert platform.calls_of("book") == []
    await process.stop()


async def test_friends_stand_by_and_whose_account_was_of_no_use_is_told():
    stage = await owned(before=timedelta(minutes=4), friends=1)
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(10))
    stage.platform.locked = {1}
    await stage.clock.run_until(DROP + seconds(5))
    assert stage.platform.booked_with == [2]
    assert (ANA, 1, "sign_in") in stage.told.asked
    kept = present(await stage.kept())
    assert (kept.booker_id, kept.account_id) == (BOB, 2)
    await process.stop()


async def test_what_a_platform_said_a_moment_ago_is_not_asked_again():
    stage = await owned(before=timedelta(minutes=4))
    for number in range(2, 12):
        plan = await stage.arm(plan_id=f"p{number}", circle=number)
        await stage.database.write(lambda tx, plan=plan: booked_with(tx, plan.id, 1))
    process = await stage.start()
    await stage.clock.advance(seconds(5))
    assert len(stage.platform.calls_of("venue")) == 1
    assert len(stage.platform.calls_of("look_at")) == 1
    assert len(stage.platform.calls_of("slots")) == 1
    await process.stop()


async def test_a_lost_answer_is_looked_up_with_the_account_that_asked():
    stage = await owned(before=timedelta(minutes=4), friends=1)
    stage.platform.fail("book", Fault.LOST_AFTER)
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(5))
    kept = present(await stage.kept())
    assert (kept.booker_id, kept.account_id) == (ANA, 1)
    assert len(stage.platform.booked) == 1
    await process.stop()


async def test_terms_above_the_limit_are_asked_about_and_booked_once_accepted():
    stage = await owned(
        before=timedelta(minutes=4), asks=Terms(prepaid=Money(amount=Decimal(95), currency="USD"))
    )
    process = await stage.start()
    await stage.clock.run_until(DROP + seconds(1))
    assert (await stage.plan()).state is PlanState.NEEDS_GUEST
    assert stage.told.asked == [(ANA, 1, "accept_terms")]
    job = await stage.job()
    assert present(present(job.needs).terms).prepaid == Money(amount=Decimal(95), currency="USD")
    assert stage.platform.booked == []
    await process.stop()


@pytest.mark.parametrize(("off", "told"), [(30, 3), (-30, 3), (3, 0)])
async def test_a_clock_that_is_too_far_off_to_be_made_up_for_is_told(off, told):
    clock = FakeClock(DROP - timedelta(hours=26))
    platform = TickingPlatform(clock, skew=seconds(off))
    stage = Stage(clock, platform, platform.add_venue(drop=RULE))
    await stage.arm()
    process = await stage.start()
    await stage.clock.run_until(DROP - seconds(60))
    assert stage.news().count("clock_off") == told
    await process.stop()
