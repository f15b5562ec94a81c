"""The start of a world, as it is written down for another process."""

from dataclasses import dataclass
from datetime import timedelta

from core.clock import Clock
from platforms.resy.lookalike.contest import Contest, let_in
from platforms.resy.lookalike.knobs import Knobs
from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.venue import Venue
from platforms.resy.lookalike.world import LookAlike


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Venues that a contest names need an id of their own."""

    seed: int = 1
    skew: timedelta = timedelta()
    knobs: Knobs | None = None
    venues: tuple[Venue, ...] = ()
    people: tuple[Person, ...] = ()
    contests: tuple[Contest, ...] = ()

    def begin(self, clock: Clock) -> LookAlike:
        """The world in which it holds."""
        world = LookAlike(clock, seed=self.seed, skew=self.skew, knobs=self.knobs)
        for venue in self.venues:
            world.add_venue(venue)
        for person in self.people:
            world.accounts.add(person)
        for contest in self.contests:
            let_in(world, contest)
        return world
