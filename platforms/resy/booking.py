"""From a slot to a reservation: details, what they cost, and one call that books."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from core.clock import Clock
from core.domain.booking import BookAnswer, Booked, Conflict, GuestAction, NeedsGuest, SlotTaken, Unknown
from core.domain.reservation import Reservation
from core.domain.slot import Slot
from core.domain.terms import Ceiling, Terms
from core.errors import FourtopError, PlatformDown
from core.ports import Permit
from platforms.resy import costs, translate
from platforms.resy.account_calls import AccountCalls
from platforms.resy.client import ResyClient
from platforms.resy.lenient_json import read
from platforms.resy.reservations import Reservations
from platforms.resy.schemas.booking import BookedJson, DetailsJson, InTheWayJson
from platforms.resy.statuses import Meaning, Rejected
from platforms.resy.venue_cache import VenueCache

_FRESH_FOR = timedelta(seconds=20)
_AT_ONE_SITTING = timedelta(hours=2, minutes=30)

Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """Details that were asked for ahead, or are being asked for."""

    asked_at: datetime
    details: asyncio.Task[DetailsJson] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """All that a booking call is made of."""

    slot: Slot
    account_id: int
    book_token: str = field(repr=False)
    terms: Terms
    card: int | None


class _Again(Enum):
    """The token had ended: with a new one, from the start."""

    WITH_A_NEW_TOKEN = "with_a_new_token"  # noqa: S105 - a name


class Bookings:
    """Books; never twice, and never above what the guest agreed to."""

    def __init__(
        self,
        client: ResyClient,
        clock: Clock,
        *,
        account_calls: AccountCalls,
        venue_cache: VenueCache,
        reservations: Reservations,
    ) -> None:
        self._client = client
        self._clock = clock
        self._account_calls = account_calls
        self._venue_cache = venue_cache
        self._reservations = reservations
        self._prepared: dict[Key, _Prepared] = {}

    async def prepare(self, slot: Slot, account_id: int) -> None:
        """Ask for the details now; they serve one booking within seconds."""
        now = self._clock.now()
        for key in [key for key, one in self._prepared.items() if now - one.asked_at > _FRESH_FOR]:
            self._prepared.pop(key).details.cancel()
        key = (slot.token, slot.party_size, account_id)
        if key not in self._prepared:
            task = asyncio.ensure_future(self._details(slot, account_id))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._prepared[key] = _Prepared(asked_at=now, details=task)
        await asyncio.wait([self._prepared[key].details])

    async def book(self, slot: Slot, account_id: int, ceiling: Ceiling, permit: Permit) -> BookAnswer:
        """The port's `book`, for an account."""
        answer = await self._try(slot, account_id, ceiling, permit, fresh=False)
        if answer is _Again.WITH_A_NEW_TOKEN:
            answer = await self._try(slot, account_id, ceiling, permit, fresh=True)
        assert not isinstance(answer, _Again)
        return answer

    async def aclose(self) -> None:
        tasks = [one.details for one in self._prepared.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _try(
        self, slot: Slot, account_id: int, ceiling: Ceiling, permit: Permit, *, fresh: bool
    ) -> BookAnswer | _Again:
        """Details and one call; `fresh`: with a token that was renewed just now."""
        try:
            details = await self._prepared_details(slot, account_id) or await self._details(slot, account_id)
        except Rejected as refused:
            return _of_details(refused)
        if details.book_token is None:
            return SlotTaken()
        venue = await self._venue_cache.of(slot.venue)
        terms = costs.of_details(details, slot.terms, venue.currency)
        if not ceiling.allows(terms):
            return NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=terms)
        card = translate.card_to_use(None if details.user is None else details.user.payment_methods)
        if card is None and terms.card_needed:
            card = await self._card(account_id)
            if card is None:
                return NeedsGuest(action=GuestAction.ADD_CARD, terms=terms)
        order = _Order(
            slot=slot, account_id=account_id, book_token=details.book_token.value, terms=terms, card=card
        )
        return await self._place(order, permit, fresh=fresh)

    async def _place(self, order: _Order, permit: Permit, *, fresh: bool) -> BookAnswer | _Again:
        """The call that books."""
        account_id = order.account_id
        pair = await self._account_calls.credentials(account_id)
        await permit()
        sent_at = self._clock.now()
        try:
            answer = await self._client.book(pair.token, order.book_token, card=order.card)
        except Rejected as refused:
            if refused.meaning is Meaning.SIGN_IN and not fresh:
                await self._account_calls.renewed(account_id, pair)
                return _Again.WITH_A_NEW_TOKEN
            await self._account_calls.look_after(account_id, refused, fresh=fresh)
            if refused.meaning is Meaning.CARD and order.card is None:
                card = await self._card(account_id)
                if card is not None:  # details had kept it from us
                    return await self._place(replace(order, card=card), permit, fresh=fresh)
            return await self._refused(refused, order, sent_at)
        if isinstance(answer, Unknown):
            return answer
        return await self._booked(answer, order)

    async def _prepared_details(self, slot: Slot, account_id: int) -> DetailsJson | None:
        """What was asked for ahead and serves now; each serves once."""
        prepared = self._prepared.pop((slot.token, slot.party_size, account_id), None)
        if prepared is None or self._clock.now() - prepared.asked_at > _FRESH_FOR:
            return None
        try:
            return await prepared.details
        except PlatformDown:
            return None

    async def _details(self, slot: Slot, account_id: int) -> DetailsJson:
        on, size = slot.starts_at.date(), slot.party_size
        return await self._account_calls.call(
            account_id, lambda token: self._client.details(token, slot.token, on=on, party_size=size)
        )

    async def _card(self, account_id: int) -> int | None:
        """Details may say "no card" where there is one: ask the account itself."""
        try:
            return translate.card_of_user(await self._account_calls.call(account_id, self._client.user))
        except Rejected as refused:
            raise refused.down from None

    async def _booked(self, json: BookedJson, order: _Order) -> Booked:
        """As the platform lists it, or, if it does not yet, as it answered."""
        try:
            listed = await self._reservations.read_back(order.account_id, json.reservation_id)
        except FourtopError:
            listed = None
        slot = order.slot
        return Booked(
            reservation=listed
            or Reservation(
                venue=slot.venue,
                id=json.reservation_id,
                confirmation=json.reservation_id,
                starts_at=slot.starts_at,
                party_size=slot.party_size,
                seating=slot.seating,
                terms=order.terms,
                read_back=False,
            )
        )

    async def _refused(self, refused: Rejected, order: _Order, sent_at: datetime) -> BookAnswer:
        match refused.meaning:
            case Meaning.GONE:
                return SlotTaken()
            case Meaning.CARD:
                return NeedsGuest(action=GuestAction.ADD_CARD, terms=order.terms, message=refused.message)
            case Meaning.FORBIDDEN if refused.message:  # the card was declined, in words for its owner
                return NeedsGuest(action=GuestAction.ADD_CARD, terms=order.terms, message=refused.message)
            case Meaning.IN_THE_WAY:
                return await self._in_the_way(refused, order.slot, order.account_id, sent_at)
            case _:
                raise refused.down

    async def _in_the_way(
        self, refused: Rejected, slot: Slot, account_id: int, sent_at: datetime
    ) -> BookAnswer:
        """A 412: it is ours already, or another reservation stands against it, or the slot is simply gone."""
        said = _said(refused)
        specs = said.specs
        try:
            listed = await self._reservations.upcoming(account_id)
        except FourtopError:
            return Unknown(sent_at=sent_at)
        for one in listed:
            if _is_wanted(one.reservation, slot):
                return Booked(reservation=one.reservation)
        named = specs.reservation_id if specs is not None else None
        against = next((one for one in listed if one.reservation.id == named), None)
        against = against or next((one for one in listed if _is_against(one.reservation, slot)), None)
        venue = said.venue
        if against is not None:
            name = against.venue_name or (venue.name if venue is not None else "")
            return Conflict(with_=against.reservation, venue_name=name)
        if specs is not None and (specs.day, specs.time_slot) == (
            slot.starts_at.date(),
            slot.starts_at.time(),
        ):
            return Unknown(sent_at=sent_at)  # named, and not listed yet
        if venue is not None and (venue.name or venue.id):
            return Conflict(venue_name=venue.name)
        return Conflict() if named is not None else SlotTaken()


def _of_details(refused: Rejected) -> BookAnswer:
    match refused.meaning:
        case Meaning.GONE:
            return SlotTaken()
        case Meaning.CARD:
            return NeedsGuest(action=GuestAction.ADD_CARD, message=refused.message)
        case _:
            raise refused.down


def _said(refused: Rejected) -> InTheWayJson:
    try:
        return read(refused.content, InTheWayJson)
    except PlatformDown:
        return InTheWayJson()


def _is_wanted(reservation: Reservation, slot: Slot) -> bool:
    return (reservation.venue, reservation.starts_at, reservation.party_size) == (
        slot.venue,
        slot.starts_at,
        slot.party_size,
    )


def _is_against(reservation: Reservation, slot: Slot) -> bool:
    """What counts as a conflict is nowhere written: surely the same evening at the same venue, or the same hours."""
    same_day = reservation.starts_at.date() == slot.starts_at.date()
    close = abs(reservation.starts_at - slot.starts_at) < _AT_ONE_SITTING
    return close or (same_day and reservation.venue == slot.venue)
