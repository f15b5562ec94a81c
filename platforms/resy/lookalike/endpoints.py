"""The endpoints by name, as knobs, faults and the journal call them."""

from typing import Literal

Endpoint = Literal[
    "login",
    "refresh",
    "user",
    "geoip",
    "cities",
    "search",
    "venue",
    "config",
    "calendar",
    "find",
    "details",
    "book",
    "reservations",
    "cancel",
    "special_request",
    "notify",
    "notify_add",
    "notify_remove",
    "notify_wrong",
    "favorites",
    "favorite",
    "unknown",
]
