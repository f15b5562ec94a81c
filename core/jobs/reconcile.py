"""What became of a booking call whose answer was lost.

The platform's list of reservations is asked, never `book` a second time. An account that opens no more can't be asked:
its guest is told that they may have a table, and the job rests until they have signed in, or the evening has come.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.booking import Booked
from core.domain.job_state import JobState
from core.domain.outcome import GaveUp, LockedOut, NothingYet, Reason
from core.domain.plan import Plan
from core.domain.reservation import Reservation, ReservationState
from core.domain.step import LookedUp, PlatformBroke, Step, TroubleTold, Unanswered, Woken
from core.domain.trouble import Trouble
from core.errors import PlatformDown, SignInNeeded
from core.jobs.brief import Brief
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob
from core.jobs.store import Troubled

AT_FIRST = (timedelta(0), timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))
"""Pauses before each asking. The call may still be on its way at the first, and a reservation may be listed late:
only when the last one has found nothing is it worth trying on."""

AT_LAST = (timedelta(seconds=20), timedelta(seconds=40))
"""The same, before friends are told that there is no table: nothing else is to be done meanwhile."""

MAY_BE_LATE_BY = sum(AT_LAST, timedelta(0))
"""So long a call that was not answered may still turn out to have booked: nobody else's account books meanwhile."""

ASKED_AGAIN_AFTER = timedelta(days=1)
ASKED_AHEAD = (timedelta(days=2), timedelta(hours=4))
"""A guest who has not signed in is asked again a day later, and so long before the evening: while a table can as a rule
be given back for nothing, and while there is still time to look."""

_APART = timedelta(hours=3)
"""At the least, between two askings."""

_AT_ONCE = (timedelta(0),)
_BACKOFF = timedelta(seconds=1)
_LONGEST_BACKOFF = timedelta(seconds=30)
_NOT_FOUND = GaveUp(reason=Reason.NOT_FOUND)


async def reconcile(leased: LeasedJob, engine: JobEngine) -> Booked | NothingYet | LockedOut | GaveUp:
    """Find out what became of a booking call; when nothing did and there is time left, go on."""
    brief = await leased.brief()
    outcome = await _ask(leased, brief, engine, AT_FIRST)
    now = engine.clock.now()
    if outcome != _NOT_FOUND:
        return outcome
    return NothingYet(again_at=now) if now < leased.job.until else await _ask(leased, brief, engine, AT_LAST)


async def ask_once(leased: LeasedJob, brief: Brief, engine: JobEngine) -> Booked | LockedOut | GaveUp:
    """Ask once more before another account books."""
    await leased.doubt(brief.caller.account_id)
    return await _ask(leased, brief, engine, _AT_ONCE)


async def last_look(
    leased: LeasedJob, brief: Brief, engine: JobEngine, unsure_at: datetime
) -> Booked | LockedOut | GaveUp | None:
    """Before it is said that there is no table: one that was booked without our hearing of it may be listed late.

    None when there is none. Accounts that open are asked before it is said that another can't be.
    """
    pause = max(unsure_at + MAY_BE_LATE_BY - engine.clock.now(), timedelta(0))
    locked: LockedOut | None = None
    for caller in dict.fromkeys((brief.caller, *brief.bookers)):  # it may have been handed over since
        await leased.doubt(caller.account_id)
        outcome = await _ask(leased, replace(brief, caller=caller), engine, (pause,))
        if isinstance(outcome, LockedOut):
            locked = locked or outcome
        elif outcome != _NOT_FOUND:
            return outcome
        pause = timedelta(0)
    return locked


