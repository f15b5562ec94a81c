"""Venues by words."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import cast

from platforms.resy.lookalike.answer import Answer, Refused, as_json, bad_gateway, invalid, problem
from platforms.resy.lookalike.call import Call, json_of
from platforms.resy.lookalike.shapes.venues import availability_json, hit_json
from platforms.resy.lookalike.venue import Venue
from platforms.resy.lookalike.world import LookAlike

_FIELDS = frozenset(
    {
        "query",
        "per_page",
        "page",
        "types",
        "geo",
        "slot_filter",
        "availability",
        "order_by",
        "include_tock_inventory",
        "highlight",
        "venue_filter",
    }
)
_MOST_A_PAGE = 75
_METRES_A_DEGREE = 111_320.0
_AROUND = timedelta(hours=2)


def search(world: LookAlike, call: Call) -> Answer:
    """Names near to the words; no hit is no error."""
    if call.body == "form" and call.has("struct_data"):
        call.params = json_of(call.text("struct_data").encode())
    unknown = sorted(set(call.params) - _FIELDS)
    if unknown:
        return problem(400, "Unknown field.", dict.fromkeys(unknown, "Unknown field."))
    if not isinstance(call.params.get("query"), str):
        return invalid({"query": "Missing data for required field."})
    found = [venue for venue in world.directory.like(call.text("query")) if _within(venue, call)]
    per_page = min(max(call.whole("per_page", 20), 1), _MOST_A_PAGE)
    page, pages = max(call.whole("page", 1), 1), math.ceil(len(found) / per_page)
    shown = found[(page - 1) * per_page : page * per_page]
    hits = [hit_json(venue) for venue in shown]
    if call.params.get("availability") and isinstance(call.params.get("slot_filter"), dict):
        for venue, hit in zip(shown, hits, strict=True):
            hit["availability"] = _availability(world, call, venue)
    return as_json(
        {
            "meta": {
                "engine": "ELASTIC",
                "total_pages": pages,
                "total": len(found),
                "page": page,
                "per_page": len(hits),
            },
            "search": {
                "hitsPerPage": len(hits),
                "nbHits": len(found),
                "nbPages": pages,
                "page": page,
                "cuisines": sorted({venue.cuisine for venue in shown}),
                "suggestions": list[str](),
                "hits": hits,
            },
        }
    )


def _within(venue: Venue, call: Call) -> bool:
    geo = call.params.get("geo")
    if geo is None:
        return True
    if not isinstance(geo, dict):
        raise Refused(bad_gateway())
    wanted = cast("Mapping[str, object]", geo)
    try:
        box = wanted.get("bounding_box")
        if box is not None:
            south, west, north, east = (float(one) for one in cast("list[float]", box))
            return south <= venue.city.latitude <= north and west <= venue.city.longitude <= east
        latitude, longitude = (float(cast("float", wanted[name])) for name in ("latitude", "longitude"))
        radius = float(cast("float", wanted.get("radius", 35_400)))
    except (KeyError, TypeError, ValueError):
        raise Refused(bad_gateway()) from None
    across = math.cos(math.radians(latitude)) * (venue.city.longitude - longitude)
    return math.hypot(venue.city.latitude - latitude, across) * _METRES_A_DEGREE <= radius


def _availability(world: LookAlike, call: Call, venue: Venue) -> dict[str, object]:
    wanted = cast("Mapping[str, object]", call.params["slot_filter"])
    try:
        day = date.fromisoformat(str(wanted.get("day")))
        party_size = int(str(wanted.get("party_size", 2)))
        around = time.fromisoformat(str(wanted["time_filter"])) if wanted.get("time_filter") else None
    except ValueError:
        raise Refused(bad_gateway()) from None
    listed = world.listed(venue, day, party_size, now=call.now)
    if around is not None:
        middle = datetime.combine(day, around)
        listed = [one for one in listed if abs(datetime.combine(day, one.sitting.at) - middle) <= _AROUND]
    return availability_json(venue, day, party_size, listed)
