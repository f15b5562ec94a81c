"""Between the domain and the JSON of the API, both ways; pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.domain.drop import DropRule
from core.domain.reservation import Reservation
from core.domain.slot import Availability, Day, Slot
from core.domain.terms import Money, Terms
from core.domain.venue import Venue, VenueRef
from core.powers.booking import Hold
from platforms.house.engine.booking_request import BookingRequest
from platforms.house.engine.rules import PLATFORM
from platforms.house.http.schemas import (
    BookingRequestJson,
    DayJson,
    DropJson,
    GuestJson,
    HoldJson,
    MoneyJson,
    ReservationJson,
    SlotJson,
    SlotsJson,
    TermsJson,
    VenueJson,
)


def venue_to_json(venue: Venue) -> VenueJson:
    drop = venue.drop
    return VenueJson(
        id=venue.ref.id,
        name=venue.name,
        zone=venue.zone,
        address=venue.address,
        url=venue.url,
        seatings=venue.seatings,
        party_min=venue.party_min,
        party_max=venue.party_max,
        horizon_days=venue.horizon_days,
        drop=(
            DropJson(days_ahead=drop.days_ahead, at=drop.at, zone=drop.zone)
            if isinstance(drop, DropRule)
            else None
        ),
    )


def venue_from_json(json: VenueJson) -> Venue:
    drop = json.drop
    return Venue(
        ref=_ref(json.id),
        name=json.name,
        zone=json.zone,
        address=json.address,
        url=json.url,
        seatings=json.seatings,
        party_min=json.party_min,
        party_max=json.party_max,
        horizon_days=json.horizon_days,
        drop=None if drop is None else DropRule(days_ahead=drop.days_ahead, at=drop.at, zone=drop.zone),
    )


def day_to_json(day: Day) -> DayJson:
    return DayJson(on=day.on, state=day.state, drop_at=day.drop_at)


def day_from_json(json: DayJson) -> Day:
    return Day(on=json.on, state=json.state, drop_at=_utc(json.drop_at))


def slot_to_json(slot: Slot) -> SlotJson:
    return SlotJson(
        venue_id=slot.venue.id,
        token=slot.token,
        starts_at=slot.starts_at,
        zone=_zone(slot.starts_at),
        party_size=slot.party_size,
        seating=slot.seating,
        terms=terms_to_json(slot.terms),
    )


def slot_from_json(json: SlotJson) -> Slot:
    return Slot(
        venue=_ref(json.venue_id),
        token=json.token,
        starts_at=json.starts_at.astimezone(ZoneInfo(json.zone)),
        party_size=json.party_size,
        seating=json.seating,
        terms=terms_from_json(json.terms),
    )


def availability_to_json(availability: Availability) -> SlotsJson:
    return SlotsJson(slots=tuple(map(slot_to_json, availability.slots)), cause=availability.cause)


def availability_from_json(json: SlotsJson) -> Availability:
    return Availability(slots=tuple(map(slot_from_json, json.slots)), cause=json.cause)


def terms_to_json(terms: Terms) -> TermsJson:
    return TermsJson(
        free_until=terms.free_until,
        late_fee=_money_to_json(terms.late_fee),
        deposit=_money_to_json(terms.deposit),
        card_needed=terms.card_needed,
    )


def terms_from_json(json: TermsJson) -> Terms:
    return Terms(
        free_until=_utc(json.free_until),
        late_fee=_money_from_json(json.late_fee),
        deposit=_money_from_json(json.deposit),
        card_needed=json.card_needed,
    )


def booking_to_json(booking: BookingRequest) -> BookingRequestJson:
    return BookingRequestJson(
        slot=booking.token,
        key=booking.key,
        guest=GuestJson(id=booking.owner.guest_id, name=booking.owner.name[:128]),
    )


def hold_to_json(hold: Hold) -> HoldJson:
    return HoldJson(id=hold.id, slot=slot_to_json(hold.slot), expires_at=hold.expires_at)


def hold_from_json(json: HoldJson) -> Hold:
    return Hold(id=json.id, slot=slot_from_json(json.slot), expires_at=json.expires_at.astimezone(UTC))


def reservation_to_json(reservation: Reservation) -> ReservationJson:
    return ReservationJson(
        venue_id=reservation.venue.id,
        id=reservation.id,
        confirmation=reservation.confirmation,
        starts_at=reservation.starts_at,
        zone=_zone(reservation.starts_at),
        party_size=reservation.party_size,
        seating=reservation.seating,
        terms=terms_to_json(reservation.terms),
        state=reservation.state,
        key=reservation.key,
    )


def reservation_from_json(json: ReservationJson) -> Reservation:
    return Reservation(
        venue=_ref(json.venue_id),
        id=json.id,
        confirmation=json.confirmation,
        starts_at=json.starts_at.astimezone(ZoneInfo(json.zone)),
        party_size=json.party_size,
        seating=json.seating,
        terms=terms_from_json(json.terms),
        state=json.state,
        key=json.key,
    )


def _ref(venue_id: str) -> VenueRef:
    return VenueRef(platform=PLATFORM, id=venue_id)


def _zone(at: datetime) -> str:
    return str(at.tzinfo or UTC)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def _money_to_json(money: Money | None) -> MoneyJson | None:
    return None if money is None else MoneyJson(amount=money.amount, currency=money.currency)


def _money_from_json(json: MoneyJson | None) -> Money | None:
    return None if json is None else Money(amount=json.amount, currency=json.currency)
