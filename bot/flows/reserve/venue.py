"""Where a table is wanted."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.conversation.ask_platforms import Answers, everybody, if_known
from bot.conversation.flow import Scene
from bot.conversation.form import Question, Sorry
from bot.conversation.messages import Card, Choice
from bot.flows.reserve.draft import Draft, at_venue
from bot.flows.reserve.link import follow_link, link_in
from bot.flows.reserve.spec import ReserveAction
from bot.parsing import understand
from bot.wording import reserve as wording
from core.domain.venue import Venue, VenueRef
from core.errors import TooManySearches
from core.persistence import favourites
from core.ports import Platform
from core.powers.links import ReadsLinks

_MOST = 8
_TRIES = 4
ANYWHERE = ZoneInfo("UTC")
"""Words are first read only to find the venue's name in them; days are read again in the venue's zone."""


class VenueQuestion(Question[Draft]):
    """Search by name, favourites first; "is it this one?" when not sure."""

    action = ReserveAction.VENUE

    def open(self, draft: Draft) -> bool:
        return draft.venue is None

    def blank(self, draft: Draft) -> Draft:
        return replace(draft, venue=None, found=(), words="", times=None, picking=(), seatings=None)

    async def settle(self, scene: Scene, draft: Draft) -> Draft | Sorry[Draft]:
        if draft.found or not draft.words:
            return draft
        link = link_in(draft.words)
        if link is not None and (led := await follow_link(scene, draft, link)) is not None:
            return led
        heard = understand(draft.words, now=scene.now, zone=ANYWHERE)
        if not heard.venue:
            return draft
        found, named = await _found(scene, heard.venue)
        if not found:
            return Sorry(text=wording.no_such_venue(heard.venue), draft=replace(draft, words=heard.rest))
        if (meant := sure(found, named)) is not None:
            return at_venue(draft, meant, scene.now)
        return replace(draft, found=tuple(found))

    async def ask(self, scene: Scene, draft: Draft) -> Card:
        if draft.found:
            text = wording.IS_IT_THIS if len(draft.found) == 1 else wording.WHICH_OF_THESE
            options = _choices(draft.found)
            another = ReserveAction.VENUE.choice(wording.ANOTHER, "another")
            return Card(text=text, options=options, actions=(another,), wide=True, typing=wording.TYPE_VENUE)
        known = await _offered(scene)
        elsewhere = [
            platform.name for platform in scene.world.platforms.values() if isinstance(platform, ReadsLinks)
        ]
        typing = wording.TYPE_VENUE_OR_LINK if elsewhere else wording.TYPE_VENUE
        if known:
            return Card(text=wording.WHICH_VENUE, options=_choices(known), wide=True, typing=typing)
        if elsewhere:
            return Card(text=wording.any_venue_of(elsewhere), typing=typing)
        return Card(text=wording.NO_VENUES)

    async def said(self, scene: Scene, draft: Draft, text: str) -> Draft | Sorry[Draft]:
        heard = understand(text, now=scene.now, zone=ANYWHERE)
        words = text if heard.venue or link_in(text) is not None else f'"{text.replace(chr(34), " ")}"'
        return await self.settle(
            scene, replace(draft, found=(), words=f"{words} {_rest(draft, scene)}".strip())
        )

    async def chose(self, scene: Scene, draft: Draft, value: str) -> Draft | Sorry[Draft]:
        if value == "another":
            return replace(draft, found=(), words=_rest(draft, scene))
        platform, _, venue_id = value.partition(":")
        ref = VenueRef(platform=platform, id=venue_id)
        return at_venue(draft, await scene.ask(scene.world.platforms[platform].venue, ref), scene.now)


def _rest(draft: Draft, scene: Scene) -> str:
    """What was typed besides a venue's name."""
    return understand(draft.words, now=scene.now, zone=ANYWHERE).rest


