"""Booking."""

import json
from typing import assert_never, cast

from platforms.resy.lookalike.answer import Answer, Refused, as_json, invalid, not_found, page, problem
from platforms.resy.lookalike.booking import Denied, InTheWay
from platforms.resy.lookalike.booking import book as take
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.ledger import Reserved
from platforms.resy.lookalike.person import Card, Person
from platforms.resy.lookalike.world import LookAlike

_INVALID = "invalid book token"


def book(world: LookAlike, call: Call) -> Answer:
    """201 for a table; the order of refusals is token, card, own conflict, inventory."""
    if call.body != "form":
        return problem(400, _INVALID)
    call.require("book_token")
    ticket = world.tickets.read(call.text("book_token"), now=call.now)
    if ticket is None or ticket.person_id != call.who.id:
        return _bad_token(world)
    venue = world.directory.by_key(ticket.venue_key)
    call.venue, call.day = venue.id, ticket.day.isoformat()
    call.slot = f"{ticket.sitting.at:%H:%M:%S} {ticket.sitting.seating}"
    if venue.recaptcha and world.knobs.captcha:
        return page(403, "Please solve the captcha to continue.")
    card = _card(call, call.who)
    outcome = take(world, ticket, call.who, card, replaces=call.text("replace") == "1", now=call.now)
    match outcome:
        case Reserved():
            token = world.ledger.new_token(outcome)
            booked = {"resy_token": token, "reservation_id": outcome.id, "venue_opt_in": False}
            return as_json(booked, status=201)
        case InTheWay(reserved=reserved):
            return _conflict(world, reserved)
        case Denied.CARD_NEEDED:
            return problem(402, "Payment Required")
        case Denied.CARD_DECLINED:
            return problem(403, "Your card was declined.")
        case Denied.GONE:
            return problem(412, "Precondition Failed") if world.knobs.sold_out_is_412 else not_found()
        case _:
            assert_never(outcome)


def _bad_token(world: LookAlike) -> Answer:
    match world.knobs.bad_book_token:
        case 400:
            return problem(400, _INVALID)
        case 404:
            return not_found()
        case 502:
            return page(502)


def _card(call: Call, person: Person) -> Card | None:
    """The card named in the form, which has to be a number and theirs."""
    if not call.has("struct_payment_method"):
        return None
    wrong = Refused(invalid({"struct_payment_method": "Not a valid payment method."}))
    try:
        loaded: object = json.loads(call.text("struct_payment_method"))
    except ValueError:
        raise wrong from None
    card_id = cast("dict[str, object]", loaded).get("id") if isinstance(loaded, dict) else None
    if not isinstance(card_id, int) or isinstance(card_id, bool):
        raise wrong
    return next((card for card in person.cards if card.id == card_id), None)


def _conflict(world: LookAlike, reserved: Reserved) -> Answer:
    if not world.knobs.conflict_has_specs:
        return problem(412, "Precondition Failed")
    venue = world.directory.by_key(reserved.venue_key)
    return as_json(
        {
            "specs": {
                "day": reserved.day.isoformat(),
                "time_slot": f"{reserved.sitting.at:%H:%M:%S}",
                "reservation_id": reserved.id,
            },
            "venue": {"id": venue.id, "name": venue.name},
        },
        status=412,
    )
