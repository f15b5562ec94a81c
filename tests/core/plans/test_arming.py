"""What guests do with plans, each in one transaction."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.domain.drop import DropRule
from core.domain.guest import Guest, GuestState
from core.domain.job_state import JobState, Strategy
from core.domain.plan import PlanState, Wish
from core.domain.venue import Venue, VenueRef
from core.errors import AlreadyPlanned, NotYours, PlanBusy, PlanOver
from core.persistence import chats, guests, job_leases, jobs, plans
from core.plans import actions
from tests.fakes.database import InlineDatabase

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
RULE = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
LUNA = Venue(ref=VenueRef(platform="house", id="luna"), name="Casa Luna", zone="America/New_York", drop=RULE)
WISH = Wish(venue=LUNA.ref, on=date(2026, 12, 24), party_size=4, times=(time(19, 30), time(19)))
DROP = RULE.drop_of(WISH.on)


@pytest.fixture
async def tx():
    database = InlineDatabase()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        yield connection
        connection.exec_driver_sql("ROLLBACK")
    await database.aclose()


def meet(tx, who: str) -> Guest:
    known = guests.meet(tx, frontend="fake", account_id=who, name=who, handle=who, origin="", now=NOW)
    guests.set_state(tx, known.id, GuestState.APPROVED)
    return guests.get(tx, known.id)


def arm(tx, organiser: Guest, plan_id: str = "p1", *, now: datetime = NOW, **fields):
    chat = chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
    given = {"venue": LUNA, "wish": WISH, "watching": False} | fields
    return actions.arm(
        tx, plan_id=plan_id, organiser=organiser, chat_id=chat.id, thread_id=None, now=now, **given
    )


def lose(tx, plan_id: str = "p1") -> None:
    jobs.cancel(tx, plan_id, NOW)
    plans.set_state(tx, plan_id, PlanState.LOST, NOW)


def fire(tx, plan_id: str = "p1") -> None:
    """The job's booking call is out."""
    job = jobs.live_of(tx, plan_id)
    lease = timedelta(seconds=15)
    claimed = job_leases.claim_due(tx, owner="w", now=job.due_at, horizon=timedelta(0), lease=lease, limit=1)
    jobs.move(tx, job.id, claimed[0].fence, JobState.FIRING, now=job.due_at)


async def test_a_plan_before_its_drop_waits_for_it(tx):
    arm(tx, meet(tx, "ann"))
    job = jobs.live_of(tx, "p1")
    assert job.strategy is Strategy.DROP
    assert job.drop_at == DROP
    assert job.due_at < DROP
    assert job.until == DROP + actions.DROP_WINDOW


async def test_a_plan_after_its_drop_is_booked_now_or_watched(tx):
    ann, later = meet(tx, "ann"), DROP + timedelta(days=1)
    arm(tx, ann, now=later)
    assert jobs.live_of(tx, "p1").strategy is Strategy.NOW
    arm(tx, meet(tx, "bob"), "p2", now=later, watching=True)
    job = jobs.live_of(tx, "p2")
    assert job.strategy is Strategy.WATCH
    assert job.until == datetime(2026, 12, 24, 22, 0, tzinfo=UTC), "two hours before the earliest wanted time"


async def test_the_organiser_is_in(tx):
    ann = meet(tx, "ann")
    assert arm(tx, ann).friends == (ann.id,)
    assert plans.get(tx, "p1").friends == (ann.id,)


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
    plans.set_state(tx, "p1", over, NOW)
    arm(tx, ann, "p2")


