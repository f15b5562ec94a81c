"""The answer of details."""

from datetime import date

from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.shapes.people import cards_json
from platforms.resy.lookalike.shapes.wire import dollars, utc
from platforms.resy.lookalike.venue import Sitting, Venue


def details_json(
    venue: Venue, day: date, sitting: Sitting, party_size: int, person: Person, *, null_cards: bool
) -> dict[str, object]:
    """Everything but the book token."""
    policy = venue.policy_of(sitting)
    free_until = utc(venue.cut_off(day, sitting))
    total = float(policy.deposit or 0) * party_size
    each = float(policy.deposit or 0)
    fee = None
    if policy.fee is not None:
        fee = {
            "amount": policy.fee,
            "tax": 0,
            "date_cut_off": free_until,
            "display": {"amount": dollars(policy.fee)},
        }
    return {
        "cancellation": {
            "credit": {"date_cut_off": None},
            "display": {"policy": [policy.text] if policy.text else []},
            "fee": fee,
            "refund": {"date_cut_off": free_until or utc(venue.starts_at(day, sitting))},
        },
        "change": {"date_cut_off": free_until or utc(venue.starts_at(day, sitting))},
        "config": {
            "add_ons": None,
            "double_confirmation": list(venue.double_confirmation) or None,
            "event": None,
            "features": None,
            "is_event": False,
            "menu_items": None,
            "service_charge_options": None,
            "type": "",
        },
        "locale": {"currency": venue.city.currency, "time_zone": venue.zone},
        "payment": {
            "amounts": {
                "items": list[object](),
                "reservation_charge": total,
                "subtotal": total,
                "add_ons": 0,
                "quantity": party_size,
                "resy_fee": 0,
                "service_fee": 0,
                "service_charge": {"amount": 0, "value": "0%"},
                "tax": 0.0,
                "total": total,
                "surcharge": 0.0,
                "price_per_unit": each,
            },
            "comp": False,
            "config": {"type": "deposit" if policy.deposit else "free"},
            "display": {
                "balance": {"value": "", "modifier": ""},
                "buy": {
                    "action": "NOW",
                    "value": "RESERVE",
                    "init": "",
                    "before_modifier": "",
                    "after_modifier": "",
                },
                "description": list[object](),
            },
            "options": [{"amounts": {"price_per_unit": each, "total": total}}],
        },
        "user": {"payment_methods": None if null_cards else (cards_json(person) or None)},
        "venue": {
            "config": {"allow_multiple_resys": int(venue.allow_multiple)},
            "location": dict[str, object](),
            "content": list[object](),
            "contact": dict[str, object](),
            "rater": list[object](),
            "source": dict[str, object](),
            "tax_included": False,
        },
        "viewers": {"total": 0},
    }
