"""The jobs of plans: what a worker writes about one is written about its plan and recorded, in one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from core.domain.account import AccountState
from core.domain.booking import Booked, Booker, GuestAction, NeedsGuest, Unknown
from core.domain.fact import (
    GuestNeeded,
    MendNeeded,
    PlanChanged,
    PlanLost,
    PlanMoved,
    PlanTroubled,
    TableBooked,
)
from core.domain.job import Job
from core.domain.job_state import JobState
from core.domain.outcome import GaveUp, LockedOut, NothingYet
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.domain.quiet_hours import awake
from core.domain.reservation import Reservation
from core.domain.step import AccountSwitched, SlotNeedsGuest, Step
from core.domain.trouble import Trouble
from core.drops import almanac
from core.errors import GoesFirst
from core.jobs.brief import Brief
from core.jobs.store import Change, Doubted, DropMoved, Firing, LetGo, Settled, StoodDown, Troubled
from core.persistence import accounts, chats, facts, guests, job_leases, jobs, mandates, plans, reservations
from core.persistence import steps as kept_steps
from core.persistence.database import Database
from core.plans import circle
from core.runtime.bell import Bell

GUEST_HAS = timedelta(minutes=15)
"""How long the guest has at least to do what the platform wants."""

_LOOKS_AGAIN_AFTER = timedelta(minutes=10)
"""Where an account counts as connected and does not open: signed in to in this moment, or its key is not at hand."""

_PAUSE_AFTER_BREAKING_OFF = timedelta(seconds=5)
_ASKED_TO_MEND = {Trouble.SIGN_IN, Trouble.NO_CARD, Trouble.CONFLICT, Trouble.NOT_CONNECTED}


class PlanJobs:
    """`core.jobs.store.JobStore` in the database; `with_accounts` names the platforms that book for guests' own
    accounts.
    """

    def __init__(self, database: Database, *, with_accounts: Collection[str] = (), bell: Bell) -> None:
        self._database = database
        self._bell = bell
        self._with_accounts = with_accounts

    async def next_due(self) -> datetime | None:
        return await self._database.read(job_leases.next_due)

    async def claim(
        self, *, owner: str, now: datetime, horizon: timedelta, lease: timedelta, limit: int
    ) -> Sequence[Job]:
        return await self._database.write(
            lambda tx: job_leases.claim_due(
                tx, owner=owner, now=now, horizon=horizon, lease=lease, limit=limit
            )
        )

    async def renew(
        self, *, owner: str, job_ids: Collection[int], now: datetime, lease: timedelta
    ) -> Collection[tuple[int, int]]:
        return await self._database.write(
            lambda tx: job_leases.renew(tx, owner=owner, job_ids=job_ids, now=now, lease=lease)
        )

    async def write(self, job: Job, change: Change, steps: Sequence[Step], *, now: datetime) -> None:
        await self._database.write(lambda tx: written(tx, job, change, steps, now=now))
        self._bell.ring()

    async def hand_back(
        self, owner: str, unwritten: Sequence[tuple[Job, Sequence[Step]]], *, now: datetime
    ) -> None:
        def hand_back(tx: Connection) -> None:
            for job, batch in unwritten:
                kept_steps.append(tx, job.id, batch)
            job_leases.release_all(tx, owner, now)

        await self._database.write(hand_back)

    async def brief(self, job: Job) -> Brief:
        return await self._database.read(lambda tx: _brief(tx, job, with_accounts=self._with_accounts))

    async def is_anothers(self, job: Job, reservation: Reservation) -> bool:
        return await self._database.read(lambda tx: _is_anothers(tx, job.plan_id, reservation))


def _brief(tx: Connection, job: Job, *, with_accounts: Collection[str]) -> Brief:
    """Read what the job is about; `with_accounts` names the platforms that book for guests' own accounts."""
    plan = plans.get(tx, job.plan_id)
    organiser = Booker(guest_id=plan.organiser_id, name=guests.get(tx, plan.organiser_id).name)
    own = plan.wish.venue.platform in with_accounts
    account_id = jobs.get(tx, job.id).account_id
    return Brief(
        plan=plan,
        mandates=tuple(mandates.usable(tx, plan, own_accounts=own)),
        accounts=tuple(accounts.get(tx, each) for each in plan.accounts) if own else None,
        first=circle.first_of(tx, plan),
        caller=organiser if account_id is None else plans.booker(tx, account_id) or organiser,
        chat_is_dead=plan.chat_id is not None and chats.get(tx, plan.chat_id).dead_at is not None,
        steps=kept_steps.of_job(tx, job.id),
    )