async def search(scene: Scene, words: str) -> Sequence[Venue]:
    """Venues that answer to a name, the guest's favourites first. Raises `PlatformDown` when nobody answers."""
    found = (await _everywhere(scene, words)).needed()
    return await _liked_first(scene, found)


async def _liked_first(scene: Scene, found: Sequence[Venue]) -> Sequence[Venue]:
    liked = {venue.ref for venue in await _liked(scene)}
    return sorted(found, key=lambda venue: venue.ref not in liked)[:_MOST]


async def _found(scene: Scene, words: str) -> tuple[Sequence[Venue], str]:
    """Venues by the words, or by fewer of them: "luna dining room" may be a seating of Luna.

    With the venues, the words that found them. Who did not answer once is not asked again. Raises `PlatformDown` when
    nothing is found and somebody did not answer.
    """
    parts, asked, down = words.split(), list(scene.world.platforms.values()), None
    fewer = [parts[:end] for end in range(len(parts) - 1, 0, -1)] + [parts[1:], parts[2:]]
    for named in (parts, *fewer[:_TRIES]):
        if not named:
            continue
        said = await _everywhere(scene, " ".join(named), asked)
        asked, down = [one for one in asked if one not in said.silent], down or said.down
        if said.found:
            return await _liked_first(scene, said.found), " ".join(named)
    if down is not None:
        raise down
    return (), words


async def _offered(scene: Scene) -> Sequence[Venue]:
    """Favourites, then what the platforms have to show unasked."""
    offered = {venue.ref: venue for venue in await _favourites(scene)}
    with suppress(TooManySearches):
        for venue in (await _everywhere(scene, "")).found:
            offered.setdefault(venue.ref, venue)
    return list(offered.values())[:_MOST]


async def _everywhere(scene: Scene, words: str, asked: Sequence[Platform] | None = None) -> Answers[Venue]:
    """Raises `TooManySearches`."""
    world = scene.world
    world.searches.take(scene.owner_id if scene.guest is None else scene.guest.id, scene.now)
    platforms = world.platforms.values() if asked is None else asked
    return await everybody(world.clock, platforms, lambda one: one.find_venues(words, limit=_MOST))


async def _favourites(scene: Scene) -> Sequence[Venue]:
    """The guest's first favourites as they are now, but for those that are gone or whose platform does not answer."""
    world = scene.world
    liked = [one for one in await _liked(scene) if one.ref.platform in world.platforms]
    asked = [(world.platforms[one.ref.platform], one) for one in liked[:_MOST]]
    known = await asyncio.gather(
        *(if_known(world.clock, platform, scene.ask(platform.venue, venue.ref)) for platform, venue in asked)
    )
    return [venue for venue in known if venue is not None]


async def _liked(scene: Scene) -> Sequence[Venue]:
    """As they were when they were marked."""
    return await scene.world.database.read(lambda tx: favourites.of(tx, scene.owner_id))


def sure(found: Sequence[Venue], words: str) -> Venue | None:
    """The one that is meant beyond doubt: the very name, or the only one to which every word belongs."""
    wanted = words.casefold().split()
    same = [venue for venue in found if venue.name.casefold() == words.casefold()]
    named = [venue for venue in found if _answers(venue, wanted)]
    for candidates in (same, named):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _answers(venue: Venue, words: Sequence[str]) -> bool:
    name, seatings = venue.name.casefold(), " ".join(venue.seatings).casefold()
    return any(word in name for word in words) and all(word in name or word in seatings for word in words)


def _choices(venues: Sequence[Venue]) -> tuple[Choice, ...]:
    """Each venue's name, with its town where names alone may mislead."""
    names = Counter(venue.name.casefold() for venue in venues)
    apart = len({venue.locality for venue in venues}) > 1 or len(venues) == 1

    def label(venue: Venue) -> str:
        told = venue.locality and (apart or names[venue.name.casefold()] > 1)
        return f"{venue.name}, {venue.locality}" if told else venue.name

    return tuple(ReserveAction.VENUE.choice(label(venue), venue.ref) for venue in venues)
