"""A reservation as a calendar file (RFC 5545)."""

import unicodedata
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vDatetime, vInt, vText

from core.domain.reservation import Reservation, ReservationState


def invitation(
    reservation: Reservation,
    *,
    venue_name: str,
    address: str,
    uid: str,
    now: datetime,
    duration: timedelta = timedelta(hours=2),
) -> bytes:
    """A calendar of one event; of a cancelled reservation it marks that event as cancelled.

    `uid` is made of the plan's id, so that a later file replaces an earlier one. Times are UTC, which every
    calendar shows on its own clock and which no change of zone rules moves. There is no METHOD: with one, the
    standard (RFC 5546) also wants an organiser with a mail address.
    """
    cancelled = reservation.state is ReservationState.CANCELLED
    event = Event()
    event["uid"] = vText(_text(uid))
    event["dtstamp"] = vDatetime(now.astimezone(UTC).replace(microsecond=0))
    event["dtstart"] = vDatetime(reservation.starts_at.astimezone(UTC))
    event["dtend"] = vDatetime(reservation.starts_at.astimezone(UTC) + duration)
    event["sequence"] = vInt(1 if cancelled else 0)
    event["status"] = vText("CANCELLED" if cancelled else "CONFIRMED")
    event["summary"] = vText(_text(f"{venue_name}, table for {reservation.party_size}"))
    event["location"] = vText(_text(", ".join(filter(None, (venue_name, address)))))
    event["description"] = vText(_text("\n".join(_details(reservation))))

    calendar = Calendar()
    calendar["prodid"] = vText("-//Fourtop//Fourtop//EN")
    calendar["version"] = vText("2.0")
    calendar.add_component(event)
    return calendar.to_ical()


def _details(reservation: Reservation) -> list[str]:
    details = [f"Confirmation {reservation.confirmation}", f"Table for {reservation.party_size}"]
    if reservation.seating:
        details.append(f"Seating: {reservation.seating}")
    return details


def _text(words: str) -> str:
    """The words without what a calendar file cannot hold: control characters other than a line break."""
    broken = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in broken if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