def _is_anothers(tx: Connection, plan_id: str, reservation: Reservation) -> bool:
    """Whether the platform's reservation belongs to another plan of ours."""
    kept = reservations.of_platform(tx, reservation.venue.platform, reservation.id)
    return kept is not None and kept.plan_id != plan_id


def written(tx: Connection, job: Job, change: Change, batch: Sequence[Step], *, now: datetime) -> None:
    """The change, under the job's fence, with its steps and what follows from it."""
    kept_steps.append(tx, job.id, batch)
    match change:
        case Firing(account_id=account_id):
            _fire(tx, job, account_id, now)
        case StoodDown():
            jobs.move(tx, job.id, job.fence, JobState.TRYING, now=now)
        case Doubted(account_id=account_id):
            _doubt(tx, job, account_id, now)
        case Troubled():
            _tell_of_trouble(tx, job, change, now)
        case DropMoved(drop_at=drop_at):
            window = job.until - (job.drop_at or drop_at)  # be there then, for as long as was meant
            jobs.rearm(tx, job.id, job.fence, drop_at=drop_at, until=drop_at + window, now=now)
            facts.record(tx, PlanChanged(plan_id=job.plan_id), now=now)
        case Settled():
            _settle(tx, job, change, batch, now=now)
        case LetGo():
            due_at = now + _PAUSE_AFTER_BREAKING_OFF * job.attempts
            if job_leases.give_back(tx, job.id, job.fence, due_at=due_at, now=now) is JobState.UNSURE:
                _stand(tx, job.plan_id, PlanState.CHECKING, now)
        case _:
            assert_never(change)


def _fire(tx: Connection, job: Job, account_id: int | None, now: datetime) -> None:
    """Only while no other plan of the circle has a call out, holds a table, or goes first."""
    first = circle.first_of(tx, plans.get(tx, job.plan_id), locked=True)
    if first is not None:
        raise GoesFirst(first.id)
    jobs.fire(tx, job.id, job.fence, account_id, now=now)
    _stand(tx, job.plan_id, PlanState.TRYING, now)


def _doubt(tx: Connection, job: Job, account_id: int | None, now: datetime) -> None:
    if jobs.get(tx, job.id).state is JobState.TRYING:
        jobs.move(tx, job.id, job.fence, JobState.FIRING, now=now)
    if jobs.get(tx, job.id).state is JobState.FIRING:
        jobs.move(tx, job.id, job.fence, JobState.UNSURE, now=now)
    jobs.called_with(tx, job.id, job.fence, account_id, now=now)
    _stand(tx, job.plan_id, PlanState.CHECKING, now)


def _tell_of_trouble(tx: Connection, job: Job, found: Troubled, now: datetime) -> None:
    """Where one guest can mend it, by name; what stands in the way is written with the step."""
    if found.trouble in _ASKED_TO_MEND:
        _ask_to_mend(tx, plans.get(tx, job.plan_id), found.account_id, found.trouble, now)
    else:
        facts.record(tx, PlanTroubled(plan_id=job.plan_id, trouble=found.trouble), now=now)


def _ask_to_mend(tx: Connection, plan: Plan, account_id: int | None, trouble: Trouble, now: datetime) -> None:
    guest_id = _owner(tx, plan, account_id)
    needed = MendNeeded(guest_id=guest_id, trouble=trouble, account_id=account_id, plan_id=plan.id)
    facts.record(tx, needed, now=now)


