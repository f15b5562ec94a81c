"""A reservation in the list."""

from datetime import datetime

from platforms.resy.lookalike.ledger import Reserved
from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.shapes.wire import dollars, utc, utc_with_space
from platforms.resy.lookalike.venue import Venue


def reservation_json(
    reserved: Reserved, venue: Venue, person: Person, token: str, *, now: datetime, late_cancel: bool
) -> dict[str, object]:
    """One row; the venue's name is not in it."""
    policy = venue.policy_of(reserved.sitting)
    until = reserved.cut_off_at or reserved.starts_at
    allowed = now < reserved.starts_at if late_cancel else now < until
    fee = None
    if policy.fee is not None:
        fee = {
            "amount": policy.fee,
            "applies": now >= until,
            "date_cut_off": utc(until),
            "display": {"amount": dollars(policy.fee)},
        }
    return {
        "reservation_id": reserved.id,
        "resy_token": token,
        "day": reserved.day.isoformat(),
        "time_slot": f"{reserved.sitting.at:%H:%M:%S}",
        "when": utc_with_space(reserved.starts_at),
        "num_seats": reserved.party_size,
        "service_type_id": reserved.sitting.service,
        "occasion": reserved.occasion,
        "special_request": reserved.request,
        "price": policy.deposit or 0,
        "status": {"finished": int(reserved.ends_at <= now), "no_show": 0},
        "venue": {"id": venue.id, "currency": venue.city.currency},
        "config": {"type": reserved.sitting.seating, "background_color": "", "font_color": ""},
        "party": [
            {
                "token": "",
                "first_name": person.first_name,
                "last_name": None,
                "user": {"em_address": person.email},
                "label": "",
                "type": "",
                "status": "",
            }
        ],
        "cancellation": {
            "allowed": allowed,
            "date_refund_cut_off": utc(until),
            "date_credit_cut_off": None,
            "fee": fee,
        },
        "cancellation_policy": [policy.text] if policy.text else [],
        "change": {"allowed": allowed, "date_cut_off": utc(until)},
        "payment_method": None if reserved.card_id is None else {"id": reserved.card_id},
        "payment": {"invoice": {"subtotal": 0, "tax": 0, "service_fee": 0, "resy_fee": 0, "total": 0}},
        "share": {
            "link": "https://resy.com/",
            "generic_message": "",
            "message": [{"title": "", "body": ""}],
        },
        "is_pickup": False,
        "add_ons_available": False,
        "is_global_dining_access": False,
    }
