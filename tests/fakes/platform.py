"""A platform in memory: the whole port and `Holds`, with rivals, latency and faults a test can ask for."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import TypeVar

from core.clock import Clock
from core.domain.booking import BookAnswer, Booked, Booker, GuestAction, NeedsGuest, SlotTaken, Unknown
from core.domain.drop import DropRule, instant_of
from core.domain.mandate import Mandate
from core.domain.reservation import Reservation, ReservationState
from core.domain.slot import Availability, Cause, Day, Slot
from core.domain.terms import Terms
from core.domain.venue import Venue, VenueRef
from core.errors import CancelRefused, PlatformDown, VenueGone
from core.ports import Permit, at_will
from core.powers.booking import Hold
from tests.fakes.faults import Call, Fault
from tests.fakes.sheet import Claim, Sheet, Spot

T = TypeVar("T")


class FakePlatform:
    """`core.ports.Platform` and `Holds` over lists.

    Each time of a venue has so many tables a seating, and a party keeps one for that time alone. A call takes
    `latency` of the clock's time, half on the way there; rivals act at their instants, also in between.
    """

    def __init__(self, clock: Clock, *, name: str = "fake", latency: timedelta = timedelta(0)) -> None:
        self.clock = clock
        self.latency = latency
        self.latencies: dict[str, timedelta] = {}
        self.hold_for = timedelta(minutes=5)
        self.calls: list[Call] = []
        self._name = name
        self._sheets: dict[str, Sheet] = {}
        self._claims: list[Claim] = []
        self._rivals: list[tuple[datetime, Spot, int]] = []
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._number = count(1)

    # What a test asks for.

    def add_venue(
        self,
        name: str = "Casa Luna",
        *,
        zone: str = "America/New_York",
        times: Sequence[time] = (time(19), time(19, 30), time(20)),
        tables: Mapping[str, int] | None = None,
        drop: DropRule | None = None,
        late_by: timedelta = timedelta(0),
        horizon_days: int | None = None,
        closed: Sequence[date] = (),
        party_min: int = 1,
        party_max: int = 8,
        free_until_before: timedelta | None = None,
        asks: Terms | None = None,
        locality: str = "",
    ) -> Venue:
        """A venue with `tables` of each seating at each of its times, every day; tables appear `late_by`
        after the drop that the rule names. Cancelling is free, or free until so long before; or it `asks` for
        other terms.
        """
        tables = {"": 2} if tables is None else tables
        venue = Venue(
            ref=VenueRef(platform=self._name, id=name.casefold().replace(" ", "-")),
            name=name,
            zone=zone,
            address="1 Fake Street",
            locality=locality,
            seatings=tuple(seating for seating in tables if seating),
            party_min=party_min,
            party_max=party_max,
            horizon_days=horizon_days,
            drop=drop,
        )
        self._sheets[venue.ref.id] = Sheet(
            venue=venue,
            times=tuple(sorted(times)),
            tables=tables,
            closed=frozenset(closed),
            free_until_before=free_until_before,
            asks=asks,
            late_by=late_by,
        )
        return venue

    def change_venue(self, venue: Venue) -> None:
        """From now on the platform tells this of the venue (another drop rule, another name)."""
        self._sheets[venue.ref.id] = replace(self._sheets[venue.ref.id], venue=venue)

    def remove_venue(self, ref: VenueRef) -> None:
        del self._sheets[ref.id]

    def rival(
        self, ref: VenueRef, *, on: date, at: time, seating: str = "", tables: int = 1, acts_at: datetime
    ) -> None:
        """Somebody else takes so many tables at `acts_at`; a negative number gives them back."""
        zone = self._sheets[ref.id].venue.tz
        spot = Spot(venue_id=ref.id, starts_at=instant_of(on, at, zone), seating=seating)
        self._rivals.append((acts_at, spot, tables))

    def fail(self, call: str, *faults: Fault, times: int = 1) -> None:
        """Have the next calls of that name end like this, one fault a call."""
        self._faults[call].extend(faults * times)

    def calls_of(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    @property
    def booked(self) -> list[Reservation]:
        """Every live reservation, whoever made it: what a test counts tables with."""
        return [claim.reservation for claim in self._claims if claim.held_until is None and claim.live]

    # The port.

    @property
    def name(self) -> str:
        return self._name

    async def find_venues(self, words: str, *, limit: int = 8) -> Sequence[Venue]:
        await self._arrive(Call(name="find_venues", at=self.clock.now()))
        wanted = words.casefold().split()
        found = [s.venue for s in self._sheets.values() if all(w in s.venue.name.casefold() for w in wanted)]
        return await self._answer("find_venues", found[:limit])

    async def venue(self, ref: VenueRef) -> Venue:
        await self._arrive(Call(name="venue", at=self.clock.now(), venue=ref))
        return await self._answer("venue", self._sheet(ref).venue)

    async def days(self, ref: VenueRef, *, party_size: int, first: date, last: date) -> Sequence[Day]:
        await self._arrive(Call(name="days", at=self.clock.now(), venue=ref))
        sheet = self._sheet(ref)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return await self._answer(
            "days", [sheet.day(day, self._availability(sheet, day, party_size).cause) for day in days]
        )

    async def slots(self, ref: VenueRef, *, on: date, party_size: int) -> Availability:
        await self._arrive(Call(name="slots", at=self.clock.now(), venue=ref))
        return await self._answer("slots", self._availability(self._sheet(ref), on, party_size))

    async def book(self, slot: Slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        if not mandate.ceiling.allows(slot.terms):
            return NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=slot.terms)
        await permit()
        sent_at = self.clock.now()
        fault = await self._arrive(Call(name="book", at=sent_at, venue=slot.venue, slot=slot, key=key))
        match fault:
            case Fault.TAKEN:
                answer: BookAnswer = SlotTaken()
            case Fault.NEEDS_GUEST:
                answer = NeedsGuest(action=GuestAction.ADD_CARD)
            case Fault.LOST_BEFORE:
                answer = Unknown(sent_at=sent_at)
            case _:
                answer = self._book(slot, mandate.booker, key)
                if fault is Fault.LOST_AFTER:
                    answer = Unknown(sent_at=sent_at)
        return await self._answer("book", answer)

    async def cancel(self, reservation: Reservation, *, booker: Booker) -> None:
        await self._arrive(Call(name="cancel", at=self.clock.now(), venue=reservation.venue))
        claim = next((claim for claim in self._claims if claim.reservation.id == reservation.id), None)
        if claim is None or claim.guest_id != booker.guest_id:
            raise CancelRefused("There is no such reservation of yours.")
        if claim.live and claim.reservation.starts_at <= self.clock.now():
            raise CancelRefused("It has already begun.")
        claim.reservation = replace(claim.reservation, state=ReservationState.CANCELLED)
        await self._answer("cancel", None)

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        await self._arrive(Call(name="reservations", at=self.clock.now()))
        now = self.clock.now()
        ours = [
            claim.reservation
            for claim in self._claims
            if claim.guest_id == booker.guest_id and claim.held_until is None and claim.live
        ]
        upcoming = sorted((r for r in ours if r.starts_at > now), key=lambda r: r.starts_at)
        return await self._answer("reservations", upcoming)

    async def warm(self, *, calls: int = 1) -> None:
        self.calls.append(Call(name="warm", at=self.clock.now()))

    async def aclose(self) -> None:
        self.calls.append(Call(name="aclose", at=self.clock.now()))

    async def hold(self, slot: Slot, *, booker: Booker, key: str) -> Hold | SlotTaken:
        fault = await self._arrive(
            Call(name="hold", at=self.clock.now(), venue=slot.venue, slot=slot, key=key)
        )
        until = self.clock.now() + self.hold_for
        claim = None if fault is Fault.TAKEN else self._claim(slot, booker, key, held_until=until)
        if claim is None or claim.held_until is None:
            return await self._answer("hold", SlotTaken())
        return await self._answer("hold", Hold(id=claim.reservation.id, slot=slot, expires_at=until))

    async def release(self, hold: Hold) -> None:
        await self._arrive(Call(name="release", at=self.clock.now(), slot=hold.slot))
        self._claims = [c for c in self._claims if c.reservation.id != hold.id or c.held_until is None]
        await self._answer("release", None)

    # How it works inside.

    async def _arrive(self, call: Call) -> Fault | None:
        self.calls.append(call)
        await self._travel(call.name)
        fault = self._faults[call.name].popleft() if self._faults[call.name] else None
        if fault is Fault.DOWN:
            raise PlatformDown(self._name, "a fault was asked for")
        if fault is Fault.GONE:
            raise VenueGone(str(call.venue))
        return fault

    async def _answer(self, name: str, answer: T) -> T:
        await self._travel(name)
        return answer

    async def _travel(self, name: str) -> None:
        half = self.latencies.get(name, self.latency) / 2
        if half:
            await self.clock.sleep(half)

    def _sheet(self, ref: VenueRef) -> Sheet:
        try:
            return self._sheets[ref.id]
        except KeyError:
            raise VenueGone(str(ref)) from None

    def _free(self, spot: Spot, *, but_key: str | None = None) -> int:
        now = self.clock.now()
        rivals = sum(tables for acts_at, where, tables in self._rivals if where == spot and acts_at <= now)
        ours = sum(
            claim.spot == spot
            and claim.key != but_key
            and claim.live
            and (claim.held_until is None or claim.held_until > now)
            for claim in self._claims
        )
        return self._sheets[spot.venue_id].tables.get(spot.seating, 0) - rivals - ours

    def _availability(self, sheet: Sheet, on: date, size: int, *, but_key: str | None = None) -> Availability:
        venue, now = sheet.venue, self.clock.now()
        slots, past = list[Slot](), False
        if (cause := sheet.shut(on, size, self.clock.now())) is not None:
            return Availability(slots=(), cause=cause)
        for at in sheet.times:
            starts_at = instant_of(on, at, venue.tz)
            if starts_at <= now:
                past = True
                continue
            for seating in sheet.tables:
                spot = Spot(venue_id=venue.ref.id, starts_at=starts_at, seating=seating)
                if self._free(spot, but_key=but_key) > 0:
                    slots.append(
                        Slot(
                            venue=venue.ref,
                            token=f"{on}|{at:%H:%M}|{size}|{seating}",
                            starts_at=starts_at.astimezone(venue.tz),
                            party_size=size,
                            seating=seating,
                            terms=sheet.terms(starts_at),
                        )
                    )
        cause = (
            None
            if slots
            else Cause.PAST
            if past and instant_of(on, sheet.times[-1], venue.tz) <= now
            else Cause.FULL
        )
        return Availability(slots=tuple(slots), cause=cause)

    def _book(self, slot: Slot, booker: Booker, key: str) -> BookAnswer:
        claim = self._claim(slot, booker, key, held_until=None)
        return SlotTaken() if claim is None else Booked(reservation=claim.reservation)

    def _claim(self, slot: Slot, booker: Booker, key: str, *, held_until: datetime | None) -> Claim | None:
        """The claim of this key, made or renewed; None when the slot is not to be had."""
        before = next((claim for claim in self._claims if claim.key == key and claim.live), None)
        if before is not None and before.held_until is None:
            return before
        sheet = self._sheet(slot.venue)
        on = slot.starts_at.astimezone(sheet.venue.tz).date()
        open_now = self._availability(sheet, on, slot.party_size, but_key=key).slots
        if slot.token not in {each.token for each in open_now}:
            return None
        if before is not None:
            self._claims.remove(before)
        number = next(self._number)
        starts_at = slot.starts_at.astimezone(UTC)
        claim = Claim(
            spot=Spot(venue_id=slot.venue.id, starts_at=starts_at, seating=slot.seating),
            reservation=Reservation(
                venue=slot.venue,
                id=f"r{number}",
                confirmation=f"FAKE{number}",
                starts_at=slot.starts_at,
                party_size=slot.party_size,
                seating=slot.seating,
                terms=slot.terms,
                key=key,
            ),
            guest_id=booker.guest_id,
            key=key,
            held_until=held_until,
        )
        self._claims.append(claim)
        return claim
