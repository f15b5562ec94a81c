"""Minutes before a drop: is everything as it was when the plan was armed?"""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.domain.news import Trouble
from core.domain.plan import Wish
from core.errors import VenueGone
from core.ports import Platform

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A trouble to be told, the drop's new moment if it moved, and whether wanted tables are open already."""

    trouble: Trouble | None = None
    moved_to: datetime | None = None
    open_now: bool = False


async def preflight(wish: Wish, platform: Platform, *, drop_at: datetime, now: datetime) -> Findings:
    """Look at the venue and its list. Trouble is told; it never keeps the attempt from being made."""
    try:
        venue = await platform.venue(wish.venue)
        listed = await platform.slots(wish.venue, on=wish.on, party_size=wish.party_size)
    except VenueGone:
        return Findings(trouble=Trouble.VENUE_GONE)
    except Exception as error:  # what breaks here may well work at the drop
        log.warning("The preflight at %s came to nothing.", wish.venue, exc_info=error)
        return Findings(trouble=Trouble.PLATFORM_DOWN)
    if wish.rank(listed.slots):
        return Findings(open_now=True)
    moved_to = None if venue.drop is None else venue.drop.drop_of(wish.on)
    if moved_to is None or moved_to == drop_at:
        return Findings()
    # A drop that has passed and left nothing on the list may still be late: keep the moment that was armed.
    return Findings(trouble=Trouble.DROP_MOVED, moved_to=moved_to if moved_to > now else None)
