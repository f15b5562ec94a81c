"""Look for a cancellation now and then, together with everybody who waits for the same list."""

from core.domain.outcome import NothingYet, Outcome
from core.jobs.brief import Brief
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob


async def watch(leased: LeasedJob, brief: Brief, engine: JobEngine) -> Outcome:
    """Look once, book what would do, and say when to look again."""
    plan, wish, traffic = brief.plan, brief.plan.wish, engine.traffic
    platform, key = engine.platform_of(brief), (wish.venue, wish.on, wish.party_size)
    attempt = engine.attempt(
        leased,
        brief,
        unreleased_at=traffic.unreleased.pop(plan.id, None),
        slots=lambda: traffic.rounds.look(
            key, lambda: platform.slots(wish.venue, on=wish.on, party_size=wish.party_size)
        ),
    )
    async with traffic.turns[platform.name]:
        outcome = await attempt.look()
    if outcome is not None:
        return outcome
    if attempt.unreleased_at is not None:
        traffic.unreleased[plan.id] = attempt.unreleased_at
    until = leased.job.until
    alone_at = engine.watching.again_at(
        now=engine.clock.now(),
        wanted_at=wish.first_at(plan.zone),
        until=until,
        luck=engine.luck(),
    )
    return NothingYet(again_at=min(traffic.rounds.next_after(key, alone_at), until))
