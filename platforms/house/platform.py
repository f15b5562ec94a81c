"""The house platform as the core sees it: `core.ports.Platform` with every power, over an inventory."""

from collections.abc import Sequence
from datetime import date, time

from core.domain.booking import BookAnswer, Booked, Booker, GuestAction, NeedsGuest, SlotTaken, Unknown
from core.domain.mandate import Mandate
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.venue import Venue, VenueRef
from core.ports import Permit, at_will
from core.powers.booking import Hold
from platforms.house.engine.booking_request import BookingRequest, NoTable, Owner
from platforms.house.engine.rules import PLATFORM
from platforms.house.inventory import Inventory


class HousePlatform:
    """Our own booking engine. `caller` tells our guests from those of other processes that share it."""

    def __init__(self, inventory: Inventory, *, caller: str = "") -> None:
        self._inventory = inventory
        self._caller = caller

    @property
    def name(self) -> str:
        return PLATFORM

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        return await self._inventory.find_venues(words, limit=limit)

    async def venue(self, ref: VenueRef) -> Venue:
        return await self._inventory.venue(ref.id)

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        return await self._inventory.days(ref.id, party_size=party_size, first=first, last=last)

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        return await self._inventory.slots(ref.id, on=on, party_size=party_size)

    async def times(self, ref: VenueRef, *, on: date, party_size: int) -> Sequence[time]:
        return await self._inventory.times(ref.id, on=on)

    async def book(self, slot: Slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        if not mandate.ceiling.allows(slot.terms):
            return NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=slot.terms)
        await permit()
        match await self._inventory.book(self._booking(slot, mandate.booker, key)):
            case Reservation() as reservation:
                return Booked(reservation=reservation)
            case NoTable():
                return SlotTaken()
            case Unknown() as unknown:
                return unknown

    async def cancel(self, reservation: Reservation, *, booker: Booker) -> None:
        await self._inventory.cancel(reservation.id, owner=self._owner(booker))

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        return await self._inventory.reservations(self._owner(booker))

    async def hold(self, slot: Slot, *, booker: Booker, key: str) -> Hold | SlotTaken:
        held = await self._inventory.hold(self._booking(slot, booker, key))
        return SlotTaken() if isinstance(held, NoTable) else held

    async def release(self, hold: Hold) -> None:
        await self._inventory.release(hold.id, caller=self._caller)

    async def warm(self, *, calls: int = 1) -> None:
        await self._inventory.warm(calls=calls)

    async def aclose(self) -> None:
        await self._inventory.aclose()

    def _booking(self, slot: Slot, booker: Booker, key: str) -> BookingRequest:
        return BookingRequest(token=slot.token, owner=self._owner(booker), key=key)

    def _owner(self, booker: Booker) -> Owner:
        return Owner(caller=self._caller, guest_id=booker.guest_id, name=booker.name)
