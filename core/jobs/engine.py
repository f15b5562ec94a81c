"""The job engine of one process: what every job is pursued with."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.clock import Clock
from core.domain.job_state import Strategy
from core.domain.slot import Availability
from core.jobs.attempt.attempt import Attempt
from core.jobs.attempt.pacing import AT_DROP, AT_ONCE, WATCHING, Pacing, Watching
from core.jobs.brief import Brief
from core.jobs.leased_job import LeasedJob
from core.jobs.start_line import StartLine
from core.jobs.steps import looks_spent, still_lost
from core.jobs.traffic import Traffic
from core.ports import Platform


@dataclass(slots=True, kw_only=True)
class JobEngine:
    """`luck` is between 0 and 1, and spreads watches; the pacings say how often each strategy looks."""

    clock: Clock
    platforms: Mapping[str, Platform]
    start_line: StartLine
    traffic: Traffic
    luck: Callable[[], float] = random.random
    at_once: Pacing = AT_ONCE
    at_drop: Pacing = AT_DROP
    watching: Watching = WATCHING

    def platform_of(self, brief: Brief) -> Platform:
        return self.platforms[brief.plan.wish.venue.platform]

    def attempt(
        self,
        leased: LeasedJob,
        brief: Brief,
        *,
        unreleased_at: datetime | None = None,
        slots: Callable[[], Awaitable[Availability]] | None = None,
    ) -> Attempt:
        """An attempt for the job, going on from what those before it did. `slots` as in `Attempt`."""
        job, platform = leased.job, self.platform_of(brief)
        at_drop = job.strategy is Strategy.DROP
        return Attempt(
            wish=brief.plan.wish,
            key=brief.plan.id,
            platform=platform,
            mandates=brief.mandates,
            clock=self.clock,
            start_line=self.start_line,
            pacing=self.at_drop if at_drop else self.at_once,
            gate=leased,
            recorder=leased.recorder,
            opened_at=job.drop_at or self.clock.now(),
            until=job.until,
            lost=still_lost(brief.steps),
            spent=looks_spent(brief.steps) if at_drop else 0,
            unwritten=at_drop and job.attempts > 1,
            notice=None if job.strategy is Strategy.NOW else leased.notice,
            unreleased_at=unreleased_at,
            under_way=self.traffic.under_way[platform.name],
            slots=slots,
        )
