"""A server that behaves as Resy's, for rehearsals, drills and measurements. It shares no code with the client.

    world = LookAlike(clock, seed=1)
    venue = world.add_venue(
        Venue(
            name="Carbone",
            release=DaysAhead(days=14, at=time(10)),
            sittings=seatings((time(19), time(19, 30)), {"Dining Room": 2, "Bar": 1}),
        )
    )
    ann = world.add_person("ann@example.org", cards=(Card(),))
    token = world.sign_in(ann).auth
    world.knobs = replace(world.knobs, latency=each_way(20))
    world.faults.next("book", Fault.TIMEOUT_504_AFTER_COMMIT)
    let_in(world, Contest(venue_id=venue.id, day=day, rivals=tuple(RIVALS.values())))
    async with serving(world) as url:
        ...
    world.live_reservations(ann), world.journal.of("find"), world.drop_at(venue, day)

`in_child(Scenario(...))` does the same in another process, where `turn`, `break_next`, `journal`, `truth` are awaited.

Every instant that the world tells is of its own clock, which is `skew` ahead of the clock it was given. What is not
published of the real thing was chosen, and says so where it was.
"""

from platforms.resy.lookalike.city import CHICAGO, DENVER, LOS_ANGELES, MADRID, NEW_YORK, City
from platforms.resy.lookalike.contest import Contest, let_in
from platforms.resy.lookalike.faults import Fault
from platforms.resy.lookalike.journal import Entry
from platforms.resy.lookalike.knobs import Budget, Knobs, Storm
from platforms.resy.lookalike.latency import AS_SEEN, Latency, each_way
from platforms.resy.lookalike.ledger import Reserved
from platforms.resy.lookalike.person import Card, Person
from platforms.resy.lookalike.process import in_child
from platforms.resy.lookalike.release import DaysAhead, WholeMonth
from platforms.resy.lookalike.remote import RemoteLookAlike
from platforms.resy.lookalike.rival import RIVALS, Rival
from platforms.resy.lookalike.scenario import Scenario
from platforms.resy.lookalike.server import serving
from platforms.resy.lookalike.taking import Taking
from platforms.resy.lookalike.venue import Policy, Sitting, Trap, Venue, seatings
from platforms.resy.lookalike.world import LookAlike

__all__ = [
    "AS_SEEN",
    "CHICAGO",
    "DENVER",
    "LOS_ANGELES",
    "MADRID",
    "NEW_YORK",
    "RIVALS",
    "Budget",
    "Card",
    "City",
    "Contest",
    "DaysAhead",
    "Entry",
    "Fault",
    "Knobs",
    "Latency",
    "LookAlike",
    "Person",
    "Policy",
    "RemoteLookAlike",
    "Reserved",
    "Rival",
    "Scenario",
    "Sitting",
    "Storm",
    "Taking",
    "Trap",
    "Venue",
    "WholeMonth",
    "each_way",
    "in_child",
    "let_in",
    "seatings",
    "serving",
]
