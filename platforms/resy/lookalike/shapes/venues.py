"""A venue as search, venue, config and find show it: four shapes of one thing."""

from collections.abc import Sequence
from datetime import date, timedelta

from platforms.resy.lookalike.shapes.slots import slots_json
from platforms.resy.lookalike.venue import Venue
from platforms.resy.lookalike.world import Listed

_PHONE = "+12125550199"
_SERVICES = {2: ("dinner", "Dinner"), 3: ("lunch", "Lunch"), 5: ("breakfast", "Breakfast")}


def hit_json(venue: Venue) -> dict[str, object]:
    """A hit of the search."""
    city = venue.city
    return {
        "id": {"resy": venue.id},
        "objectID": str(venue.id),
        "name": venue.name,
        "url_slug": venue.slug,
        "location": {"id": city.id, "name": city.name, "code": city.code, "url_slug": city.slug},
        "neighborhood": venue.neighbourhood,
        "locality": city.name,
        "region": city.region,
        "country": "United States" if city.country == "US" else city.country,
        "cuisine": [venue.cuisine],
        "price_range_id": 3,
        "currency_code": city.currency,
        "currency_symbol": _symbol(venue),
        "rating": {"average": 4.29698, "count": 2283},
        "_geoloc": {"lat": city.latitude, "lng": city.longitude},
        "max_party_size": venue.largest,
        "reopen": {"date": "2021-07-07"},
        "contact": {"phone_number": _PHONE},
        "images": list[str](),
        "is_tock_inventory": False,
        "feature_recaptcha": venue.recaptcha,
        "is_global_dining_access": False,
        "global_dining_access": 0,
        "gda_concierge_booking": False,
        "requires_reservation_transfers": 0,
        "inventory_type_id": 2,
        "is_rga": 0,
        "is_gdc": 0,
        "waitlist": {"current": None, "available": 0, "label": "Join Wait List"},
        "favorite": False,
        "travel_time": {"distance": 2.79},
        "collections": list[object](),
    }


def availability_json(
    venue: Venue, day: date, party_size: int, listed: Sequence[Listed]
) -> dict[str, object]:
    """What a hit gets when slots were asked for: without payment and size."""
    slots = slots_json(venue, day, party_size, listed)
    for slot in slots:
        del slot["payment"], slot["size"]
    return {"slots": slots, "templates": dict[str, object]()}


def venue_json(venue: Venue, *, today: date) -> dict[str, object]:
    """The answer of `/3/venue`, at top level."""
    city = venue.city
    return {
        "id": {"resy": venue.id, "google": None, "foursquare": "null", "fb_pixel": None},
        "name": venue.name,
        "type": venue.cuisine,
        "url_slug": venue.slug,
        "price_range_id": 3,
        "currency_symbol": _symbol(venue),
        "locale": {"currency": city.currency, "time_zone": venue.zone},
        "location": {
            "id": city.id,
            "code": city.code,
            "url_slug": city.slug,
            "address_1": "181 Example Street",
            "address_2": None,
            "cross_street_1": "First",
            "cross_street_2": "Second",
            "locality": city.name,
            "region": city.region,
            "postal_code": "10012",
            "country": city.country,
            "country_iso3166": city.country,
            "neighborhood": venue.neighbourhood,
            "latitude": city.latitude,
            "longitude": city.longitude,
        },
        "contact": {"phone_number": _PHONE, "url": "https://example.org/", "menu_url": None},
        "rater": [{"name": "Resy", "scale": 5, "score": 4.29698, "total": 2283}],
        "config": {
            "allow_bypass_payment_method": 0 if venue.policy.wants_card else 1,
            "allow_multiple_resys": int(venue.allow_multiple),
            "enable_discovery": 1,
            "enable_invite": 1,
            "enable_resypay": 0,
            "hospitality_included": 0,
            "experiences": False,
        },
        "content": _content(venue),
        "links": {
            "deep": f"resy://resy.com/venue/{venue.id}",
            "web": f"https://resy.com/cities/{city.slug}/venues/{venue.slug}",
        },
        "min_party_size": venue.smallest,
        "max_party_size": venue.largest,
        "large_party_message": "For larger parties, please call.",
        "is_active": int(venue.active),
        "reopen": {"date": None if venue.active else today.isoformat()},
        "feature_recaptcha": venue.recaptcha,
        "requires_reservation_transfers": 0,
        "is_global_dining_access": False,
        "is_global_dining_access_only": False,
        "transaction_processor": "stripe",
        "tax_included": False,
        "venue_group": {"id": 1, "name": venue.name, "venues": [venue.id]},
        "inventory": {"type": {"id": 2}},
        "images": list[str](),
        "social": list[object](),
        "metadata": {"description": None},
        "favorite": False,
        "user_login_preference": {"mobile_first": 1},
    }


