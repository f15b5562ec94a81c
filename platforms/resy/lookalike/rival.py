"""Other people's bots, by what is known of how they behave at a drop."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Order(StrEnum):
    """In which order a rival wants what it sees."""

    ITS_LIST = "its_list"
    VENUES = "venues"
    NEAREST = "nearest"


class AfterLoss(StrEnum):
    """What a rival does when the slot it wanted is gone."""

    NEXT = "next"
    """the next one of the list it has"""
    NEXT_BESIDE = "next_beside"
    """starts with the next one a second after the last, whatever has become of that"""
    LOOKS_AGAIN = "looks_again"
    STOPS = "stops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A bot, or a person with a phone.

    It first asks `first` after the hour (up to `first_within` later), then once `every` so often, counted from the
    answer before if `after_answer`; `slows_after` some time it asks `then_every`. It ends `gives_up` after its
    first request, or after `tries`. Booking takes it two round trips, after it `thinks`.
    """

    name: str
    first: timedelta
    first_within: timedelta = timedelta()
    every: timedelta | None = None
    after_answer: bool = False
    slows_after: timedelta | None = None
    then_every: timedelta | None = None
    gives_up: timedelta | None = None
    tries: int | None = None
    order: Order = Order.ITS_LIST
    after_loss: AfterLoss = AfterLoss.LOOKS_AGAIN
    fragile: bool = False
    """gives up at the first error, and at the first list without what it wants"""
    thinks: timedelta = timedelta()
    round_trip: timedelta = timedelta(milliseconds=60)
    wobble: timedelta = timedelta(milliseconds=20)
    """every round trip takes up to this much longer"""


def _ms(milliseconds: float) -> timedelta:
    return timedelta(milliseconds=milliseconds)


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


A = Rival(
    name="A",
    first=_s(0),
    every=_ms(50),
    after_answer=True,
    gives_up=_s(30),
    fragile=True,
    after_loss=AfterLoss.NEXT_BESIDE,
)
B = Rival(name="B", first=_s(-2), every=_s(0), after_answer=True, gives_up=_s(10))
C = Rival(name="C", first=_ms(200), every=_ms(100), tries=2, order=Order.VENUES, after_loss=AfterLoss.NEXT)
D = Rival(name="D", first=_s(0), tries=1, after_loss=AfterLoss.NEXT)
E = Rival(name="E", first=_s(0), every=_ms(500), slows_after=_s(30), then_every=_s(60))
F = Rival(name="F", first=_ms(-100), every=_ms(100), gives_up=_s(30), order=Order.NEAREST)
G = Rival(
    name="G",
    first=_s(0),
    every=_s(0),
    after_answer=True,
    tries=30,
    order=Order.NEAREST,
    after_loss=AfterLoss.STOPS,
)
H = Rival(
    name="H",
    first=_s(5),
    every=_ms(500),
    slows_after=_s(15),
    then_every=_ms(1500),
    gives_up=_s(35),
    order=Order.NEAREST,
)
I = Rival(  # noqa: E741 - its letter in the table
    name="I",
    first=_s(-30),
    every=_ms(200),
    gives_up=_s(120),
    after_loss=AfterLoss.STOPS,
    thinks=_s(5),
)
J = Rival(name="J", first=_s(-30), every=_ms(500), gives_up=_s(600))  # when it ends is not known
HUMAN = Rival(
    name="human",
    first=_s(10),
    first_within=_s(50),
    tries=1,
    order=Order.VENUES,
    after_loss=AfterLoss.STOPS,
    round_trip=_ms(150),
)

RIVALS = {rival.name: rival for rival in (A, B, C, D, E, F, G, H, I, J, HUMAN)}
"""By the letters of the table."""
