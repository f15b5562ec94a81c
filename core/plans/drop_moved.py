"""Plans that wait for a venue's drop, when it turns out to be at another moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.domain.drop import Rule
from core.domain.fact import PlanChanged
from core.domain.job import Job, due_of_drop
from core.domain.job_state import JobState, Strategy
from core.domain.plan import Plan
from core.domain.slot import DayState
from core.domain.venue import VenueRef
from core.errors import FourtopError
from core.persistence import drops, facts, jobs, plans
from core.plans.arming import DROP_WINDOW
from core.ports import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An armed plan, and its job that nobody has in hand."""

    plan: Plan
    job: Job


def waiting(tx: Connection, ref: VenueRef, rule: Rule) -> Sequence[Waiting]:
    """Plans for the venue that would do something else by this rule: drops at another moment, and watches."""
    found = list[Waiting]()
    for plan_id in drops.armed_at(tx, ref):
        plan, job = plans.get(tx, plan_id), jobs.live_of(tx, plan_id)
        if job is None or job.state is not JobState.WAITING or job.strategy is Strategy.NOW:
            continue
        if job.drop_at != rule.drop_of(plan.wish.on):
            found.append(Waiting(plan=plan, job=job))
    return found


async def concerned(
    platform: Platform, found: Iterable[Waiting], rule: Rule, now: datetime
) -> Collection[str]:
    """The ids of the plans that the rule is news for: not a watch on a day that is out already.

    Where the platform does not say how the day stands, the watch goes on.
    """
    return frozenset([each.plan.id for each in found if await _concerned(platform, each, rule, now)])


async def _concerned(platform: Platform, each: Waiting, rule: Rule, now: datetime) -> bool:
    wish = each.plan.wish
    if each.job.strategy is Strategy.DROP:
        return True
    if rule.released(wish.on, now):
        return False
    try:
        days = await platform.days(wish.venue, party_size=wish.party_size, first=wish.on, last=wish.on)
    except FourtopError:
        return False
    return any(day.on == wish.on and day.state is DayState.NOT_RELEASED for day in days)


def rule_changed(
    tx: Connection, ref: VenueRef, rule: Rule, *, plan_ids: Collection[str], now: datetime
) -> int:
    """Have those plans wait for the moment that the rule names; how many do.

    One whose moment has passed already is looked at at once. What a worker has in hand finds out by itself.
    """
    changed = 0
    for each in waiting(tx, ref, rule):
        if each.plan.id in plan_ids and _reschedule(tx, each, rule, now):
            facts.record(tx, PlanChanged(plan_id=each.plan.id), now=now)
            changed += 1
    return changed


def _reschedule(tx: Connection, each: Waiting, rule: Rule, now: datetime) -> bool:
    job, drop_at = each.job, rule.drop_of(each.plan.wish.on)
    if drop_at <= now:
        return drops.hasten(tx, job, now=now)
    return drops.retime(
        tx,
        job,
        drop_at=drop_at,
        due_at=due_of_drop(drop_at, now, plan_id=each.plan.id),
        until=drop_at + rule.window + DROP_WINDOW,
        now=now,
    )
