"""Whether the evening was a success: the table is really booked, and everyone was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar

from bot.conversation.messages import Tone
from bot.demo.release import NAME, TURN
from bot.demo.rivals import Taking
from core.domain.booking import BookAnswer, SlotTaken
from core.domain.reservation import Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMessage:
    """What somebody can read: the words of a message, and the calendar file that came with it."""

    words: str
    file: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known after the drop.

    `reservation` is what the house's inventory has for the plan; `card` is how the group's card ends; `group`
    and `private` are the messages that tell it (`private` by friend); `outsider` is what a stranger who asks
    for the very same table over HTTP is answered.
    """

    reservation: Reservation | None
    card: str
    tone: Tone | None
    group: ToldMessage | None
    private: Mapping[str, ToldMessage | None]
    outsider: BookAnswer | None
    takings: Sequence[Taking]


def missing(evidence: Evidence) -> Sequence[str]:
    """What keeps the evening from being a success, a sentence each; nothing for a success."""
    reservation = evidence.reservation
    if reservation is None:
        return [f"The inventory of the house has no table for the friends. The card says: {evidence.card}"]
    troubles: list[str] = []
    if not isinstance(evidence.outsider, SlotTaken):
        troubles.append("A stranger could book the very table that the friends were promised.")
    troubles += [
        f"{taking.name} has the table in the {taking.table.seating} at that time, too."
        for taking in evidence.takings
        if taking.table is not None
        and taking.table.seating == reservation.seating
        and abs(taking.table.starts_at - reservation.starts_at) < TURN
    ]
    if evidence.tone is not Tone.GOOD or reservation.confirmation not in evidence.card:
        troubles.append("The card in the group does not say that the table is booked.")
    for name, told in {"the group": evidence.group, **evidence.private}.items():
        troubles += _untold(name, told, reservation)
    return troubles


def _untold(name: str, told: ToldMessage | None, reservation: Reservation) -> Sequence[str]:
    if told is None:
        return [f"Nobody told {name}."]
    troubles: list[str] = []
    if NAME not in told.words or reservation.confirmation not in told.words:
        troubles.append(f"The message to {name} lacks the restaurant or the confirmation.")
    if invited_at(told.file) != reservation.starts_at:
        troubles.append(f"The calendar file for {name} is not for {reservation.starts_at:%a %d %b at %H:%M}.")
    return troubles


def invited_at(file: bytes) -> datetime | None:
    """When the one event of a calendar file begins; None where it is no such file."""
    try:
        events = Calendar.from_ical(file).events
    except ValueError:
        return None
    begins = events[0].start if len(events) == 1 else None
    return begins if isinstance(begins, datetime) else None
