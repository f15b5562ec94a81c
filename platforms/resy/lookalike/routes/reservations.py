"""What one has: listing, cancelling, asking for a candle."""

from dataclasses import replace

from platforms.resy.lookalike import booking
from platforms.resy.lookalike.answer import Answer, as_json, invalid, problem, unauthorized
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.ledger import Reserved
from platforms.resy.lookalike.shapes.reservations import reservation_json
from platforms.resy.lookalike.world import LookAlike

_OCCASIONS = {"149470": "Anniversary", "149474": "Birthday", "149476": "Business", "149480": "Graduation"}


def reservations(world: LookAlike, call: Call) -> Answer:
    """The person's own, upcoming or past or both, with new tokens each time."""
    kind, limit, offset = call.text("type"), call.whole("limit", 10), call.whole("offset", 0)
    if kind not in ("", "upcoming", "past"):
        return invalid({"type": "Must be one of: upcoming, past."})
    seen_at = call.now - world.knobs.stale_reservations
    mine = [
        one
        for one in world.ledger.all(call.who.id)
        if one.booked_at <= seen_at
        and (one.cancelled_at is None or one.cancelled_at > seen_at)
        and kind in ("", "upcoming" if one.ends_at > call.now else "past")
    ]
    mine.sort(key=lambda one: one.starts_at)
    shown = mine[offset : offset + limit]
    venues = {one.venue_key: world.directory.by_key(one.venue_key) for one in shown}
    rows = [
        reservation_json(
            one,
            venues[one.venue_key],
            call.who,
            world.ledger.new_token(one) if world.knobs.fresh_resy_tokens else world.ledger.token(one),
            now=call.now,
            late_cancel=world.knobs.late_cancel,
        )
        for one in shown
    ]
    return as_json(
        {
            "reservations": rows,
            "venues": {
                str(venue.id): {"id": venue.id, "name": venue.name, "url_slug": venue.slug}
                for venue in venues.values()
            },
            "metadata": {"total": len(mine), "offset": offset, "limit": limit},
        }
    )


def cancel(world: LookAlike, call: Call) -> Answer:
    """Gives the table back; a token it does not know is answered like a login it does not know."""
    if call.body != "form":
        return invalid({"resy_token": "Missing data for required field."})
    call.require("resy_token")
    reserved = _mine(world, call)
    if reserved is None or not reserved.live:
        return unauthorized()
    until = reserved.cut_off_at or reserved.starts_at
    late = call.now >= until
    if call.now >= reserved.starts_at or (late and not world.knobs.late_cancel):
        return problem(412, "Precondition Failed")
    booking.cancel(world, reserved, now=call.now)
    return as_json({"payment": {"transaction": {"refund": 0 if late else 1}}})


def special_request(world: LookAlike, call: Call) -> Answer:
    """A wish, or none; an occasion by name or number."""
    call.require("resy_token")
    reserved = _mine(world, call)
    if reserved is None or not reserved.live:
        return unauthorized()
    occasion = _OCCASIONS.get(call.text("occasion_id"), call.text("occasion")) or reserved.occasion
    request = call.text("description") or None if "description" in call.params else reserved.request
    world.ledger.put(replace(reserved, request=request, occasion=occasion))
    return as_json({})


def _mine(world: LookAlike, call: Call) -> Reserved | None:
    newest_only = not world.knobs.old_resy_tokens
    reserved = world.ledger.by_token(call.text("resy_token"), newest_only=newest_only)
    if reserved is None or reserved.person_id != call.who.id:
        return None
    venue = world.directory.by_key(reserved.venue_key)
    call.venue, call.day = venue.id, reserved.day.isoformat()
    call.slot = f"{reserved.sitting.at:%H:%M:%S} {reserved.sitting.seating}"
    return reserved
