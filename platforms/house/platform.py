"""The house platform as the core sees it: `core.ports.Platform` with every power, over a door to an inventory."""

from collections.abc import Sequence
from datetime import date, time

from core.domain.booking import BookAnswer, Booked, Booker, GuestAction, NeedsGuest, SlotTaken, Unknown
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.terms import Ceiling
from core.domain.venue import Venue, VenueRef
from core.powers.booking import Hold
from platforms.house.engine.booking_request import BookingRequest, NoTable, Owner
from platforms.house.engine.rules import PLATFORM
from platforms.house.inventory import Inventory

_NO_LIMIT = Ceiling()


class HousePlatform:
    """Our own booking engine. `caller` tells our guests from those of other processes that share it."""

    def __init__(self, door: Inventory, *, caller: str = "") -> None:
        self._door = door
        self._caller = caller

    @property
    def name(self) -> str:
        return PLATFORM

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        return await self._door.find_venues(words, limit=limit)

    async def venue(self, ref: VenueRef) -> Venue:
        return await self._door.venue(ref.id)

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        return await self._door.days(ref.id, party_size=party_size, first=first, last=last)

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        return await self._door.slots(ref.id, on=on, party_size=party_size)

    async def times(self, ref: VenueRef, *, on: date, party_size: int) -> Sequence[time]:
        return await self._door.times(ref.id, on=on)

    async def book(self, slot: Slot, *, booker: Booker, key: str, ceiling: Ceiling = _NO_LIMIT) -> BookAnswer:
        if not ceiling.allows(slot.terms):
            return NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=slot.terms)
        match await self._door.book(self._claim(slot, booker, key)):
            case Reservation() as reservation:
                return Booked(reservation=reservation)
            case NoTable():
                return SlotTaken()
            case Unknown() as unknown:
                return unknown

    async def cancel(self, reservation: Reservation, *, booker: Booker) -> None:
        await self._door.cancel(reservation.id, owner=self._owner(booker))

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        return await self._door.reservations(self._owner(booker))

    async def hold(self, slot: Slot, *, booker: Booker, key: str) -> Hold | SlotTaken:
        held = await self._door.hold(self._claim(slot, booker, key))
        return SlotTaken() if isinstance(held, NoTable) else held

    async def release(self, hold: Hold) -> None:
        await self._door.release(hold.id, caller=self._caller)

    async def warm(self, *, calls: int = 1) -> None:
        await self._door.warm(calls=calls)

    async def aclose(self) -> None:
        await self._door.aclose()

    def _claim(self, slot: Slot, booker: Booker, key: str) -> BookingRequest:
        return BookingRequest(token=slot.token, owner=self._owner(booker), key=key)

    def _owner(self, booker: Booker) -> Owner:
        return Owner(caller=self._caller, guest_id=booker.guest_id, name=booker.name)
