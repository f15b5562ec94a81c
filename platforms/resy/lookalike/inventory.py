"""How many tables are left of what."""

from datetime import date, datetime, time, timedelta

from platforms.resy.lookalike.venue import Sitting, Venue

_Key = tuple[str, date, time, str, int]


class Inventory:
    """Tables by venue, day, time, seating and template; a day sells what its venue does, or what `open_day` said."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, date], tuple[Sitting, ...]] = {}
        self._sold: dict[_Key, int] = {}
        self._gone_at: dict[_Key, datetime] = {}

    def open_day(self, venue: Venue, day: date, sittings: tuple[Sitting, ...]) -> None:
        """Give one day sittings of its own."""
        self._days[venue.key, day] = sittings

    def sittings(self, venue: Venue, day: date) -> tuple[Sitting, ...]:
        """All that a day has, sold or not, by time."""
        if day in venue.closed_on:
            return ()
        return self._days.get((venue.key, day), venue.sittings)

    def left(self, venue: Venue, day: date, sitting: Sitting) -> int:
        return sitting.tables - self._sold.get(_key(venue, day, sitting), 0)

    def take(self, venue: Venue, day: date, sitting: Sitting, *, now: datetime) -> bool:
        """Sell one table; whether there was one."""
        left = self.left(venue, day, sitting)
        if left <= 0:
            return False
        key = _key(venue, day, sitting)
        self._sold[key] = self._sold.get(key, 0) + 1
        if left == 1:
            self._gone_at[key] = now
        return True

    def give_back(self, venue: Venue, day: date, sitting: Sitting) -> None:
        """One more table than before."""
        key = _key(venue, day, sitting)
        self._sold[key] = self._sold.get(key, 0) - 1

    def sell_out(self, venue: Venue, day: date, *, now: datetime) -> None:
        """Sell what is left of a day to nobody in particular."""
        for sitting in self.sittings(venue, day):
            while self.take(venue, day, sitting, now=now):
                pass

    def lingers(self, venue: Venue, day: date, sitting: Sitting, *, now: datetime, stale: timedelta) -> bool:
        """Whether it is sold out, so recently that a stale list still has it."""
        gone_at = self._gone_at.get(_key(venue, day, sitting))
        return gone_at is not None and now < gone_at + stale


def _key(venue: Venue, day: date, sitting: Sitting) -> _Key:
    return venue.key, day, sitting.at, sitting.seating, sitting.template_id
