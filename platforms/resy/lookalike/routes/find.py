"""The slots of one venue on one day."""

from datetime import date
from functools import lru_cache

from platforms.resy.lookalike.answer import Answer, as_json, invalid
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.shapes.slots import slots_json, templates_json
from platforms.resy.lookalike.shapes.venues import found_json
from platforms.resy.lookalike.venue import Venue
from platforms.resy.lookalike.world import Listed, LookAlike


def find(world: LookAlike, call: Call) -> Answer:
    """What is on sale for a party; empty in one of two forms."""
    call.require("lat", "long", "day", "party_size", "venue_id")
    for name in ("lat", "long"):
        call.number(name)
    day, party_size, venue_id = call.date("day"), call.whole("party_size"), call.whole("venue_id")
    call.venue, call.day = venue_id, day.isoformat()
    venue = world.directory.by_id(venue_id)
    if venue is None:
        return invalid({"venue_id": "Unknown venue."})
    listed = world.listed(venue, day, party_size, now=call.now)
    bare = not listed and world.knobs.no_venues
    return _shown(venue, day, party_size, None if bare else tuple(listed))


@lru_cache(maxsize=256)
def _shown(venue: Venue, day: date, party_size: int, listed: tuple[Listed, ...] | None) -> Answer:
    """Kept, because at a drop many ask for the same list; None leaves the venue out, too."""
    found: list[dict[str, object]] = []
    if listed is not None:
        found.append(
            {
                "venue": found_json(venue, day),
                "templates": templates_json(venue, listed),
                "slots": slots_json(venue, day, party_size, listed),
            }
        )
    return as_json(
        {
            "query": {"day": day.isoformat(), "party_size": party_size, "time_filter": None},
            "bookmark": None,
            "results": {"venues": found},
        }
    )
