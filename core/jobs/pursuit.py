"""A job from the claim to its outcome, by its strategy."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from core.clock import Clock
from core.domain.almanac import DropKnowledge
from core.domain.booking import Booked, GuestAction, NeedsGuest
from core.domain.job import due_of_drop, stage_of
from core.domain.job_state import JobState, Strategy
from core.domain.news import Trouble
from core.domain.outcome import GaveUp, NothingYet, Outcome, Reason
from core.domain.step import StepKind
from core.errors import GoesFirst
from core.jobs.attempt.attempt import Attempt
from core.jobs.attempt.pacing import AT_DROP, AT_ONCE, WATCHING, Pacing, Watching
from core.jobs.attempt.poller import Traffic
from core.jobs.eligibility import behind, hopeless, made
from core.jobs.findings import Found
from core.jobs.job_writes import Brief
from core.jobs.leased_job import LeasedJob
from core.jobs.preflight import Preflight
from core.jobs.recently import Recently
from core.jobs.reconcile import (
    AT_FIRST,
    AT_LAST,
    MAY_BE_LATE_BY,
    first_time_of,
    look_up,
    looked_up_at,
    unanswered_at,
)
from core.jobs.rounds import Rounds
from core.jobs.start_line import StartLine
from core.jobs.steps import looks_spent, still_lost
from core.ports import Platform
from core.powers.drops import KnowsDrops

log = logging.getLogger(__name__)

_TOO_LATE_FOR_PREFLIGHT = timedelta(seconds=15)
_LOOKS_AT_ONCE = 4  # of watches and preflights, on one platform


def _turns() -> defaultdict[str, asyncio.Semaphore]:
    return defaultdict(lambda: asyncio.Semaphore(_LOOKS_AT_ONCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursuit:
    """How each strategy goes after its table."""

    clock: Clock
    platforms: Mapping[str, Platform]
    start_line: StartLine
    luck: Callable[[], float]
    at_once: Pacing = AT_ONCE
    at_drop: Pacing = AT_DROP
    watching: Watching = WATCHING
    _turns: defaultdict[str, asyncio.Semaphore] = field(default_factory=_turns)
    _unreleased: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _traffic: defaultdict[str, Traffic] = field(default_factory=lambda: defaultdict[str, Traffic](Traffic))
    _recently: Recently = field(init=False)
    _rounds: Rounds = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_recently", Recently(self.clock))
        object.__setattr__(self, "_rounds", Rounds(self.clock))

    async def pursue(self, claim: LeasedJob) -> Outcome:
        """Do what the job is due for."""
        job, brief, now = claim.job, await claim.brief(), self.clock.now()
        late = max(now - job.due_at, timedelta(0)) // timedelta(seconds=1)
        claim.recorder.add(StepKind.WOKEN, strategy=job.strategy, state=job.state, late_s=late)
        if job.state is JobState.UNSURE:
            return await self.look_up(claim)
        try:
            outcome = await self._try(claim, brief)
        except GoesFirst:
            outcome = behind(job, await claim.brief(), self.clock.now())
        if isinstance(outcome, GaveUp) and (unsure_at := looked_up_at(brief.steps)) is not None:
            return await self._last_look(claim, brief, unsure_at) or outcome
        return outcome

    async def _try(self, claim: LeasedJob, brief: Brief) -> Outcome:
        """Raises `GoesFirst` when another plan of the circle came in between."""
        job, now = claim.job, self.clock.now()
        platform = self.platforms.get(brief.plan.wish.venue.platform)
        if platform is None:
            return GaveUp(reason=Reason.PLATFORM_DOWN)
        if (reason := hopeless(job, brief, now)) is not None:
            return GaveUp(reason=reason)
        if job.strategy is Strategy.DROP and job.drop_at is not None:
            outcome = await self._ahead_of_drop(claim, brief, platform, job.drop_at)
            if outcome is not None:
                return outcome
            brief = await claim.brief()
        if brief.first is not None:
            return behind(job, brief, self.clock.now())
        if not brief.bookers:
            return NeedsGuest(action=GuestAction.SIGN_IN)
        asked_at = unanswered_at(brief.steps)
        if asked_at is None or {brief.caller.account_id} >= {each.account_id for each in brief.bookers}:
            return await self._carry_out(claim, brief, platform)
        return await self._with_its_account(claim, brief, platform, asked_at + MAY_BE_LATE_BY)

    async def _with_its_account(
        self, claim: LeasedJob, brief: Brief, platform: Platform, over_at: datetime
    ) -> Outcome:
        """Go on with the account of a call that may have booked: till then another's would be a second table.

        Before the others' turn, its list is asked once more.
        """
        own = tuple(each for each in brief.bookers if each.account_id == brief.caller.account_id)
        if self.clock.now() < over_at:
            if not own:
                return NothingYet(again_at=over_at)
            outcome = await self._carry_out(claim, replace(brief, bookers=own), platform)
            useless = isinstance(outcome, NeedsGuest) and outcome.action is not GuestAction.ACCEPT_TERMS
            return NothingYet(again_at=max(over_at, self.clock.now())) if useless else outcome
        asked_at = looked_up_at(brief.steps)
        if not own or (asked_at is not None and asked_at >= over_at):
            return await self._carry_out(claim, brief, platform)
        await claim.doubt(brief.caller.account_id)
        outcome = await self._look_up(claim, brief, (timedelta(0),))
        nothing = outcome == GaveUp(reason=Reason.NOT_FOUND)
        return NothingYet(again_at=self.clock.now()) if nothing else outcome

    async def _carry_out(self, claim: LeasedJob, brief: Brief, platform: Platform) -> Outcome:
        """By the strategy, with the bookers of the brief."""
        attempt = self._attempt(claim, brief, platform)
        match claim.job.strategy:
            case Strategy.NOW:
                return await attempt.burst()
            case Strategy.WATCH:
                return await self._watch(claim, attempt, brief)
            case Strategy.DROP:
                return await self._drop(claim, attempt)
            case _:
                assert_never(claim.job.strategy)

    async def look_up(self, claim: LeasedJob) -> Booked | NothingYet | GaveUp:
        """Find out what became of a booking call; when nothing did and there is time left, go on."""
        brief = await claim.brief()
        outcome = await self._look_up(claim, brief, AT_FIRST)
        now = self.clock.now()
        if outcome != GaveUp(reason=Reason.NOT_FOUND):
            return outcome
        return (
            NothingYet(again_at=now) if now < claim.job.until else await self._look_up(claim, brief, AT_LAST)
        )

    async def _last_look(self, claim: LeasedJob, brief: Brief, unsure_at: datetime) -> Booked | GaveUp | None:
        """Before it is said that there is no table: one that was booked without our hearing of it may be listed late.

        None when there is none.
        """
        pause = max(unsure_at + MAY_BE_LATE_BY - self.clock.now(), timedelta(0))
        for caller in dict.fromkeys((brief.caller, *brief.bookers)):  # it may have been handed over since
            await claim.doubt(caller.account_id)
            outcome = await self._look_up(claim, replace(brief, caller=caller), (pause,))
            if outcome != GaveUp(reason=Reason.NOT_FOUND):
                return outcome
            pause = timedelta(0)
        return None

    async def _look_up(self, claim: LeasedJob, brief: Brief, pauses: Sequence[timedelta]) -> Booked | GaveUp:
        return await look_up(
            plan=brief.plan,
            platform=self.platforms[brief.plan.wish.venue.platform],
            booker=brief.caller,
            clock=self.clock,
            recorder=claim.recorder,
            is_anothers=claim.is_anothers,
            locked_out=lambda: self._locked_out(claim, brief),
            pauses=pauses,
        )

    def _attempt(self, claim: LeasedJob, brief: Brief, platform: Platform) -> Attempt:
        job = claim.job
        return Attempt(
            wish=brief.plan.wish,
            key=brief.plan.id,
            platform=platform,
            bookers=brief.bookers,
            clock=self.clock,
            start_line=self.start_line,
            pacing=self.at_drop if job.strategy is Strategy.DROP else self.at_once,
            guard=claim,
            recorder=claim.recorder,
            opened_at=job.drop_at or self.clock.now(),
            until=job.until,
            lost=still_lost(brief.steps),
            spent=looks_spent(brief.steps) if job.strategy is Strategy.DROP else 0,
            unwritten=job.strategy is Strategy.DROP and job.attempts > 1,
            notice=None if job.strategy is Strategy.NOW else claim.notice,
            traffic=self._traffic[platform.name],
        )

    async def _watch(self, claim: LeasedJob, attempt: Attempt, brief: Brief) -> Outcome:
        plan, wish = brief.plan, brief.plan.wish
        attempt.unreleased_at = self._unreleased.pop(plan.id, None)
        key, platform = (wish.venue, wish.on, wish.party_size), attempt.platform
        attempt.slots = lambda: self._rounds.look(
            key, lambda: platform.slots(wish.venue, on=wish.on, party_size=wish.party_size)
        )
        async with self._turns[platform.name]:
            outcome = await attempt.look()
        if outcome is not None:
            return outcome
        if attempt.unreleased_at is not None:
            self._unreleased[plan.id] = attempt.unreleased_at
        alone_at = self.watching.again_at(
            now=self.clock.now(),
            wanted_at=first_time_of(wish, plan.zone),
            until=claim.job.until,
            luck=self.luck(),
        )
        return NothingYet(again_at=min(self._rounds.next_after(key, alone_at), claim.job.until))

    async def _drop(self, claim: LeasedJob, attempt: Attempt) -> Outcome:
        drop_at = attempt.opened_at
        asking = asyncio.create_task(self._known(attempt))
        try:
            in_time = self.clock.now() < drop_at
            offset = await self.start_line.ready(drop_at, attempt.platform)
            known = asking.result() if asking.done() else None
        finally:
            asking.cancel()
        if in_time:
            claim.recorder.add(StepKind.WARMED)
        if offset.uncertainty is not None:
            claim.recorder.clock(offset)
        return await attempt.burst(offset=offset, known=known)

    async def _known(self, attempt: Attempt) -> DropKnowledge | None:
        """What is known of the venue's drop; not knowing spoils nothing."""
        if not isinstance(attempt.platform, KnowsDrops):
            return None
        try:
            return await attempt.platform.drop_knowledge(attempt.wish.venue)
        except Exception as error:
            log.warning("Nothing is known of the drop of %s.", attempt.wish.venue, exc_info=error)
            return None

    async def _ahead_of_drop(
        self, claim: LeasedJob, brief: Brief, platform: Platform, drop_at: datetime
    ) -> Outcome | None:
        """Make the stage's preflight, once; None: the drop is near, and this plan's to try."""
        stage, plan_id = stage_of(drop_at, self.clock.now()), brief.plan.id
        near = drop_at - self.clock.now() <= _TOO_LATE_FOR_PREFLIGHT
        if stage is not None and not near and not made(brief.steps, stage, drop_at):
            outcome = await self._preflight(claim, brief, platform, drop_at, stage)
            if outcome is not None:
                return outcome
        next_at = due_of_drop(drop_at, self.clock.now(), plan_id=plan_id)
        return NothingYet(again_at=next_at) if next_at > self.clock.now() else None

    async def _preflight(
        self, claim: LeasedJob, brief: Brief, platform: Platform, drop_at: datetime, stage: timedelta
    ) -> Outcome | None:
        """An outcome when the drop has moved, or a table was open before it."""
        check = Preflight(
            plan=brief.plan,
            platform=platform,
            bookers=brief.bookers,
            accounts=brief.accounts,
            drop_at=drop_at,
            until=claim.job.until,
            now=self.clock.now(),
            recently=self._recently,
        )
        async with self._turns[platform.name]:
            findings = await check.run()
        gone = (Found(trouble=Trouble.CHAT_GONE),) if brief.chat_is_dead else ()
        for found in (*gone, *findings.troubles):
            await claim.tell(found, stage=stage)
        if not gone and not findings.troubles:
            claim.recorder.add(StepKind.PREFLIGHT_OK, stage_min=stage // timedelta(minutes=1))
        if findings.moved_to is not None:
            await claim.rearm(findings.moved_to)
            next_at = due_of_drop(findings.moved_to, self.clock.now(), plan_id=brief.plan.id)
            return NothingYet(again_at=next_at)
        if not findings.open_now or not brief.bookers or brief.first is not None:
            return None
        outcome = await self._attempt(claim, brief, platform).look()
        if outcome is None:
            await claim.stand_down()
        return outcome

    async def _locked_out(self, claim: LeasedJob, brief: Brief) -> None:
        """Ask the guest of the account that is to be looked up to sign in, once a job."""
        if not any(step.kind is StepKind.TROUBLE and "stage_min" not in step.detail for step in brief.steps):
            await claim.tell(Found(trouble=Trouble.SIGN_IN, account_id=brief.caller.account_id))
