"""What will happen if the draft is armed now."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.conversation.flow import Scene
from bot.flows.reserve.draft import Draft
from core.booking import watch_until
from core.domain.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class AtDrop:
    """Tables come out at `at` (UTC)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Wanted `times` are free now, the best first, under these terms."""

    times: tuple[time, ...]
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """None is free; looking for a cancellation ends at `until` (UTC)."""

    until: datetime


Outlook = AtDrop | Open | Watching


async def outlook(scene: Scene, draft: Draft) -> Outlook:
    """Ask the venue how things stand for this wish."""
    venue, wish = draft.place, draft.wish
    platform = scene.world.platforms[venue.ref.platform]
    fresh = await platform.venue(venue.ref)
    if fresh.drop is not None and not fresh.drop.released(wish.on, scene.now):
        return AtDrop(at=fresh.drop.drop_of(wish.on))
    found = await platform.slots(venue.ref, on=wish.on, party_size=wish.party_size)
    ranked = wish.rank(found.slots)
    if not ranked:
        return Watching(until=watch_until(wish, venue.zone))
    times = tuple(dict.fromkeys(slot.starts_at.time() for slot in ranked))
    return Open(times=times, terms=ranked[0].terms)
