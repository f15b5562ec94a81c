"""Jobs, and what becomes of them. Who has them in hand is in `core.persistence.job_leases`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, case, insert, literal, select, update

from core.domain.booking import GuestAction, NeedsGuest
from core.domain.job import Job
from core.domain.job_state import OPEN, JobState, Strategy, check
from core.domain.outcome import Reason
from core.errors import LeaseLost, PlanBusy
from core.persistence import leasing
from core.persistence.tables import jobs

IN_HAND = (JobState.TRYING, JobState.FIRING, JobState.UNSURE)
CALLED = (JobState.FIRING, JobState.UNSURE)
_QUIET = tuple(state for state in OPEN if state not in CALLED)


def add(
    tx: Connection,
    *,
    plan_id: str,
    strategy: Strategy,
    due_at: datetime,
    drop_at: datetime | None = None,
    until: datetime,
    now: datetime,
) -> int:
    """A new job, and its id. A plan has one live job at most: the database refuses a second."""
    row = insert(jobs).values(
        plan_id=plan_id,
        strategy=strategy,
        state=JobState.WAITING,
        due_at=due_at,
        drop_at=drop_at,
        until=until,
        created_at=now,
        updated_at=now,
    )
    return tx.execute(row.returning(jobs.c.id)).scalar_one()


def get(tx: Connection, job_id: int) -> Job:
    return job_of(tx.execute(select(jobs).where(jobs.c.id == job_id)).one())


def find(tx: Connection, job_id: int) -> Job | None:
    row = tx.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    return None if row is None else job_of(row)


def live_of(tx: Connection, plan_id: str) -> Job | None:
    """The plan's job that is not over."""
    row = tx.execute(select(jobs).where(jobs.c.plan_id == plan_id, jobs.c.state.in_(OPEN))).one_or_none()
    return None if row is None else job_of(row)


def of_plan(tx: Connection, plan_id: str) -> Sequence[Job]:
    """Every job the plan ever had, the first one first."""
    rows = tx.execute(select(jobs).where(jobs.c.plan_id == plan_id).order_by(jobs.c.id)).all()
    return [job_of(row) for row in rows]


def open_jobs(tx: Connection) -> Sequence[Job]:
    """Every job that is not over, the next due one first."""
    rows = tx.execute(select(jobs).where(jobs.c.state.in_(OPEN)).order_by(jobs.c.due_at, jobs.c.id)).all()
    return [job_of(row) for row in rows]


def latest(tx: Connection, *, limit: int) -> Sequence[Job]:
    """The newest jobs, open or over."""
    return [job_of(row) for row in tx.execute(select(jobs).order_by(jobs.c.id.desc()).limit(limit)).all()]


def move(
    tx: Connection,
    job_id: int,
    fence: int,
    to_state: JobState,
    *,
    due_at: datetime | None = None,
    reason: Reason | None = None,
    needs: NeedsGuest | None = None,
    now: datetime,
) -> None:
    """Write the job's next state; a state that nobody has in hand ends the lease.

    Raises `LeaseLost` when the job was claimed again or called off, `IllegalTransition` against the table.
    """
    row = tx.execute(select(jobs).where(jobs.c.id == job_id).with_for_update()).one()
    if row.fence != fence:
        raise LeaseLost(job_id, fence)
    check(JobState(row.state), to_state)
    let_go = {} if to_state in IN_HAND else {"lease_owner": None, "lease_until": None}
    tx.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(
            state=to_state,
            due_at=due_at or row.due_at,
            reason=reason,
            needs=needs,
            updated_at=now,
            **let_go,
        )
    )


def fire(tx: Connection, job_id: int, fence: int, account_id: int | None, *, now: datetime) -> None:
    """A booking call may be out with this account; from one account to the next, too, the answer before being
    definite. Raises `LeaseLost`, `IllegalTransition`.
    """
    if get(tx, job_id).state is not JobState.FIRING:
        move(tx, job_id, fence, JobState.FIRING, now=now)
    called_with(tx, job_id, fence, account_id, now=now)


def called_with(tx: Connection, job_id: int, fence: int, account_id: int | None, *, now: datetime) -> None:
    """The call that may be out is, or was, with this account. Raises `LeaseLost`."""
    _set(tx, job_id, fence, account_id=account_id, updated_at=now)


def snooze(tx: Connection, job_id: int, fence: int, due_at: datetime, now: datetime) -> None:
    """Put the job back until `due_at`. Waiting is not failing: the attempt does not count."""
    move(tx, job_id, fence, JobState.WAITING, due_at=due_at, now=now)
    tx.execute(update(jobs).where(jobs.c.id == job_id).values(attempts=jobs.c.attempts - 1))


def rest(
    tx: Connection,
    job_id: int,
    fence: int,
    *,
    account_id: int | None,
    due_at: datetime,
    until: datetime,
    now: datetime,
) -> None:
    """Let go of an unsure job whose account can't be asked: until `due_at`, or until its guest has signed in.

    Trying is not over before `until`. The attempt does not count. Raises `LeaseLost`.
    """
    unsure = leasing.behind(jobs, job_id, fence) & (jobs.c.state == JobState.UNSURE)
    values = {
        "account_id": account_id,
        "due_at": due_at,
        "until": _later(until),
        "needs": NeedsGuest(action=GuestAction.SIGN_IN),
        "attempts": jobs.c.attempts - 1,
        "updated_at": now,
    }
    if not leasing.let_go(tx, jobs, unsure, **values):
        raise LeaseLost(job_id, fence)


