"""A venue, how far ahead it sells, and its calendar."""

from datetime import timedelta

from platforms.resy.lookalike.answer import Answer, Refused, as_json, invalid, not_found
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.release import DaysAhead, WholeMonth, local
from platforms.resy.lookalike.shapes.venues import config_json, venue_json
from platforms.resy.lookalike.venue import Venue
from platforms.resy.lookalike.world import LookAlike


def venue(world: LookAlike, call: Call) -> Answer:
    """By id, or by slug and city."""
    if call.has("id"):
        found = world.directory.by_id(call.whole("id"))
    elif call.has("url_slug"):
        call.require("location")
        found = world.directory.by_slug(call.text("url_slug"), call.text("location"))
    else:
        return invalid({"id": "Missing data for required field."})
    if found is None:
        return not_found()
    call.venue = found.id
    return as_json(venue_json(found, today=local(call.now, found.place).date()))


def config(world: LookAlike, call: Call) -> Answer:
    """The lead time, as the number that counts."""
    found = _known(world, call)
    today = local(call.now, found.place).date()
    match found.release:
        case DaysAhead(days=days):
            lead = days
        case WholeMonth():
            lead = (world.drops.last_day(found, world.knobs, now=call.now) - today).days
    return as_json(config_json(found, today=today, lead_days=lead))


def calendar(world: LookAlike, call: Call) -> Answer:
    """One entry a day from the first asked for to the last that is out."""
    call.require("venue_id", "num_seats", "start_date", "end_date")
    first, end, party_size = call.date("start_date"), call.date("end_date"), call.whole("num_seats")
    found = _known(world, call)
    last_out = world.drops.last_day(found, world.knobs, now=call.now)
    last = min(end, last_out)
    scheduled: list[dict[str, object]] = []
    day = first
    while day <= last:
        if not world.inventory.sittings(found, day):
            state = "not available"
        else:
            state = "available" if world.listed(found, day, party_size, now=call.now) else "sold-out"
        scheduled.append(
            {
                "date": day.isoformat(),
                "inventory": {"reservation": state, "event": "not available", "walk-in": "available"},
            }
        )
        day += timedelta(days=1)
    return as_json({"scheduled": scheduled, "last_calendar_day": last_out.isoformat()})


def _known(world: LookAlike, call: Call) -> Venue:
    call.require("venue_id")
    found = world.directory.by_id(call.whole("venue_id"))
    if found is None:
        raise Refused(not_found())
    call.venue = found.id
    return found
