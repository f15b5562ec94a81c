"""Time zones in words, next to a clock."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

_NAMED: Mapping[str, str] = {
    "America/New_York": r"e[sd]?t|eastern|new[ ]york|nyc|us[ ]eastern",
    "America/Chicago": r"c[sd]?t|central|chicago",
    "America/Denver": r"m[sd]?t|mountain|denver",
    "America/Los_Angeles": r"p[sd]?t|pacific|los[ ]angeles|la|california",
    "Europe/London": r"bst|london|uk",
    "Europe/Paris": r"paris",
    "Australia/Sydney": r"ae[sd]?t|sydney",
    "UTC": r"utc|gmt",
}
_TIME = r"(?:[ ](?:standard[ ]|daylight[ ])?time)?"
_ZONES = tuple(
    (re.compile(rf"[ ,]{{0,2}}\(?(?P<said>{words}){_TIME}\b\)?", re.IGNORECASE), zone)
    for zone, words in _NAMED.items()
)


def zone_at(sentence: str, start: int, zone: str) -> str:
    """The zone that is named right after a clock, the venue's own `zone` where none is.

    Where the venue's own clock goes by the name that was used (`MST` in Phoenix, `GMT` in London), that is meant.
    """
    for pattern, named in _ZONES:
        if match := pattern.match(sentence, start):
            return zone if match["said"].upper() in _abbreviations(zone) else named
    return zone


def _abbreviations(zone: str) -> frozenset[str]:
    """What the clock of a zone is called, in winter and in summer."""
    place = ZoneInfo(zone)
    return frozenset(datetime(2026, month, 1, tzinfo=place).tzname() or "" for month in (1, 7))
