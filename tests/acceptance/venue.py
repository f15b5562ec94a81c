"""A venue that releases its few tables in a moment."""

from datetime import UTC, datetime, timedelta

from tests.conformance.frontends.days import typed

_DAYS_AHEAD = 9

_VENUE = """
venues:
  - id: the-alcove
    name: The Alcove
    address: 5 Minetta Street, New York
    zone: UTC
    horizon_days: 30
    drop: {{days_ahead: {days_ahead}, at: "{at:%H:%M:%S}"}}
    shifts: [{{name: dinner, first: "19:00", last: "21:00", every: 30}}]
    tables: [{tables}]
    turn: {{6: 240}}
"""


class Alcove:
    """The venue's file, with these `tables` (the seats of each), and the day that is released at `drop_at`."""

    def __init__(self, drop_at: datetime, *tables: str) -> None:
        self.drop_at = drop_at.replace(microsecond=0)
        local = self.drop_at.astimezone(UTC)
        self.on = local.date() + timedelta(days=_DAYS_AHEAD)
        listed = ", ".join(f"{{name: T{n}, seats: {seats}}}" for n, seats in enumerate(tables))
        self.file = _VENUE.format(days_ahead=_DAYS_AHEAD, at=local, tables=listed)

    @property
    def typed(self) -> str:
        """The day as one types it."""
        return typed(self.on)
