"""Every step that the plan's state table knows is one that guests or workers make."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.booking import Booked, GuestAction, NeedsGuest
from core.domain.job import Job
from core.domain.outcome import GaveUp, NothingYet, Outcome, Reason
from core.domain.plan_state import FOLLOWS, PlanState
from core.domain.reservation import Reservation
from core.jobs.store import Change, Doubted, Firing, Settled, StoodDown
from core.persistence import job_leases, jobs, plans, reservations
from core.plans import account_choice, arming, cancelling, job_store
from tests.core.plans.evening import LUNA, NOW, WISH, arm, meet
from tests.expect import present

TABLE = Reservation(
    venue=LUNA.ref,
    id="r1",
    confirmation="r1",
    starts_at=datetime(2026, 12, 24, 19, 30, tzinfo=ZoneInfo("America/New_York")),
    party_size=4,
)
LOST = GaveUp(reason=Reason.OVERDUE)
LATER = NothingYet(again_at=NOW + timedelta(days=1))
SIGN_IN = NeedsGuest(action=GuestAction.SIGN_IN)


class Evening:
    """A plan of Ann's that goes from hand to hand."""

    def __init__(self, tx) -> None:
        self.tx = tx
        self.ann = meet(tx, "ann")
        arm(tx, self.ann)
        self.job: Job | None = None

    def state(self) -> PlanState:
        return plans.get(self.tx, "p1").state

    def claim(self) -> Job:
        if self.job is None:
            due_at, lease = present(jobs.live_of(self.tx, "p1")).due_at, timedelta(seconds=15)
            (self.job,) = job_leases.claim_due(
                self.tx, owner="w", now=due_at, horizon=timedelta(0), lease=lease, limit=1
            )
        return self.job

    def write(self, change: Change) -> None:
        job_store.written(self.tx, self.claim(), change, (), now=NOW)

    def fire(self) -> None:
        self.write(Firing(account_id=None))

    def stand_down(self) -> None:
        self.write(StoodDown())

    def doubt(self) -> None:
        self.write(Doubted(account_id=None))

    def settle(self, outcome: Outcome) -> None:
        self.write(Settled(outcome=outcome))
        self.job = None

    def book(self) -> None:
        self.settle(Booked(reservation=TABLE))

    def lose(self) -> None:
        self.settle(LOST)

    def snooze(self) -> None:
        self.settle(LATER)

    def need(self) -> None:
        self.settle(SIGN_IN)

    def mend(self) -> None:
        assert account_choice.mended(self.tx, "p1", now=NOW)

    def cancel(self) -> None:
        cancelling.cancel(self.tx, "p1", by=self.ann, now=NOW)

    def watch(self) -> None:
        arming.watch(self.tx, "p1", by=self.ann, now=NOW)

    def change(self) -> None:
        arming.change(self.tx, "p1", by=self.ann, venue=LUNA, wish=WISH, watching=False, now=NOW)

    def give_back(self) -> None:
        kept = present(reservations.live_of_plan(self.tx, "p1"))
        cancelling.released(self.tx, kept, by=self.ann, now=NOW)


E, S = Evening, PlanState
WAYS = {
    (S.ARMED, S.TRYING): [[E.fire]],
    (S.ARMED, S.CHECKING): [[E.doubt]],
    (S.ARMED, S.NEEDS_GUEST): [[E.need]],
    (S.ARMED, S.LOST): [[E.lose]],
    (S.ARMED, S.CANCELLED): [[E.cancel]],
    (S.TRYING, S.ARMED): [[E.snooze], [E.stand_down, E.change]],
    (S.TRYING, S.CHECKING): [[E.doubt]],
    (S.TRYING, S.NEEDS_GUEST): [[E.need]],
    (S.TRYING, S.BOOKED): [[E.book]],
    (S.TRYING, S.LOST): [[E.lose]],
    (S.TRYING, S.CANCELLED): [[E.stand_down, E.cancel]],
    (S.CHECKING, S.ARMED): [[E.snooze]],
    (S.CHECKING, S.BOOKED): [[E.book]],
    (S.CHECKING, S.LOST): [[E.lose]],
    (S.NEEDS_GUEST, S.ARMED): [[E.mend], [E.change], [E.snooze]],
    (S.NEEDS_GUEST, S.TRYING): [[E.fire]],
    (S.NEEDS_GUEST, S.CHECKING): [[E.doubt]],
    (S.NEEDS_GUEST, S.LOST): [[E.lose]],
    (S.NEEDS_GUEST, S.CANCELLED): [[E.cancel]],
    (S.BOOKED, S.CANCELLED): [[E.give_back]],
    (S.LOST, S.ARMED): [[E.watch], [E.change]],
    (S.LOST, S.CANCELLED): [[E.cancel]],
}
TO = {
    S.ARMED: [],
    S.TRYING: [E.fire],
    S.CHECKING: [E.doubt],
    S.NEEDS_GUEST: [E.need],
    S.BOOKED: [E.fire, E.book],
    S.LOST: [E.lose],
}


def test_the_table_knows_these_steps_and_no_others():
    assert set(WAYS) == {(before, after) for before in PlanState for after in FOLLOWS[before]}


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [pytest.param(*step, way, id="-".join(step)) for step, ways in WAYS.items() for way in ways],
)
async def test_each_step_is_made(tx, before, after, way):
    evening = Evening(tx)
    for act in TO[before]:
        act(evening)
    assert evening.state() is before
    for act in way:
        act(evening)
    assert evening.state() is after
