"""A city as the platform lists it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """`code` is the old short form of links (`ny`), `slug` the new one; `zone` may be POSIX-like (`EST5EDT`)."""

    id: int
    code: str
    slug: str
    name: str
    zone: str
    latitude: float
    longitude: float
    region: str = ""
    country: str = "US"
    currency: str = "USD"


NEW_YORK = City(
    id=1,
    code="ny",
    slug="new-york-ny",
    name="New York",
    zone="EST5EDT",
    latitude=40.7128,
    longitude=-74.006,
    region="NY",
)
CHICAGO = City(
    id=4,
    code="chi",
    slug="chicago-il",
    name="Chicago",
    zone="CST6CDT",
    latitude=41.8781,
    longitude=-87.6298,
    region="IL",
)
DENVER = City(
    id=9,
    code="den",
    slug="denver-co",
    name="Denver",
    zone="MST7MDT",
    latitude=39.7392,
    longitude=-104.9903,
    region="CO",
)
LOS_ANGELES = City(
    id=2,
    code="la",
    slug="los-angeles-ca",
    name="Los Angeles",
    zone="PST8PDT",
    latitude=34.0522,
    longitude=-118.2437,
    region="CA",
)
MADRID = City(
    id=30,
    code="mad",
    slug="madrid",
    name="Madrid",
    zone="Europe/Madrid",
    latitude=40.4168,
    longitude=-3.7038,
    country="ES",
    currency="EUR",
)
CITIES = (NEW_YORK, CHICAGO, DENVER, LOS_ANGELES, MADRID)
