"""When days really go on sale: the rule, moved by knobs and by chance."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from platforms.resy.lookalike.chance import chance
from platforms.resy.lookalike.knobs import Knobs
from platforms.resy.lookalike.release import local, release_of
from platforms.resy.lookalike.venue import Venue


class Drops:
    """The drops of all venues; the same seed gives the same chance to days that open together."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def due_at(self, venue: Venue, day: date) -> datetime:
        """The instant (UTC) that the venue's rule names."""
        return release_of(venue.release, day, venue.zone)

    def drop_at(self, venue: Venue, day: date, knobs: Knobs) -> datetime:
        """The instant (UTC) at which the tables of `day` appear."""
        due = self.due_at(venue, day)
        within = venue.release.within + knobs.drop_within
        if within:
            within *= chance(self._seed, venue.key, due.isoformat()).random()
        return due + knobs.drop_offset + within

    def last_day(self, venue: Venue, knobs: Knobs, *, now: datetime) -> date:
        """The furthest day whose tables are out; days before it are out, too."""
        today = local(now, venue.place).date()
        for day in venue.release.furthest(today):
            if self.drop_at(venue, day, knobs) <= now:
                return day
        return today

    def near(self, venues: Iterable[Venue], knobs: Knobs, *, now: datetime, around: timedelta) -> bool:
        """Whether some venue's drop is that near, before or after."""
        return any(
            abs(self.drop_at(venue, day, knobs) - now) <= around
            for venue in venues
            for day in venue.release.furthest(local(now, venue.place).date())
        )