async def test_a_change_replaces_the_job(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    before = jobs.live_of(tx, "p1")
    wish = replace(WISH, on=date(2026, 12, 23), party_size=2)
    actions.change(tx, "p1", by=ann, venue=LUNA, wish=wish, watching=False, now=NOW)
    after = jobs.live_of(tx, "p1")
    assert after.id != before.id
    assert after.drop_at == RULE.drop_of(wish.on)
    assert plans.get(tx, "p1").wish == wish
    assert jobs.get(tx, before.id).state is JobState.CANCELLED


async def test_a_change_does_not_run_into_ones_other_plan(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    arm(tx, ann, "p2", wish=replace(WISH, on=date(2026, 12, 23)))
    with pytest.raises(AlreadyPlanned):
        actions.change(tx, "p2", by=ann, venue=LUNA, wish=WISH, watching=False, now=NOW)


@pytest.mark.parametrize("state", [PlanState.BOOKED, PlanState.CANCELLED])
async def test_what_is_over_is_neither_changed_nor_cancelled(tx, state):
    ann = meet(tx, "ann")
    arm(tx, ann)
    plans.set_state(tx, "p1", state, NOW)
    with pytest.raises(PlanOver):
        actions.change(tx, "p1", by=ann, venue=LUNA, wish=WISH, watching=False, now=NOW)
    with pytest.raises(PlanOver):
        actions.cancel(tx, "p1", by=ann, now=NOW)


async def test_nothing_is_decided_in_the_second_of_booking(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    fire(tx)
    with pytest.raises(PlanBusy):
        actions.cancel(tx, "p1", by=ann, now=NOW)
    with pytest.raises(PlanBusy):
        actions.change(tx, "p1", by=ann, venue=LUNA, wish=WISH, watching=False, now=NOW)


@pytest.mark.parametrize("state", [PlanState.TRYING, PlanState.CHECKING])
async def test_a_plan_is_not_handed_over_in_the_second_of_booking(tx, state):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    actions.join(tx, "p1", bob, coming=True, now=NOW)
    plans.set_state(tx, "p1", state, NOW)
    with pytest.raises(PlanBusy):
        actions.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)


async def test_a_plan_is_handed_to_a_friend_of_it_only(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    with pytest.raises(NotYours):
        actions.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)
    actions.join(tx, "p1", bob, coming=True, now=NOW)
    actions.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)
    assert plans.get(tx, "p1").organiser_id == bob.id


async def test_a_plan_decides_for_one_table_a_party_also_when_it_is_handed_over(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    arm(tx, bob, "p2")
    actions.join(tx, "p1", bob, coming=True, now=NOW)
    with pytest.raises(AlreadyPlanned):
        actions.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)


async def test_others_decide_nothing_and_admins_everything(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    for act in (
        lambda by: actions.cancel(tx, "p1", by=by, now=NOW),
        lambda by: actions.change(tx, "p1", by=by, venue=LUNA, wish=WISH, watching=False, now=NOW),
        lambda by: actions.hand_over(tx, "p1", by=by, to=ann.id, now=NOW),
        lambda by: actions.watch(tx, "p1", by=by, now=NOW),
        lambda by: actions.decided_by(tx, "p1", by),
    ):
        with pytest.raises(NotYours):
            act(bob)
    actions.cancel(tx, "p1", by=replace(bob, is_admin=True), now=NOW)
    assert plans.get(tx, "p1").state is PlanState.CANCELLED


async def test_a_lost_plan_is_watched_while_there_is_time(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    with pytest.raises(PlanOver):
        actions.watch(tx, "p1", by=ann, now=NOW)
    lose(tx)
    until = actions.watch(tx, "p1", by=ann, now=NOW)
    assert jobs.live_of(tx, "p1").until == until
    assert plans.get(tx, "p1").state is PlanState.ARMED
    lose(tx)
    with pytest.raises(PlanOver):
        actions.watch(tx, "p1", by=ann, now=until)


async def test_a_plan_nobody_knows_is_over(tx):
    with pytest.raises(PlanOver):
        actions.cancel(tx, "nonsense", by=meet(tx, "ann"), now=NOW)


def test_plan_ids_are_long_and_random():
    assert len({actions.new_plan_id() for _ in range(1000)}) == 1000
    assert len(actions.new_plan_id()) == 16
