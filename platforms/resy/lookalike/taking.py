"""A table that a rival got."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """`seen_at` is when the list with it was asked for, `taken_at` when the booking reached the server."""

    rival: str
    venue_key: str
    day: date
    at: time
    seating: str
    seen_at: datetime
    taken_at: datetime
