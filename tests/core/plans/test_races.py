"""Two transactions about one plan, on PostgreSQL, where the second begins before the first is over."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Connection, create_engine, make_url

from core.domain.booking import Booked, GuestAction, NeedsGuest
from core.domain.job_state import JobState
from core.domain.outcome import GaveUp, Outcome, Reason
from core.domain.plan_state import PlanState
from core.domain.reservation import Reservation
from core.domain.terms import Terms
from core.errors import PlanBusy, PlanOver
from core.jobs.store import Firing, Settled
from core.persistence import job_leases, jobs, plans
from core.plans import arming, cancelling, job_store, terms_acceptance
from tests.core.plans.evening import LUNA, NOW, WISH, arm, meet
from tests.expect import present

Work = Callable[[Connection], object]
_TO_GET_STUCK_IN = 0.2
TABLE = Reservation(
    venue=LUNA.ref,
    id="r1",
    confirmation="r1",
    starts_at=datetime(2026, 12, 24, 19, 30, tzinfo=LUNA.tz),
    party_size=4,
)


class Race:
    """Ann's plan `p1`, whose job a worker has in hand."""

    def __init__(self, engine) -> None:
        self.engine = engine
        with engine.begin() as tx:
            self.ann = meet(tx, "ann")
            arm(tx, self.ann)
            self.now = present(jobs.live_of(tx, "p1")).due_at
            (self.job,) = job_leases.claim_due(
                tx, owner="w", now=self.now, horizon=timedelta(0), lease=timedelta(days=90), limit=1
            )

    def fire(self, tx) -> None:
        job_store.written(tx, self.job, Firing(account_id=None), (), now=self.now)

    def settle(self, outcome: Outcome) -> Work:
        change = Settled(outcome=outcome)
        return lambda tx: job_store.written(tx, self.job, change, (), now=self.now)

    def cancel(self, tx) -> None:
        cancelling.cancel(tx, "p1", by=self.ann, now=self.now)

    def watch(self, tx) -> None:
        arming.watch(tx, "p1", by=self.ann, now=self.now)

    def change(self, tx) -> None:
        arming.change(tx, "p1", by=self.ann, venue=LUNA, wish=WISH, watching=False, now=self.now)

    def decline(self, tx) -> None:
        terms_acceptance.decline(tx, "p1", by=self.ann, now=self.now)

    def write(self, *works: Work) -> None:
        for work in works:
            with self.engine.begin() as tx:
                work(tx)

    def meanwhile(self, first: Work, second: Work) -> None:
        """Do both: `second` comes to what `first` has written and not committed yet. Raises what it raises."""
        stuck = Event()

        def begun() -> None:
            stuck.set()
            self.write(second)

        with ThreadPoolExecutor(1) as thread:
            with self.engine.begin() as tx:
                first(tx)
                other = thread.submit(begun)
                stuck.wait(5)
                time.sleep(_TO_GET_STUCK_IN)
            other.result(10)

    def state(self, plan_id: str = "p1") -> PlanState:
        with self.engine.connect() as tx:
            return plans.get(tx, plan_id).state

    def job_states(self) -> list[JobState]:
        with self.engine.connect() as tx:
            return [job.state for job in jobs.of_plan(tx, "p1")]


@pytest.fixture
def race(postgres_tables_url):
    engine = create_engine(make_url(postgres_tables_url).set(drivername="postgresql+psycopg"))
    yield Race(engine)
    engine.dispose()


LOST = GaveUp(reason=Reason.OVERDUE)
BOOKED = Booked(reservation=TABLE)
TERMS = NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=Terms())


@pytest.mark.parametrize("wanted", [Race.watch, Race.change])
def test_what_is_called_off_in_this_moment_is_not_taken_up_again(race, wanted):
    race.write(race.settle(LOST))
    with pytest.raises(PlanOver):
        race.meanwhile(race.cancel, lambda tx: wanted(race, tx))
    assert race.state() is PlanState.CANCELLED


@pytest.mark.parametrize("wanted", [Race.cancel, Race.change])
def test_a_table_that_is_got_in_this_moment_is_kept(race, wanted):
    race.write(race.fire)
    with pytest.raises((PlanOver, PlanBusy)):
        race.meanwhile(race.settle(BOOKED), lambda tx: wanted(race, tx))
    assert race.state() is PlanState.BOOKED
    assert race.job_states() == [JobState.BOOKED]


@pytest.mark.parametrize("wanted", [Race.cancel, Race.change])
def test_a_table_that_was_got_since_the_plan_was_read_is_kept(race, wanted, monkeypatch):
    race.write(race.fire)
    real = jobs.cancel

    def after_it_was_booked(tx, plan_id, now):
        race.write(race.settle(BOOKED))
        return real(tx, plan_id, now)

    monkeypatch.setattr(jobs, "cancel", after_it_was_booked)
    with pytest.raises(PlanOver):
        race.write(lambda tx: wanted(race, tx))
    assert race.state() is PlanState.BOOKED


def test_terms_of_a_plan_that_is_called_off_in_this_moment_are_not_declined(race):
    race.write(race.settle(TERMS))
    with pytest.raises(PlanOver):
        race.meanwhile(race.cancel, race.decline)
    assert race.state() is PlanState.CANCELLED


def test_a_plan_called_off_in_this_moment_does_not_undo_the_table_of_its_circle(race):
    race.write(race.fire)

    def others(tx) -> None:
        arm(tx, meet(tx, "bob"), "p2", now=NOW)

    def call_off(tx) -> None:
        cancelling.cancel(tx, "p2", by=meet(tx, "bob"), now=race.now)

    race.write(others)
    race.meanwhile(call_off, race.settle(BOOKED))
    assert race.state() is PlanState.BOOKED
    assert race.state("p2") is PlanState.CANCELLED
