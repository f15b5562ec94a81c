"""The way to an inventory: in this process, or over HTTP in another one."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, time
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.clock import Clock
from core.domain.booking import Unknown
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day
from core.domain.venue import Venue
from core.errors import PlatformDown
from core.persistence.database import Database
from core.powers.booking import Hold
from platforms.house.engine import engine, reservations
from platforms.house.engine.booking_request import BookingRequest, NoTable, Owner
from platforms.house.engine.rules import PLATFORM
from platforms.house.engine.warm_up import rehearse

T = TypeVar("T")


class Inventory(Protocol):
    """What the platform needs of an inventory. Raises `PlatformDown`, `VenueGone` and `CancelRefused`."""

    async def find_venues(self, words: str, *, limit: int) -> Sequence[Venue]: ...

    async def venue(self, venue_id: str) -> Venue: ...

    async def days(self, venue_id: str, *, party_size: int, first: date, last: date) -> Sequence[Day]: ...

    async def slots(self, venue_id: str, *, on: date, party_size: int) -> Availability: ...

    async def times(self, venue_id: str, *, on: date) -> Sequence[time]: ...

    async def hold(self, booking: BookingRequest) -> Hold | NoTable: ...

    async def release(self, hold_id: str, *, caller: str) -> None: ...

    async def book(self, booking: BookingRequest) -> Reservation | NoTable | Unknown:
        """Book, never asking twice: an answer that is lost is `Unknown`."""
        ...

    async def cancel(self, reservation_id: str, *, owner: Owner) -> None: ...

    async def reservations(self, owner: Owner) -> Sequence[Reservation]: ...

    async def warm(self, *, calls: int = 1) -> None: ...

    async def aclose(self) -> None: ...


class LocalInventory:
    """The inventory in this process's own database, which somebody else opens and closes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find_venues(self, words: str, *, limit: int) -> Sequence[Venue]:
        return await self._read(lambda tx: engine.find_venues(tx, words, limit=limit))

    async def venue(self, venue_id: str) -> Venue:
        return await self._read(lambda tx: engine.venue(tx, venue_id))

    async def days(self, venue_id: str, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        now = self._clock.now()
        return await self._read(
            lambda tx: engine.days(tx, venue_id, party_size=party_size, first=first, last=last, now=now)
        )

    async def slots(self, venue_id: str, *, on: date, party_size: int) -> Availability:
        now = self._clock.now()
        return await self._read(lambda tx: engine.slots(tx, venue_id, on=on, party_size=party_size, now=now))

    async def times(self, venue_id: str, *, on: date) -> Sequence[time]:
        return await self._read(lambda tx: engine.times(tx, venue_id, on=on))

    async def hold(self, booking: BookingRequest) -> Hold | NoTable:
        now = self._clock.now()
        return await self._write(lambda tx: engine.hold(tx, booking, now=now))

    async def release(self, hold_id: str, *, caller: str) -> None:
        now = self._clock.now()
        await self._write(lambda tx: engine.release(tx, hold_id, caller=caller, now=now))

    async def book(self, booking: BookingRequest) -> Reservation | NoTable | Unknown:
        now = self._clock.now()
        try:
            return await self._database.write(lambda tx: engine.book(tx, booking, now=now))
        except (DBAPIError, PoolTimeout):
            # A connection that breaks during COMMIT does not tell whether it was the last thing that it did.
            return Unknown(sent_at=now)

    async def cancel(self, reservation_id: str, *, owner: Owner) -> None:
        now = self._clock.now()
        await self._write(lambda tx: engine.cancel(tx, reservation_id, owner=owner, now=now))

    async def reservations(self, owner: Owner) -> Sequence[Reservation]:
        now = self._clock.now()
        return await self._read(lambda tx: engine.reservations_of(tx, owner, now=now))

    async def venue_of(self, reservation_id: str, *, caller: str) -> str | None:
        """The id of the venue at which a caller's reservation, or hold, is; None where there is no such one."""
        return await self._read(lambda tx: reservations.venue_of(tx, reservation_id, caller=caller))

    async def warm(self, *, calls: int = 1) -> None:
        del calls  # however many: the writer is one
        now = self._clock.now()
        with suppress(DBAPIError, PoolTimeout):
            await self._database.write(lambda tx: rehearse(tx, now=now))

    async def aclose(self) -> None:
        """The database belongs to whoever opened it."""

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.read(work)
        except (DBAPIError, PoolTimeout) as error:
            raise PlatformDown(PLATFORM, f"its database failed: {error}") from error

    async def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.write(work)
        except (DBAPIError, PoolTimeout) as error:
            raise PlatformDown(PLATFORM, f"its database failed: {error}") from error
