"""The restaurant of the evening, and the moment at which it releases a day's tables."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.platforms import keeps_venues
from core.domain.venue import VenueRef

HERE, VENUES = keeps_venues()
VENUE = VenueRef(platform=HERE.name, id="casa-luna")
NAME = "Casa Luna"
ZONE = ZoneInfo("America/New_York")
TURN = timedelta(hours=2)
"""How long a party keeps its table; each seating has one, so two parties less apart cannot both be there."""

_AHEAD = timedelta(days=14)
_MONDAY = 0
_FRIDAY_SATURDAY = (4, 5)
_CLOSED = ("11-26", "12-25", "01-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Tables for the day `on` come out at `drop_at` (UTC, a whole second)."""

    on: date
    drop_at: datetime

    @property
    def venue(self) -> str:
        """The restaurant with the drop rule that says so, as YAML; the days before `on` are out already."""
        # A rule in UTC: in the night when clocks go back, a local time comes twice, and a rule means the first.
        days_ahead = (self.on - self.drop_at.astimezone(UTC).date()).days
        return f"""
venues:
  - id: {VENUE.id}
    name: {NAME}
    address: 212 Hudson Street, New York, NY 10013
    url: https://casa-luna.example/
    zone: {ZONE.key}
    horizon_days: 365
    drop: {{ days_ahead: {days_ahead}, at: "{self.drop_at.astimezone(UTC):%H:%M:%S}", zone: UTC }}
    shifts: [{{ name: dinner, days: tue-sun, first: "17:00", last: "21:30", every: 30 }}]
    tables:
      - {{ name: Round, seating: dining room, seats: 1-4 }}
      - {{ name: Lemon tree, seating: patio, seats: 1-4 }}
      - {{ name: Counter, seating: kitchen counter, seats: 1-4 }}
    turn: {{ 4: {TURN // timedelta(minutes=1)} }}
    closed: [{", ".join(_CLOSED)}]
    cancellation: {{ free_until_hours: 24, late_fee: 25 USD }}
"""


def release_in(lead: timedelta, *, now: datetime, after: date | None = None) -> Release:
    """A release about `lead` from `now`: of the next day after `after`, else of a Friday or Saturday
    two or three weeks off.
    """
    drop_at = (now + lead).astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    on = drop_at.astimezone(ZONE).date() + _AHEAD if after is None else after + timedelta(days=1)
    while _closed(on) or (after is None and on.weekday() not in _FRIDAY_SATURDAY):
        on += timedelta(days=1)
    return Release(on=on, drop_at=drop_at)


def _closed(on: date) -> bool:
    return on.weekday() == _MONDAY or f"{on:%m-%d}" in _CLOSED