async def _ask(
    leased: LeasedJob, brief: Brief, engine: JobEngine, pauses: Sequence[timedelta]
) -> Booked | LockedOut | GaveUp:
    """`Booked`; `NOT_FOUND` once it said so often enough; `NEVER_ANSWERED` if the evening came first."""
    clock, plan, platform = engine.clock, brief.plan, engine.platform_of(brief)
    left, backoff, end = list(pauses), _BACKOFF, plan.wish.first_at(plan.zone)
    while left:
        await clock.sleep(left[0])
        try:
            reservations = await platform.reservations(booker=brief.caller)
        except SignInNeeded:
            return await _locked_out(leased, brief, clock.now(), end)
        except Exception as error:  # noqa: BLE001 - whatever broke, the platform has not answered yet
            wish = error.retry_after if isinstance(error, PlatformDown) else None
            leased.recorder.add(PlatformBroke(why=str(error)[:200]))
            if clock.now() >= end:
                return GaveUp(reason=Reason.NEVER_ANSWERED)
            await clock.sleep(wish or backoff)
            backoff = min(backoff * 2, _LONGEST_BACKOFF)
            continue
        found = await _ours(reservations, plan, leased)
        leased.recorder.add(LookedUp(listed=len(reservations), found=found is not None))
        if found is not None:
            return Booked(reservation=found)
        if clock.now() >= end:
            return GaveUp(reason=Reason.NEVER_ANSWERED)
        left.pop(0)
    return _NOT_FOUND


async def _locked_out(leased: LeasedJob, brief: Brief, now: datetime, end: datetime) -> LockedOut | GaveUp:
    """Have the guest of the account that can't be asked told to sign in, when it is time to, and everybody of the plan
    once; `LOCKED_OUT` when the evening is there.
    """
    if now >= end:
        return GaveUp(reason=Reason.LOCKED_OUT)
    account_id = brief.caller.account_id
    asked = _told(brief.steps, Trouble.SIGN_IN, account_id)
    if not asked or now >= _again_at(asked, end):
        await leased.tell(Troubled(trouble=Trouble.SIGN_IN, account_id=account_id))
        asked = [*asked, now]
    if not _told(brief.steps, Trouble.LOCKED_OUT, account_id):
        await leased.tell(Troubled(trouble=Trouble.LOCKED_OUT, account_id=account_id))
    return LockedOut(account_id=account_id, again_at=_again_at(asked, end))


def _told(steps: Sequence[Step], trouble: Trouble, account_id: int | None) -> Sequence[datetime]:
    """When it was told of an account, but for preflights."""
    return [
        step.at
        for step in steps
        if isinstance(step.what, TroubleTold)
        and (step.what.what, step.what.account, step.what.stage_min) == (trouble, account_id, None)
    ]


def _again_at(asked: Sequence[datetime], end: datetime) -> datetime:
    """When a guest who was asked then is asked next; the evening itself when no more."""
    moments = sorted((asked[0] + ASKED_AGAIN_AFTER, *(end - before for before in ASKED_AHEAD)))
    return next((at for at in moments if asked[-1] + _APART < at < end), end)


async def _ours(reservations: Sequence[Reservation], plan: Plan, leased: LeasedJob) -> Reservation | None:
    live = [each for each in reservations if each.state is ReservationState.BOOKED]
    for each in live:
        if each.key == plan.id:
            return each
    for each in live:
        if each.key is None and _answers(each, plan) and not await leased.is_anothers(each):
            return each
    return None


def _answers(reservation: Reservation, plan: Plan) -> bool:
    """Whether this is the table that was wished for."""
    wish, local = plan.wish, reservation.starts_at
    return (
        reservation.venue == wish.venue
        and reservation.party_size == wish.party_size
        and local.date() == wish.on
        and local.time() in wish.times
    )


def looked_up_at(steps: Sequence[Step]) -> datetime | None:
    """When it was last asked in vain what became of a call; None when no call's answer was lost."""
    return max((step.at for step in steps if isinstance(step.what, LookedUp)), default=None)


def unanswered_at(steps: Sequence[Step]) -> datetime | None:
    """When a call was last left without an answer, or found to be; None when every one was answered."""
    return max((step.at for step in steps if _is_unanswered(step)), default=None)


def called_at(steps: Sequence[Step]) -> datetime | None:
    """When the call was made whose answer was lost, as far as is known: a process that died left only its next one's
    word.
    """
    lost = [step.at for step in steps if isinstance(step.what, Unanswered)]
    return max(lost, default=min((step.at for step in steps if _is_unanswered(step)), default=None))


def _is_unanswered(step: Step) -> bool:
    match step.what:
        case Unanswered() | Woken(state=JobState.UNSURE):
            return True
        case _:
            return False
