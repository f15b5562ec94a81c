"""What a slot costs, and the token with which it can be booked."""

from platforms.resy.lookalike import slot_token
from platforms.resy.lookalike.answer import Answer, as_json, not_found, problem
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.shapes.details import details_json
from platforms.resy.lookalike.shapes.wire import utc
from platforms.resy.lookalike.tickets import Ticket
from platforms.resy.lookalike.world import LookAlike


def details(world: LookAlike, call: Call) -> Answer:
    """Holds nothing, and gives a token for what is gone, too."""
    if call.method == "POST":
        if call.body == "form":
            return problem(415, "Unsupported Media Type")
        if call.body != "json":
            return problem(400, "invalid configuration ID")
    call.require("config_id", "day", "party_size")
    day, party_size, commit = call.date("day"), call.whole("party_size"), call.whole("commit", 1)
    call.day = day.isoformat()
    token = slot_token.read(call.text("config_id"))
    venue = None if token is None else world.directory.by_id(token.venue_id)
    if token is None or venue is None or (token.day, token.party_size) != (day, party_size):
        return not_found()
    call.venue, call.slot = venue.id, f"{token.at:%H:%M:%S} {token.seating}"
    known = (one for one in world.inventory.sittings(venue, day) if token.means(one))
    sitting = next(known, None)
    if sitting is None or not sitting.smallest <= party_size <= sitting.largest:
        return not_found()
    nulls = world.knobs.null_payment_methods
    value = details_json(venue, day, sitting, party_size, call.who, null_cards=nulls)
    if commit:
        expires_at = call.now + world.knobs.book_token_life
        ticket = Ticket(
            person_id=call.who.id,
            venue_key=venue.key,
            day=day,
            sitting=sitting,
            party_size=party_size,
            expires_at=expires_at,
        )
        value["book_token"] = {"value": world.tickets.hand_out(ticket), "date_expires": utc(expires_at)}
    return as_json(value)
