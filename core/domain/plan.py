"""What the friends want, and the order in which they want it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core.domain.drop import instant_of
from core.domain.plan_state import PlanState
from core.domain.slot import Slot
from core.domain.venue import VenueRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A table: where, on which day, for how many, at which venue-local times and in which seatings.

    `times` are in order of preference; `seatings` too, and empty means any.
    """

    venue: VenueRef
    on: date
    party_size: int
    times: tuple[time, ...]
    seatings: tuple[str, ...] = ()

    def first_at(self, zone: str) -> datetime:
        """The earliest instant (UTC) the friends would sit down, in the venue's `zone`."""
        return instant_of(self.on, min(self.times), ZoneInfo(zone))

    def rank(self, slots: Iterable[Slot], *, lost: Collection[str] = ()) -> list[Slot]:
        """The slots that would do, best first; `lost` are tokens not to be tried.

        Times come before seatings: the first wanted time in any wanted seating beats the second time.
        """
        times = {wanted: index for index, wanted in enumerate(self.times)}
        seatings = {wanted.casefold(): index for index, wanted in enumerate(self.seatings)}
        fitting: dict[str, Slot] = {}
        for slot in slots:
            if slot.token in lost or slot.starts_at.date() != self.on or slot.party_size != self.party_size:
                continue
            if slot.starts_at.time() not in times:
                continue
            if seatings and slot.seating.casefold() not in seatings:
                continue
            fitting.setdefault(slot.token, slot)
        return sorted(
            fitting.values(),
            key=lambda slot: (times[slot.starts_at.time()], seatings.get(slot.seating.casefold(), 0)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A wish that a guest has armed: in a chat (ours by id), or elsewhere (None).

    `id` is random text, also the key sent with a booking, so that one plan can never hold two tables.
    `accounts` are ids of the accounts that were spoken of, in the order in which they are used: the next one only
    when the one before is of no use.
    """

    id: str
    organiser_id: int
    chat_id: int | None
    thread_id: str | None
    wish: Wish
    venue_name: str
    zone: str
    state: PlanState
    created_at: datetime
    friends: tuple[int, ...] = ()
    accounts: tuple[int, ...] = ()

    @property
    def people(self) -> frozenset[int]:
        """The guests whose plan it is: who organises it, and who comes along."""
        return frozenset({self.organiser_id, *self.friends})
