"""What will happen if the draft is armed now."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.conversation.ask_platforms import if_known
from bot.conversation.flow import Scene
from bot.flows.reserve.draft import Draft
from core.domain.almanac import DropKnowledge
from core.domain.slot import Cause
from core.domain.terms import Terms
from core.plans.arming import watch_until
from core.powers.drops import KnowsDrops

_UNRELEASED = {Cause.NOT_RELEASED, Cause.BEYOND_HORIZON}


@dataclass(frozen=True, slots=True, kw_only=True)
class AtDrop:
    """Tables come out at `at` (UTC), or up to `window` later; `known` says how sure that is, where it was found out."""

    at: datetime
    window: timedelta = timedelta(0)
    known: DropKnowledge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKnown:
    """Tables are not out, and nobody knows when they come: looking for them ends at `until` (UTC)."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesOpen:
    """Wanted `times` are free now, the best first, under these terms."""

    times: tuple[time, ...]
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class AllTaken:
    """None is free; looking for a cancellation ends at `until` (UTC)."""

    until: datetime


Forecast = AtDrop | NotKnown | TablesOpen | AllTaken


async def forecast(scene: Scene, draft: Draft) -> Forecast:
    """Ask the venue how things stand for this wish."""
    venue, wish = draft.place, draft.wish
    platform = scene.world.platforms[venue.ref.platform]
    fresh = await scene.ask(platform.venue, venue.ref)
    if fresh.drop is not None and not fresh.drop.released(wish.on, scene.now):
        known = None
        if isinstance(platform, KnowsDrops):
            known = await if_known(scene.world.clock, platform, scene.ask(platform.drop_knowledge, venue.ref))
        return AtDrop(at=fresh.drop.drop_of(wish.on), window=fresh.drop.window, known=known)
    found = await scene.ask(platform.slots, venue.ref, on=wish.on, party_size=wish.party_size)
    ranked = wish.rank(found.slots)
    until = watch_until(wish, venue.zone)
    if not ranked:
        unknown = found.cause in _UNRELEASED and fresh.drop is None
        return NotKnown(until=until) if unknown else AllTaken(until=until)
    times = tuple(dict.fromkeys(slot.starts_at.time() for slot in ranked))
    return TablesOpen(times=times, terms=ranked[0].terms)
