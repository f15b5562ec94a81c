"""Where one is, and which cities there are."""

from platforms.resy.lookalike.answer import Answer, as_json
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.city import CITIES
from platforms.resy.lookalike.world import LookAlike


def geoip(_: LookAlike, __: Call) -> Answer:
    """The cheapest call; clients set their clock by its `Date`."""
    return as_json(
        {
            "ip": "203.0.113.7",
            "latitude": 40.7,
            "longitude": -74.0,
            "country_iso_code": "US",
            "in_eu": False,
            "source": "lookalike",
            "success": True,
        }
    )


def cities(_: LookAlike, __: Call) -> Answer:
    """Every city, as an array."""
    return as_json(
        [
            {
                "id": city.id,
                "code": city.code,
                "name": city.name,
                "url_slug": city.slug,
                "time_zone": city.zone,
                "latitude": city.latitude,
                "longitude": city.longitude,
                "radius": 10,
                "country_code": city.country,
                "show_on_web": 1,
                "shape_data": None,
                "map_center": {"latitude": city.latitude, "longitude": city.longitude},
                "metadata": dict[str, object](),
            }
            for city in CITIES
        ]
    )
