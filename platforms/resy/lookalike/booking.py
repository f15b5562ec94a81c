"""The booking itself: one step that nothing can come between."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from platforms.resy.lookalike.ledger import Reserved
from platforms.resy.lookalike.person import Card, Person
from platforms.resy.lookalike.tickets import Ticket
from platforms.resy.lookalike.world import LookAlike


class Denied(Enum):
    """Why there is no table."""

    CARD_NEEDED = auto()
    CARD_DECLINED = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """The person already has a reservation that excludes this one."""

    reserved: Reserved


def book(
    world: LookAlike, ticket: Ticket, person: Person, card: Card | None, *, replaces: bool, now: datetime
) -> Reserved | InTheWay | Denied:
    """Check the card, then the person's other tables, then the inventory; then take the table.

    It never waits, so it is atomic in a loop.
    """
    venue = world.directory.by_key(ticket.venue_key)
    starts_at = venue.starts_at(ticket.day, ticket.sitting)
    ends_at = starts_at + ticket.sitting.turn
    if venue.policy_of(ticket.sitting).wants_card:
        if card is None:
            return Denied.CARD_NEEDED
        if card.declines:
            return Denied.CARD_DECLINED
    in_the_way = world.ledger.conflict(
        person.id,
        venue_key=venue.key,
        day=ticket.day,
        starts_at=starts_at,
        ends_at=ends_at,
        allow_multiple=venue.allow_multiple,
    )
    if in_the_way is not None and not replaces:
        return InTheWay(reserved=in_the_way)
    sold = (
        ticket.sitting.trap.bookable
        and world.on_sale(venue, ticket.day, ticket.sitting, now=now)
        and world.inventory.take(venue, ticket.day, ticket.sitting, now=now)
    )
    if not sold:
        return Denied.GONE
    if in_the_way is not None:
        cancel(world, in_the_way, now=now)
    reserved = Reserved(
        id=world.ledger.next_id(),
        person_id=person.id,
        venue_key=venue.key,
        day=ticket.day,
        sitting=ticket.sitting,
        party_size=ticket.party_size,
        starts_at=starts_at,
        ends_at=ends_at,
        cut_off_at=venue.cut_off(ticket.day, ticket.sitting),
        booked_at=now,
        card_id=None if card is None else card.id,
    )
    world.ledger.put(reserved)
    return reserved


def cancel(world: LookAlike, reserved: Reserved, *, now: datetime) -> None:
    """Give the table back; it is listed again at once."""
    world.ledger.cancel(reserved, now=now)
    world.inventory.give_back(world.directory.by_key(reserved.venue_key), reserved.day, reserved.sitting)
