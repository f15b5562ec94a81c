"""Who has an account at the look-alike."""

from dataclasses import dataclass, field

CORRECT_HORSE = "correct horse"
"""What everybody's password is unless a test cares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card on file; one that `declines` makes the booking fail with 403."""

    id: int = 99_887_766
    last_four: str = "4242"
    brand: str = "visa"
    declines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account; `id` 0 is filled in when it is added. One that is `closed` gets 409 everywhere."""

    email: str
    password: str = field(default=CORRECT_HORSE, repr=False)
    id: int = 0
    first_name: str = "Ann"
    last_name: str = "Example"
    mobile: str = "+12125550100"
    cards: tuple[Card, ...] = ()
    closed: bool = False
