"""Short ways to say what the suite says often."""

from datetime import date, datetime, time, timedelta

from core.domain.booking import BookAnswer, Booked, Booker
from core.domain.drop import DropRule
from core.domain.mandate import for_this
from core.domain.reservation import Reservation
from core.domain.slot import Slot
from core.domain.venue import VenueRef
from tests.conformance.platforms.stage import NEW_YORK, Stage

ANN = Booker(guest_id=1, name="Ann", account_id=1)
BOB = Booker(guest_id=2, name="Bob", account_id=2)

ON = date(2026, 12, 24)
"""A day within every horizon here; the clock starts on 1 December 2026 at noon UTC."""

AT_NINE = DropRule(days_ahead=21, at=time(9), zone=NEW_YORK)
INSTANT = timedelta(microseconds=1)


async def slots(stage: Stage, ref: VenueRef, *, on: date = ON, size: int = 2) -> list[Slot]:
    return list((await stage.platform.slots(ref, on=on, party_size=size)).slots)


async def slot_at(
    stage: Stage,
    ref: VenueRef,
    at: time = time(19),
    *,
    on: date = ON,
    size: int = 2,
    seating: str | None = None,
) -> Slot:
    """The slot of that time; it has to be there."""
    found = [
        slot
        for slot in await slots(stage, ref, on=on, size=size)
        if slot.starts_at.time() == at and seating in (None, slot.seating)
    ]
    assert found, f"no slot at {at}"
    return found[0]


async def book(stage: Stage, slot: Slot, *, booker: Booker = ANN, key: str = "plan") -> BookAnswer:
    return await stage.platform.book(slot, mandate=for_this(slot, booker), key=key)


async def booked(stage: Stage, slot: Slot, *, booker: Booker = ANN, key: str = "plan") -> Reservation:
    """The reservation of a booking that has to succeed."""
    answer = await book(stage, slot, booker=booker, key=key)
    assert isinstance(answer, Booked), answer
    return answer.reservation


def drop_of(on: date = ON) -> datetime:
    return AT_NINE.drop_of(on)
