"""A guest's word: what may be booked in their name, with which account of theirs, and what it may cost them."""

from dataclasses import dataclass
from datetime import date, datetime, time

from core.domain.booking import Booker
from core.domain.plan import Wish
from core.domain.slot import Slot
from core.domain.terms import ANY_LATE_FEE, Ceiling
from core.domain.venue import VenueRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateScope:
    """The tables that were spoken of: `days` and `times` are the venue's own, no `seatings` mean any."""

    venue: VenueRef
    days: tuple[date, ...]
    times: tuple[time, ...]
    seatings: tuple[str, ...]
    party_min: int
    party_max: int

    @classmethod
    def of(cls, wish: Wish) -> "MandateScope":
        """Exactly what is wished for."""
        return cls(
            venue=wish.venue,
            days=(wish.on,),
            times=wish.times,
            seatings=wish.seatings,
            party_min=wish.party_size,
            party_max=wish.party_size,
        )

    def covers(self, wish: Wish) -> bool:
        """Whether every table that the wish would take was spoken of."""
        if self.seatings:
            spoken = {one.casefold() for one in self.seatings}
            seatings = bool(wish.seatings) and {one.casefold() for one in wish.seatings} <= spoken
        else:
            seatings = True
        return (
            wish.venue == self.venue
            and wish.on in self.days
            and set(wish.times) <= set(self.times)
            and seatings
            and self.party_min <= wish.party_size <= self.party_max
        )

    def holds(self, slot: Slot) -> bool:
        """Whether this table was spoken of."""
        local = slot.starts_at
        seatings = {one.casefold() for one in self.seatings}
        return (
            slot.venue == self.venue
            and local.date() in self.days
            and local.time() in self.times
            and (not seatings or slot.seating.casefold() in seatings)
            and self.party_min <= slot.party_size <= self.party_max
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Whose it is (`booker`), for which tables, up to what cost, until when (UTC); `version` counts what they said."""

    booker: Booker
    scope: MandateScope
    ceiling: Ceiling = ANY_LATE_FEE
    version: int = 1
    until: datetime

    def holds(self, slot: Slot, now: datetime) -> bool:
        """Whether this table may be booked now, at a cost that the `ceiling` allows."""
        return now < self.until and self.scope.holds(slot)


def for_this(slot: Slot, booker: Booker, *, ceiling: Ceiling = ANY_LATE_FEE) -> Mandate:
    """The word of one who points at a table."""
    scope = MandateScope(
        venue=slot.venue,
        days=(slot.starts_at.date(),),
        times=(slot.starts_at.time(),),
        seatings=(slot.seating,) if slot.seating else (),
        party_min=slot.party_size,
        party_max=slot.party_size,
    )
    return Mandate(booker=booker, scope=scope, ceiling=ceiling, until=slot.starts_at)
