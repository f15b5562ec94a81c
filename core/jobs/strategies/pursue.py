"""A job from its lease to its outcome: is it to be tried, is it its turn, with whose account, by which strategy."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from core import unit
from core.domain.account import AccountState
from core.domain.booking import GuestAction, NeedsGuest
from core.domain.job import FOLLOWS_WITHIN, Job
from core.domain.job_state import JobState, Strategy
from core.domain.outcome import GaveUp, NothingYet, Outcome, Reason
from core.domain.plan_state import PlanState
from core.domain.step import Woken
from core.errors import GoesFirst
from core.jobs.brief import Brief
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob
from core.jobs.reconcile import MAY_BE_LATE_BY, ask_once, last_look, looked_up_at, reconcile, unanswered_at
from core.jobs.strategies.at_drop import ahead_of_drop, at_drop
from core.jobs.strategies.book_now import book_now
from core.jobs.strategies.watch import watch

_MOST_ATTEMPTS = 8


async def pursue(leased: LeasedJob, engine: JobEngine) -> Outcome:
    """Do what the job is due for."""
    job, brief, now = leased.job, await leased.brief(), engine.clock.now()
    unit.bind(platform=brief.plan.wish.venue.platform)
    late = max(now - job.due_at, timedelta(0)) // timedelta(seconds=1)
    leased.recorder.add(Woken(strategy=job.strategy, state=job.state, late_s=late))
    if job.state is JobState.UNSURE:
        return await reconcile(leased, engine)
    try:
        outcome = await _try(leased, brief, engine)
    except GoesFirst:
        outcome = _behind(job, await leased.brief(), engine.clock.now())
    if isinstance(outcome, GaveUp) and (unsure_at := looked_up_at(brief.steps)) is not None:
        return await last_look(leased, brief, engine, unsure_at) or outcome
    return outcome


async def _try(leased: LeasedJob, brief: Brief, engine: JobEngine) -> Outcome:
    """Raises `GoesFirst` when another plan of the circle came in between."""
    job = leased.job
    if brief.plan.wish.venue.platform not in engine.platforms:
        return GaveUp(reason=Reason.PLATFORM_DOWN)
    if (reason := _hopeless(job, brief, engine.clock.now())) is not None:
        return GaveUp(reason=reason)
    if job.strategy is Strategy.DROP and job.drop_at is not None:
        outcome = await ahead_of_drop(leased, brief, engine, job.drop_at)
        if outcome is not None:
            return outcome
        brief = await leased.brief()
    if brief.first is not None:
        return _behind(job, brief, engine.clock.now())
    unsure_at = unanswered_at(brief.steps)
    if unsure_at is None:
        return await _by_strategy(leased, brief, engine)
    return await _with_its_account(leased, brief, engine, unsure_at + MAY_BE_LATE_BY)


async def _by_strategy(leased: LeasedJob, brief: Brief, engine: JobEngine) -> Outcome:
    """With the mandates of the brief."""
    if not brief.mandates:
        return NeedsGuest(action=_missing(brief))
    match leased.job.strategy:
        case Strategy.NOW:
            return await book_now(leased, brief, engine)
        case Strategy.WATCH:
            return await watch(leased, brief, engine)
        case Strategy.DROP:
            return await at_drop(leased, brief, engine)
        case _:
            assert_never(leased.job.strategy)


async def _with_its_account(leased: LeasedJob, brief: Brief, engine: JobEngine, over_at: datetime) -> Outcome:
    """Go on with the account of a call that may have booked: till then another's would be a second table.

    Before the others' turn, and before it is said that the account opens no more, its list is asked once more.
    """
    now, asked_at = engine.clock.now, looked_up_at(brief.steps)
    if asked_at is not None and asked_at >= over_at:
        return await _by_strategy(leased, brief, engine)
    caller = brief.caller.account_id
    own = tuple(each for each in brief.mandates if each.booker.account_id == caller)
    others = len(own) < len(brief.mandates)
    if own and (now() < over_at or not others):
        outcome = await _by_strategy(leased, replace(brief, mandates=own), engine)
        if not isinstance(outcome, NeedsGuest) or outcome.action is GuestAction.ACCEPT_TERMS:
            return outcome
        if not others and outcome.action is not GuestAction.SIGN_IN:
            return outcome
    outcome = await ask_once(leased, brief, engine)
    nothing = outcome == GaveUp(reason=Reason.NOT_FOUND)
    return NothingYet(again_at=max(over_at, now())) if nothing else outcome


def _missing(brief: Brief) -> GuestAction:
    """What a plan lacks that is booked under nobody's word: an account that opens, or the word itself."""
    opens = brief.accounts is None or any(each.state is AccountState.CONNECTED for each in brief.accounts)
    return GuestAction.AGREE if opens else GuestAction.SIGN_IN


def _hopeless(job: Job, brief: Brief, now: datetime) -> Reason | None:
    """Why trying is of no use (any more)."""
    if now < _over_at(job, brief):
        return Reason.BROKEN if job.attempts > _MOST_ATTEMPTS else None
    if brief.plan.state is PlanState.NEEDS_GUEST:
        return Reason.GUEST_DID_NOT
    if brief.first is not None:
        return Reason.CIRCLE_WENT_FIRST
    return Reason.WATCH_OVER if job.strategy is Strategy.WATCH else Reason.OVERDUE


def _behind(job: Job, brief: Brief, now: datetime) -> NothingYet | GaveUp:
    """Wait for the plan that goes first: whatever ends it makes this one due at once."""
    if brief.first is None:
        return NothingYet(again_at=now)
    if brief.first.state is PlanState.BOOKED:
        return GaveUp(reason=Reason.CIRCLE_HAS_TABLE)
    end = _over_at(job, brief)
    return NothingYet(again_at=end) if now < end else GaveUp(reason=Reason.CIRCLE_WENT_FIRST)


def _over_at(job: Job, brief: Brief) -> datetime:
    """When trying is over: a moment later for one that may follow another."""
    waits = brief.first is not None and job.strategy is not Strategy.WATCH
    return job.until + FOLLOWS_WITHIN if waits else job.until
