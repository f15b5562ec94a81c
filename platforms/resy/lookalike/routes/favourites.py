"""Venues one likes."""

from platforms.resy.lookalike.answer import Answer, as_json, invalid, not_found
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.shapes.venues import hit_json
from platforms.resy.lookalike.world import LookAlike


def favorites(world: LookAlike, call: Call) -> Answer:
    """All of them."""
    liked = [world.directory.by_key(key) for key in world.wishes.liked(call.who.id)]
    venues = [{"venue": {**hit_json(venue), "favorite": True}} for venue in liked]
    return as_json({"results": {"venues": venues}})


def favorite(world: LookAlike, call: Call) -> Answer:
    """Like one, or no longer."""
    call.require("venue_id", "favorite")
    venue = world.directory.by_id(call.whole("venue_id"))
    if venue is None:
        return not_found()
    liked = call.whole("favorite")
    if liked not in (0, 1):
        return invalid({"favorite": "Must be 0 or 1."})
    call.venue = venue.id
    world.wishes.like(call.who.id, venue.key, liked=bool(liked))
    return as_json({})
