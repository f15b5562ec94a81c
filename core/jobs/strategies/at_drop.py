"""Be there when a venue releases its tables."""

import asyncio
import logging
from datetime import datetime, timedelta

from core.domain.almanac import DropKnowledge
from core.domain.job import due_of_drop, stage_of
from core.domain.outcome import NothingYet, Outcome
from core.domain.step import Warmed
from core.domain.venue import VenueRef
from core.jobs.brief import Brief
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob
from core.jobs.preflight import preflight, was_made
from core.ports import Platform
from core.powers.drops import KnowsDrops

log = logging.getLogger(__name__)

_TOO_LATE_FOR_PREFLIGHT = timedelta(seconds=15)


async def ahead_of_drop(
    leased: LeasedJob, brief: Brief, engine: JobEngine, drop_at: datetime
) -> Outcome | None:
    """Make the stage's preflight, once, and wait for the next; None: the drop is near, and this plan's to try."""
    stage = stage_of(drop_at, engine.clock.now())
    near = drop_at - engine.clock.now() <= _TOO_LATE_FOR_PREFLIGHT
    if stage is not None and not near and not was_made(brief.steps, stage, drop_at):
        outcome = await preflight(leased, brief, engine, drop_at=drop_at, stage=stage)
        if outcome is not None:
            return outcome
    next_at = due_of_drop(drop_at, engine.clock.now(), plan_id=brief.plan.id)
    return NothingYet(again_at=next_at) if next_at > engine.clock.now() else None


async def at_drop(leased: LeasedJob, brief: Brief, engine: JobEngine) -> Outcome:
    """Stand at the start line, and look from the moment on until there is an answer."""
    attempt, platform = engine.attempt(leased, brief), engine.platform_of(brief)
    asking = asyncio.create_task(_known(platform, brief.plan.wish.venue))
    try:
        in_time = engine.clock.now() < attempt.opened_at
        offset = await engine.start_line.ready(attempt.opened_at, platform)
        known = asking.result() if asking.done() else None
    finally:
        asking.cancel()
    if in_time:
        leased.recorder.add(Warmed())
    if offset.uncertainty is not None:
        leased.recorder.clock(offset)
    return await attempt.burst(offset=offset, known=known)


async def _known(platform: Platform, venue: VenueRef) -> DropKnowledge | None:
    """What is known of the venue's drop; not knowing spoils nothing."""
    if not isinstance(platform, KnowsDrops):
        return None
    try:
        return await platform.drop_knowledge(venue)
    except Exception as error:
        log.warning("Nothing is known of the drop of %s.", venue, exc_info=error)
        return None
