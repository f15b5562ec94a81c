"""The state of the look-alike, and its time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import Clock
from platforms.resy.lookalike.accounts import Accounts, Pair
from platforms.resy.lookalike.chance import chance
from platforms.resy.lookalike.directory import Directory
from platforms.resy.lookalike.drops import Drops
from platforms.resy.lookalike.faults import Faults
from platforms.resy.lookalike.inventory import Inventory
from platforms.resy.lookalike.journal import Journal
from platforms.resy.lookalike.knobs import Knobs
from platforms.resy.lookalike.ledger import Ledger, Reserved
from platforms.resy.lookalike.person import CORRECT_HORSE, Card, Person
from platforms.resy.lookalike.release import local
from platforms.resy.lookalike.taking import Taking
from platforms.resy.lookalike.tickets import Tickets
from platforms.resy.lookalike.timetable import Timetable
from platforms.resy.lookalike.venue import Sitting, Venue
from platforms.resy.lookalike.wishes import Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A sitting as a list shows it; `quantity` may be a lie where the list is stale."""

    sitting: Sitting
    quantity: int


class LookAlike:
    """A whole platform in memory. `skew` is how far its clock is ahead of `clock`; every instant below is its own.

    Nothing runs by itself: what rivals and others did until now is done when somebody asks.
    """

    def __init__(
        self, clock: Clock, *, seed: int = 1, skew: timedelta = timedelta(), knobs: Knobs | None = None
    ) -> None:
        self.clock = clock
        self.seed = seed
        self.skew = skew
        self.knobs = knobs or Knobs()
        self.faults = Faults()
        self.journal = Journal()
        self.rng = chance(seed)
        self.accounts = Accounts(chance(seed, "accounts"))
        self.directory = Directory()
        self.drops = Drops(seed)
        self.inventory = Inventory()
        self.ledger = Ledger(chance(seed, "ledger"))
        self.tickets = Tickets(chance(seed, "tickets"))
        self.wishes = Wishes()
        self.timetable = Timetable()
        self.takings: list[Taking] = []

    def now(self) -> datetime:
        """The server's clock, UTC."""
        return self.clock.now() + self.skew

    def ours(self, instant: datetime) -> datetime:
        """An instant of the server's clock, as `clock` shows it."""
        return instant - self.skew

    def advance(self) -> datetime:
        """Let happen what was due until now, in order; returns now."""
        now = self.now()
        self.timetable.run_until(now)
        return now

    # Setting the scene.

    def add_venue(self, venue: Venue) -> Venue:
        """The venue with its id, slug and zone."""
        return self.directory.add(venue)

    def change_venue(self, venue: Venue) -> None:
        """Put `replace(venue, ...)` in its place; its inventory and reservations stay."""
        self.directory.change(venue)

    def retire_id(self, venue: Venue) -> Venue:
        """The venue under a new id; the old one is unknown from now on."""
        return self.directory.retire(venue)

    def add_person(
        self, email: str, *, cards: tuple[Card, ...] = (), password: str = CORRECT_HORSE
    ) -> Person:
        """An account."""
        return self.accounts.add(Person(email=email, password=password, cards=cards))

    def sign_in(self, person: Person, *, life: timedelta | None = None) -> Pair:
        """A token pair, as a login would give it; its `auth` lives `life`."""
        return self.accounts.grant(
            person,
            now=self.now(),
            life=self.knobs.token_life if life is None else life,
            refresh_life=self.knobs.refresh_life,
        )

    def give_back(
        self, venue: Venue, day: date, at: time, seating: str, *, when: datetime | None = None
    ) -> None:
        """A stranger cancels: one table more, now or at an instant of the server's clock."""
        sitting = self.sitting(venue, day, at, seating)
        self.timetable.at(when or self.now(), lambda _: self.inventory.give_back(venue, day, sitting))

    def sell_out(self, venue: Venue, day: date, *, when: datetime | None = None) -> None:
        """Strangers take everything, now or at an instant of the server's clock."""
        self.timetable.at(when or self.now(), lambda at: self.inventory.sell_out(venue, day, now=at))

    # What is true.

    def venue(self, venue: Venue) -> Venue:
        """The venue as it is now, whatever its id was."""
        return self.directory.by_key(venue.key)

    def drop_at(self, venue: Venue, day: date) -> datetime:
        """When the tables of `day` appear, with all knobs, by the server's clock."""
        return self.drops.drop_at(venue, day, self.knobs)

    def live_reservations(self, person: Person | None = None) -> list[Reserved]:
        """Reservations that stand, of one person or of all, oldest first."""
        self.advance()
        return self.ledger.live(None if person is None else person.id)

    def left(self, venue: Venue, day: date, at: time, seating: str) -> int:
        """Tables left, released or not."""
        self.advance()
        return self.inventory.left(venue, day, self.sitting(venue, day, at, seating))

    def sitting(self, venue: Venue, day: date, at: time, seating: str) -> Sitting:
        """The first sitting of a time and seating. Raises `KeyError`."""
        for sitting in self.inventory.sittings(venue, day):
            if (sitting.at, sitting.seating) == (at, seating):
                return sitting
        raise KeyError(f"{venue.name} has no {seating} at {at} on {day}")

    # What rivals and routes ask.

    def on_sale(self, venue: Venue, day: date, sitting: Sitting, *, now: datetime) -> bool:
        """Whether it has been released and not yet gone off the market."""
        off_at = venue.starts_at(day, sitting) - sitting.off_market
        return venue.active and now < off_at and self.drop_at(venue, day) <= now

    def listed(self, venue: Venue, day: date, party_size: int, *, now: datetime) -> list[Listed]:
        """What a list of the day shows to a party, by time."""
        if self.drop_at(venue, day) > now or day < local(now, venue.place).date():
            return []
        if self.knobs.empty_find or not venue.smallest <= party_size <= venue.largest:
            return []
        shown: list[Listed] = []
        for sitting in self.inventory.sittings(venue, day):
            if not sitting.smallest <= party_size <= sitting.largest:
                continue
            if not self.on_sale(venue, day, sitting, now=now):
                continue
            quantity = self.inventory.left(venue, day, sitting)
            stale = self.knobs.stale_find
            if quantity > 0 or self.inventory.lingers(venue, day, sitting, now=now, stale=stale):
                shown.append(Listed(sitting=sitting, quantity=max(1, quantity)))
        return sorted(shown, key=lambda one: one.sitting.at)
