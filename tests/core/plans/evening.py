"""Plans of the house, and who has them: what the tests of plans are done with."""

from datetime import UTC, date, datetime, time, timedelta

from core.domain.drop import DropRule
from core.domain.guest import Guest, GuestState
from core.domain.job_state import JobState
from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.domain.venue import Venue, VenueRef
from core.persistence import chats, guests, job_leases, jobs, plans
from core.plans import arming
from tests.expect import present

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
RULE = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
LUNA = Venue(ref=VenueRef(platform="house", id="luna"), name="Casa Luna", zone="America/New_York", drop=RULE)
WISH = Wish(venue=LUNA.ref, on=date(2026, 12, 24), party_size=4, times=(time(19, 30), time(19)))
DROP = RULE.drop_of(WISH.on)


def meet(tx, who: str) -> Guest:
    known = guests.meet(tx, frontend="fake", account_id=who, name=who, handle=who, origin="", now=NOW)
    guests.set_state(tx, known.id, GuestState.APPROVED)
    return guests.get(tx, known.id)


def arm(tx, organiser: Guest, plan_id: str = "p1", *, now: datetime = NOW, **fields):
    chat = chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
    given = {"venue": LUNA, "wish": WISH, "watching": False, "chat_id": chat.id} | fields
    return arming.arm(tx, plan_id=plan_id, organiser=organiser, thread_id=None, now=now, **given)


def lose(tx, plan_id: str = "p1") -> None:
    jobs.cancel(tx, plan_id, NOW)
    plans.move(tx, plan_id, PlanState.LOST)


def fire(tx, plan_id: str = "p1") -> None:
    """The job's booking call is out."""
    job = present(jobs.live_of(tx, plan_id))
    lease = timedelta(seconds=15)
    claimed = job_leases.claim_due(tx, owner="w", now=job.due_at, horizon=timedelta(0), lease=lease, limit=1)
    jobs.move(tx, job.id, claimed[0].fence, JobState.FIRING, now=job.due_at)
