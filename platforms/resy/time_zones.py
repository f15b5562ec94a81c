"""The platform's names of time zones, as keys that mean the same everywhere."""

from functools import lru_cache
from zoneinfo import ZoneInfo

_POSIX = {
    "EST5EDT": "America/New_York",
    "CST6CDT": "America/Chicago",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
    "AKST9AKDT": "America/Anchorage",
    "AST4ADT": "America/Halifax",
    "NST3:30NDT": "America/St_Johns",
    "AST4": "America/Puerto_Rico",
    "EST5": "America/Panama",
    "EST": "America/Panama",
    "MST7": "America/Phoenix",
    "MST": "America/Phoenix",
    "HST10": "Pacific/Honolulu",
    "HST": "Pacific/Honolulu",
    "GMT0": "Etc/UTC",
    "GMT0BST": "Europe/London",
    "WET0WEST": "Europe/Lisbon",
    "CET-1CEST": "Europe/Paris",
    "EET-2EEST": "Europe/Athens",
    "JST-9": "Asia/Tokyo",
    "AEST-10AEDT": "Australia/Sydney",
}


@lru_cache(maxsize=256)
def zone_of(name: str) -> str | None:
    """The IANA key of `EST5EDT` or `Europe/Madrid`; None for a zone that nobody knows.

    `EST5EDT` is a key itself, but not on every machine, and its history is not New York's.
    """
    key = _POSIX.get(name.partition(",")[0], name)
    try:
        ZoneInfo(key)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        return None
    return key
