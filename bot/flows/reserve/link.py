"""A pasted link to a platform's page: a venue and, where it says so, a day and a party."""

import re
from dataclasses import replace

from bot.conversation.ask_platforms import in_time
from bot.conversation.flow import Scene
from bot.conversation.form import Sorry
from bot.flows.reserve.draft import Draft, at_venue, on_day
from bot.wording import reserve as wording
from core.errors import VenueGone
from core.powers.links import Linked, ReadsLinks

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|app)/\S+", re.IGNORECASE)
_AROUND = "<>()[]\"'“”,;"


def link_in(words: str) -> str | None:
    """The first address of a page among words, as it was typed."""
    match = _LINK.search(words)
    return None if match is None else match[0].strip(_AROUND)


async def follow_link(scene: Scene, draft: Draft, link: str) -> Draft | Sorry[Draft] | None:
    """The draft with what the link says; other words say the rest, and count where both say something.

    None for a link that no platform knows.
    """
    rest = _LINK.sub(" ", draft.words)
    without = replace(draft, words=" ".join(rest.split()).strip(_AROUND))
    try:
        linked = await _read(scene, link)
    except VenueGone:
        return Sorry(text=wording.GONE_LINK, draft=without)
    if linked is None:
        return None
    draft = without
    venue = await scene.ask(scene.world.platforms[linked.ref.platform].venue, linked.ref)
    answered = at_venue(draft, venue, scene.now)
    if isinstance(answered, Sorry):
        return answered
    size = linked.party_size
    if answered.party_size is None and size is not None and venue.party_min <= size <= venue.party_max:
        answered = replace(answered, party_size=size)
    if answered.on is None and linked.on is not None:
        return on_day(answered, linked.on, scene.now)
    return answered


async def _read(scene: Scene, link: str) -> Linked | None:
    """What the first platform that knows the page makes of it. Raises `VenueGone`, `PlatformDown`."""
    for platform in scene.world.platforms.values():
        if isinstance(platform, ReadsLinks):
            linked = await in_time(scene.world.clock, platform, platform.read_link(link))
            if linked is not None:
                return linked
    return None
