"""Venues whose days depend on today alone, and those days in words."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")

_VENUES = """
venues:
  - id: casa-luna
    name: Casa Luna
    address: 212 Hudson Street, New York
    zone: America/New_York
    horizon_days: 60
    drop: {days_ahead: 21, at: "09:00"}
    shifts: [{name: dinner, first: "17:30", last: "22:00", every: 30}]
    tables:
      - {name: D, count: 6, seating: dining room, seats: 1-8}
      - {name: Patio, count: 4, seating: patio, seats: 2-4}
    turn: {8: 120}
    cancellation: {free_until_hours: 24, late_fee: 25 USD}
  - id: the-stool
    name: The _Stool_ *&* <Bar>
    address: One table & a <b>stool</b>
    zone: UTC
    horizon_days: 30
    shifts: [{name: dinner, first: "19:00", last: "21:00", every: 60}]
    tables: [{name: only, seats: 2}]
    turn: {2: 240}
"""

_DROPPING = """
venues:
  - id: the-stool
    name: The _Stool_ *&* <Bar>
    zone: UTC
    horizon_days: 30
    drop: {{days_ahead: {days_ahead}, at: "{at:%H:%M:%S}"}}
    shifts: [{{name: dinner, first: "19:00", last: "21:00", every: 60}}]
    tables: [{{name: only, seats: 2}}]
    turn: {{2: 240}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """`open` is released at Casa Luna, `later` is not yet; both far enough from today for midnight not to
    matter, and from the ends of what is released.
    """

    today: date = field(default_factory=lambda: datetime.now(ZONE).date())

    @property
    def open(self) -> date:
        return self.today + timedelta(days=10)

    @property
    def later(self) -> date:
        return self.today + timedelta(days=40)

    @property
    def drop(self) -> date:
        """When the tables for `later` come out."""
        return self.later - timedelta(days=21)


def typed(day: date) -> str:
    """A day as one types it."""
    return f"{day.day} {day:%B}".lower()


def shown(day: date) -> str:
    """A day as it is shown."""
    return f"{day:%a} {day.day} {day:%b}"


def venues() -> str:
    return _VENUES


def dropping(on: date, at: datetime) -> str:
    """The stool releases its table for a day at this moment."""
    local = at.astimezone(UTC)
    return _DROPPING.format(days_ahead=(on - local.date()).days, at=local)
