"""What one group of friends does, on whichever network it is."""

from tests.acceptance.venue import Alcove
from tests.conformance.frontends.transcript import Transcript, says, sees, taps


def to_the_drop(party_size: int, venue: Alcove) -> Transcript:
    """One group's way to an armed plan for the table of a party."""
    return [
        says("ann", "/start", private=True),
        sees("Hello", private_of="ann"),
        says("ann", f"/reserve alcove {party_size} {venue.typed} 19:00-20:00"),
        sees("The Alcove", f"{party_size} guests", "are released on", "Nothing is charged now.", messages=1),
        taps("ann", "Yes, go for it"),
        sees("Tables are released", "I will be there."),
    ]


def result(party_size: int) -> Transcript:
    """What everybody is told in the end: on the card, in the group, in private."""
    return [
        sees(
            "The Alcove",
            "Booked:",
            f"19:00, {party_size} guests",
            "Confirmation:",
            "5 Minetta Street",
            number=0,
            offers=("I'm in", "Give the table back"),
        ),
        sees("The Alcove it is!", f"{party_size} guests", files=("reservation.ics",), messages=2),
        sees("The Alcove it is!", private_of="ann", files=("reservation.ics",)),
    ]


def book_now(venue: Alcove) -> Transcript:
    """A table for two that is out already."""
    return [
        says("ann", f"/reserve alcove 2 {venue.typed} 19:00"),
        sees("I will book", offers=("Yes, book it",)),
        taps("ann", "Yes, book it"),
        sees("The Alcove it is!", files=("reservation.ics",)),
    ]
