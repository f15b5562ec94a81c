"""A person and their cards."""

from platforms.resy.lookalike.person import Person


def person_json(person: Person) -> dict[str, object]:
    """The user object, without tokens."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "mobile_number": person.mobile,
        "em_address": person.email,
        "em_is_verified": 1,
        "mobile_number_is_verified": 1,
        "is_active": 1,
        "referral_code": "abc123",
        "is_marketable": 0,
        "is_concierge": 0,
        "date_created": 1_500_000_000,
        "date_updated": 1_760_000_000,
        "has_set_password": 1,
        "num_bookings": 17,
        "payment_method_id": person.cards[0].id if person.cards else None,
        "payment_methods": [
            {
                **card,
                "provider_id": 1,
                "type": person.cards[index].brand,
                "exp_year": 2029,
                "exp_month": 4,
                "issuing_bank": "",
            }
            for index, card in enumerate(cards_json(person))
        ],
        "resy_select": 0,
        "profile_image_url": "",
        "is_global_dining_access": False,
        "is_rga": False,
        "is_platinum_night_eligible": False,
        "guest_id": person.id + 11_111_111,
        "resy_member_since": 2019,
        "notify_wins": 0,
        "bio": None,
        "feature_flags": dict[str, object](),
    }


def cards_json(person: Person) -> list[dict[str, object]]:
    """The cards as details show them; the first is the default one."""
    return [
        {"id": card.id, "is_default": index == 0, "display": card.last_four, "provider_name": "stripe"}
        for index, card in enumerate(person.cards)
    ]