def _settle(tx: Connection, job: Job, settled: Settled, batch: Sequence[Step], *, now: datetime) -> None:
    for sighting in settled.sightings:
        almanac.saw(tx, sighting, now=now)
    match settled.outcome:
        case Booked(reservation=reservation):
            jobs.move(tx, job.id, job.fence, JobState.BOOKED, now=now)
            account_id = jobs.get(tx, job.id).account_id
            number = reservations.add(tx, job.plan_id, reservation, account_id=account_id, now=now)
            plans.move(tx, job.plan_id, PlanState.BOOKED)
            facts.record(tx, TableBooked(plan_id=job.plan_id, reservation_id=number), now=now)
            circle.table_is_got(tx, plans.get(tx, job.plan_id), now=now)
        case NothingYet(again_at=again_at):
            jobs.snooze(tx, job.id, job.fence, again_at, now)
            _stand(tx, job.plan_id, PlanState.ARMED, now)
        case NeedsGuest() as needs:
            due_at = max(job.until, now + GUEST_HAS)
            jobs.move(tx, job.id, job.fence, JobState.NEEDS_GUEST, due_at=due_at, needs=needs, now=now)
            plans.move(tx, job.plan_id, PlanState.NEEDS_GUEST)
            _need(tx, job, _asked_last(batch) or needs.action, now)
            _let_others_go(tx, job, now)
        case Unknown():
            jobs.move(tx, job.id, job.fence, JobState.UNSURE, now=now)
            _stand(tx, job.plan_id, PlanState.CHECKING, now)
        case LockedOut():
            _rest(tx, job, settled.outcome, now)
        case GaveUp(reason=reason):
            end = JobState.FAILED if reason.breakage else JobState.LOST
            jobs.move(tx, job.id, job.fence, end, reason=reason, now=now)
            plans.move(tx, job.plan_id, PlanState.LOST)
            facts.record(tx, PlanLost(plan_id=job.plan_id), now=now)
            _let_others_go(tx, job, now)
        case _:
            assert_never(settled.outcome)
    _ask_dead_accounts(tx, job, batch, now)


def _rest(tx: Connection, job: Job, locked: LockedOut, now: datetime) -> None:
    """Wait for the account's guest, who is not woken at night; the circle waits, too, and its cards say why."""
    plan = plans.get(tx, job.plan_id)
    guest = guests.get(tx, _owner(tx, plan, locked.account_id))
    due_at = min(awake(guest.preferences, locked.again_at), plan.wish.first_at(plan.zone))
    opens = (
        locked.account_id is not None and accounts.get(tx, locked.account_id).state is AccountState.CONNECTED
    )
    if opens:
        due_at = min(due_at, now + _LOOKS_AGAIN_AFTER)
    known = jobs.get(tx, job.id).needs is not None
    jobs.rest(
        tx,
        job.id,
        job.fence,
        account_id=locked.account_id,
        due_at=due_at,
        until=job.until if known else now + GUEST_HAS,
        now=now,
    )
    _stand(tx, plan.id, PlanState.CHECKING, now)
    if not known:
        for each in (plan, *plans.of_circle(tx, plan)):
            facts.record(tx, PlanChanged(plan_id=each.id), now=now)


def _asked_last(batch: Sequence[Step]) -> GuestAction | None:
    """What the platform wanted of the account that was asked last: the outcome may be the first one's."""
    asked = [step.what.action for step in batch if isinstance(step.what, SlotNeedsGuest)]
    return asked[-1] if asked else None


def _need(tx: Connection, job: Job, action: GuestAction, now: datetime) -> None:
    plan = plans.get(tx, job.plan_id)
    account_id = jobs.get(tx, job.id).account_id or next(iter(plan.accounts), None)
    guest_id = _owner(tx, plan, account_id)
    if action is GuestAction.AGREE:
        asked = next((one for one in mandates.of_plan(tx, plan.id) if not one.stands), None)
        if asked is not None:
            guest_id, account_id = asked.guest_id, asked.account_id
    needed = GuestNeeded(plan_id=plan.id, action=action, guest_id=guest_id, account_id=account_id)
    facts.record(tx, needed, now=now)


def _ask_dead_accounts(tx: Connection, job: Job, batch: Sequence[Step], now: datetime) -> None:
    """Whose account was of no use in the second is told so, though another's stood by."""
    plan = plans.get(tx, job.plan_id)
    action: GuestAction | None = None
    for step in batch:
        match step.what:
            case SlotNeedsGuest(action=action):
                pass
            case AccountSwitched(from_account=account_id):
                no_card = action is GuestAction.ADD_CARD
                _ask_to_mend(tx, plan, account_id, Trouble.NO_CARD if no_card else Trouble.SIGN_IN, now)
            case _:
                pass


def _owner(tx: Connection, plan: Plan, account_id: int | None) -> int:
    """Who sees to an account: its guest, else the organiser."""
    booker = None if account_id is None else plans.booker(tx, account_id)
    return plan.organiser_id if booker is None else booker.guest_id


def _let_others_go(tx: Connection, job: Job, now: datetime) -> None:
    circle.follow(tx, plans.of_circle(tx, plans.get(tx, job.plan_id)), now=now)


def _stand(tx: Connection, plan_id: str, state: PlanState, now: datetime) -> None:
    if plans.get(tx, plan_id).state is not state:
        plans.move(tx, plan_id, state)
        facts.record(tx, PlanMoved(plan_id=plan_id, state=state), now=now)