def _content(venue: Venue) -> list[dict[str, object]]:
    texts = {"about": f"{venue.name}, in words.", "need_to_know": venue.need_to_know, "tagline": ""}
    return [
        {
            "name": name,
            "body": body,
            "title": None,
            "locale": "en-us",
            "display": {"type": "text"},
            "icon": None,
        }
        for name, body in texts.items()
    ]


def config_json(venue: Venue, *, today: date, lead_days: int) -> dict[str, object]:
    """The answer of `/2/config`."""
    hours = [sitting.at.hour for sitting in venue.sittings] or [11, 23]
    return {
        "lead_time_in_days": lead_days,
        "calendar_date_from": today.isoformat(),
        "calendar_date_to": (today + timedelta(days=lead_days)).isoformat(),
        "min_party_size": venue.smallest,
        "max_party_size": venue.largest,
        "min_book_hour": min(hours),
        "max_book_hour": max(hours),
        "finder_default_limit": 20,
        "venue": {
            "name": venue.name,
            "min_party_size": venue.smallest,
            "max_party_size": venue.largest,
            "contact": {"phone_number": _PHONE},
            "config": {"allow_multiple_resys": int(venue.allow_multiple)},
            "events": list[object](),
        },
        "service_types": [
            {
                "id": service,
                "key": _SERVICES.get(service, ("other", "Other"))[0],
                "value": _SERVICES.get(service, ("other", "Other"))[1],
                "filters": [{"key": "all", "value": "All", "start": None, "end": None}],
            }
            for service in _services(venue)
        ],
        "occasions": list[object](),
        "country_codes": [
            {"iso3166": "US", "captcha": False, "code": "1", "country_name": "United States"},
        ],
        "stripe_publishable_key": "pk_lookalike",
        "large_party": {"message": "For larger parties, please call."},
        "profile": dict[str, object](),
        "version": dict[str, object](),
        "calendar": {"num_days": dict[str, object]()},
    }


def found_json(venue: Venue, day: date) -> dict[str, object]:
    """The venue beside its slots in find."""
    city = venue.city
    templates = [sitting.template_id for sitting in venue.sittings]
    return {
        "id": {"resy": venue.id},
        "name": venue.name,
        "type": venue.cuisine,
        "url_slug": venue.slug,
        "location": {
            "time_zone": venue.zone,
            "neighborhood": venue.neighbourhood,
            "geo": {"lat": city.latitude, "lon": city.longitude},
            "code": city.code,
            "name": city.name,
            "url_slug": city.slug,
        },
        "rating": 4.1,
        "total_ratings": 2283,
        "price_range": 3,
        "service_types": {str(service): dict[str, object]() for service in _services(venue)},
        "currency": {"symbol": _symbol(venue), "code": city.currency},
        "default_template": str(templates[0]) if templates else None,
        "notify_options": [
            {
                "service_type_id": service,
                "min_request_datetime": f"{day} 17:00:00",
                "max_request_datetime": f"{day} 23:00:00",
                "step_minutes": 30,
            }
            for service in _services(venue)
        ],
        "waitlist": {"available": 0, "label": "Join Wait List", "current": None},
        "allow_bypass_payment_method": 0 if venue.policy.wants_card else 1,
        "feature_recaptcha": venue.recaptcha,
        "venue_group": {"id": 1, "name": venue.name, "venues": [venue.id]},
        "travel_time": {"distance": 5334.27},
    }


def _services(venue: Venue) -> list[int]:
    return sorted({sitting.service for sitting in venue.sittings})


def _symbol(venue: Venue) -> str:
    return {"USD": "$", "EUR": "€"}.get(venue.city.currency, venue.city.currency)