def can_be_asked(tx: Connection, account_id: int, now: datetime) -> None:
    """The account opens again: whatever rests until it does is due at once."""
    resting = (
        (jobs.c.account_id == account_id) & (jobs.c.state == JobState.UNSURE) & jobs.c.needs.is_not(None)
    )
    tx.execute(update(jobs).where(resting).values(due_at=now, needs=None, updated_at=now))


def rearm(
    tx: Connection, job_id: int, fence: int, *, drop_at: datetime, until: datetime, now: datetime
) -> None:
    """The drop is at another moment. Raises `LeaseLost`."""
    _set(tx, job_id, fence, drop_at=drop_at, until=until, updated_at=now)


def _set(tx: Connection, job_id: int, fence: int, **values: object) -> None:
    mine = leasing.behind(jobs, job_id, fence)
    if not tx.execute(update(jobs).where(mine).values(values)).rowcount:
        raise LeaseLost(job_id, fence)


def resume(tx: Connection, plan_id: str, now: datetime, *, until: datetime | None = None) -> bool:
    """The guest has done what was asked: try again at once, and until then at least.

    False when no job waits for them.
    """
    waiting = (jobs.c.plan_id == plan_id) & (jobs.c.state == JobState.NEEDS_GUEST)
    values = {
        "state": JobState.WAITING,
        "due_at": now,
        "until": jobs.c.until if until is None else _later(until),
        "needs": None,
        "attempts": 0,
        "updated_at": now,
    }
    return tx.execute(update(jobs).where(waiting).values(values)).rowcount > 0


def hasten(tx: Connection, plan_id: str, now: datetime, *, until: datetime, drops_by: datetime) -> bool:
    """What held the plan's job back is gone: it is due at once, and until then at least.

    A drop later than `drops_by` comes in its own time. False when nothing waits.
    """
    held = (
        (jobs.c.plan_id == plan_id)
        & (jobs.c.state == JobState.WAITING)
        & (jobs.c.drop_at.is_(None) | (jobs.c.drop_at <= drops_by))
    )
    at_least = case((jobs.c.strategy == Strategy.WATCH, jobs.c.until), else_=_later(until))
    values = {"due_at": now, "until": at_least, "updated_at": now}
    return tx.execute(update(jobs).where(held).values(values)).rowcount > 0


def recall(tx: Connection, plan_id: str, now: datetime) -> bool:
    """Have the plan's job taken in hand anew, because what it is done with has changed.

    False when nobody has it in hand. Raises `PlanBusy` while a booking call may be out.
    """
    job = live_of(tx, plan_id)
    if job is None or job.state not in IN_HAND:
        return False
    if job.state in CALLED:
        raise PlanBusy(plan_id)
    quiet = (jobs.c.id == job.id) & (jobs.c.state == JobState.TRYING)
    _take_away(tx, job, quiet, state=JobState.WAITING, due_at=now, updated_at=now)
    return True


def cancel(tx: Connection, plan_id: str, now: datetime) -> bool:
    """Call the plan's job off; False when there is none to call off.

    Raises `PlanBusy` while a booking call may be out.
    """
    return _end(tx, plan_id, JobState.CANCELLED, None, now)


def lose(tx: Connection, plan_id: str, reason: Reason, now: datetime) -> bool:
    """End the plan's job from outside; False when there is none. Raises `PlanBusy` while a call may be out."""
    return _end(tx, plan_id, JobState.LOST, reason, now)


def _end(tx: Connection, plan_id: str, state: JobState, reason: Reason | None, now: datetime) -> bool:
    job = live_of(tx, plan_id)
    if job is None:
        return False
    quiet = (jobs.c.id == job.id) & jobs.c.state.in_(_QUIET)
    try:
        _take_away(tx, job, quiet, state=state, reason=reason, needs=None, updated_at=now)
    except PlanBusy:
        if live_of(tx, plan_id) is not None:
            raise
        return False  # somebody else ended it in this moment
    return True


def _take_away(tx: Connection, job: Job, quiet: ColumnElement[bool], **values: object) -> None:
    """The fence goes up, so that a worker who has the job in hand cannot send any more. Raises `PlanBusy`."""
    if not leasing.let_go(tx, jobs, quiet, fence=jobs.c.fence + 1, **values):
        raise PlanBusy(job.plan_id)


def _later(than: datetime) -> ColumnElement[datetime]:
    """The end of trying, or a later moment."""
    return case((jobs.c.until < than, literal(than, jobs.c.until.type)), else_=jobs.c.until)


def job_of(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        id=row.id,
        plan_id=row.plan_id,
        strategy=Strategy(row.strategy),
        state=JobState(row.state),
        due_at=row.due_at,
        drop_at=row.drop_at,
        until=row.until,
        reason=None if row.reason is None else Reason(row.reason),
        attempts=row.attempts,
        fence=row.fence,
        account_id=row.account_id,
        needs=row.needs,
        lease_owner=row.lease_owner,
        lease_until=row.lease_until,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
