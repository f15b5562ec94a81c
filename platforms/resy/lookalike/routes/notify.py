"""The waiting list, and the two addresses that only look like it."""

from datetime import timedelta

from platforms.resy.lookalike.answer import Answer, as_json, bad_gateway, invalid, not_found, page
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.release import local
from platforms.resy.lookalike.wishes import Notify
from platforms.resy.lookalike.world import LookAlike

_FURTHEST = timedelta(days=30)


def notify(world: LookAlike, call: Call) -> Answer:
    """What one waits for; `party_size` here is `num_seats` there."""
    return as_json({"notify": [_json(world, one) for one in world.wishes.notifies(call.who.id)]})


def notify_add(world: LookAlike, call: Call) -> Answer:
    """Wait for a table within a month."""
    if call.body != "form":
        return invalid({"venue_id": "Missing data for required field."})
    call.require(
        "venue_id", "day", "num_seats", "time_preferred_start", "time_preferred_end", "service_type_id"
    )
    venue = world.directory.by_id(call.whole("venue_id"))
    if venue is None:
        return not_found()
    day, earliest, latest = (
        call.date("day"),
        call.time("time_preferred_start"),
        call.time("time_preferred_end"),
    )
    call.venue, call.day = venue.id, day.isoformat()
    today = local(call.now, venue.place).date()
    if not today <= day <= today + _FURTHEST:
        return invalid({"day": "Not within the next 30 days."})
    if earliest > latest:
        return invalid({"time_preferred_end": "Is before the start."})
    asked = Notify(
        id=world.wishes.next_id(),
        person_id=call.who.id,
        venue_key=venue.key,
        day=day,
        party_size=call.whole("num_seats"),
        earliest=earliest,
        latest=latest,
        service=call.whole("service_type_id"),
    )
    world.wishes.put(asked)
    return as_json({"notify": [_json(world, asked)]})


def notify_remove(world: LookAlike, call: Call) -> Answer:
    """Wait no more; all five parameters have to be there and right."""
    call.require("notify_request_id", "venue_id", "day", "num_seats", "service_type_id")
    wanted = call.whole("notify_request_id")
    asked = (call.whole("venue_id"), call.date("day"), call.whole("num_seats"), call.whole("service_type_id"))
    for one in world.wishes.notifies(call.who.id):
        venue = world.directory.by_key(one.venue_key)
        if one.id == wanted and asked == (venue.id, one.day, one.party_size, one.service):
            call.venue, call.day = venue.id, one.day.isoformat()
            world.wishes.remove(one.id)
            return as_json({})
    return not_found()


def notify_wrong(_: LookAlike, call: Call) -> Answer:
    """What adding at the listing's address gets, and the page at the user's."""
    return bad_gateway() if call.method == "POST" else page(200, "Resy")


def _json(world: LookAlike, one: Notify) -> dict[str, object]:
    return {
        "specs": {
            "notify_request_id": one.id,
            "venue_id": world.directory.by_key(one.venue_key).id,
            "day": one.day.isoformat(),
            "party_size": one.party_size,
            "time_preferred_start": f"{one.earliest:%H:%M:%S}",
            "time_preferred_end": f"{one.latest:%H:%M:%S}",
            "service_type_id": one.service,
        },
        "results": {"venues": list[object]()},
    }
