"""A venue of the look-alike, and what it sells."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zlib import crc32
from zoneinfo import ZoneInfo

from platforms.resy.lookalike.city import NEW_YORK, City
from platforms.resy.lookalike.release import USUAL, Release

DINNER = 2


class Trap(StrEnum):
    """A way in which a listed slot is not what it seems."""

    NONE = "none"
    TWIN = "twin"
    """listed twice, with the same token"""
    TOCK = "tock"
    """listed without a token"""
    GLOBAL_DINING = "global_dining"
    """for holders of some credit card only"""
    NOT_ELIGIBLE = "not_eligible"
    """exclusive, and the account is not eligible"""
    HIDDEN = "hidden"
    """`is_visible` is false, and yet it can be booked"""

    @property
    def bookable(self) -> bool:
        """Whether an ordinary account can book it."""
        return self in (Trap.NONE, Trap.TWIN, Trap.HIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a table costs: `fee` for not coming, `deposit` paid at once; in the venue's currency.

    Changes are free until `cut_off` before the slot starts, or before the time `cut_off_at` on its day.
    """

    fee: float | None = None
    deposit: float | None = None
    card_needed: bool = False
    cut_off: timedelta | None = None
    cut_off_at: time | None = None
    text: str = ""

    @property
    def wants_card(self) -> bool:
        """Whether nothing is booked without a card on file."""
        return self.card_needed or self.fee is not None or self.deposit is not None


FREE = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """`tables` equal tables of one seating at one local time, each for `smallest` to `largest` people.

    Two sittings of one time and seating with different `template`s are two tokens at one time.
    """

    at: time
    seating: str = "Dining Room"
    tables: int = 1
    smallest: int = 1
    largest: int = 6
    service: int = DINNER
    template: int = 0
    turn: timedelta = timedelta(minutes=90)
    off_market: timedelta = timedelta(hours=1)
    policy: Policy | None = None
    trap: Trap = Trap.NONE

    @property
    def template_id(self) -> int:
        """The number in the token; made from the seating where none is given."""
        return self.template or 3_500_000 + crc32(f"{self.seating}/{self.service}".encode()) % 99_991


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A venue; `id` 0 and an empty `slug` or `zone` are filled in when it is added to the world."""

    name: str
    sittings: tuple[Sitting, ...] = ()
    release: Release = USUAL
    id: int = 0
    slug: str = ""
    city: City = NEW_YORK
    zone: str = ""
    closed_on: frozenset[date] = frozenset()
    smallest: int = 1
    largest: int = 6
    allow_multiple: bool = False
    policy: Policy = FREE
    need_to_know: str | None = None
    recaptcha: bool = False
    double_confirmation: tuple[str, ...] = ()
    cuisine: str = "Italian"
    neighbourhood: str = "West Village"
    active: bool = True

    @property
    def key(self) -> str:
        """What stays when the id changes: city and slug."""
        return f"{self.city.slug}/{self.slug}"

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def starts_at(self, day: date, sitting: Sitting) -> datetime:
        """The instant (UTC) at which it starts."""
        return datetime.combine(day, sitting.at, self.place).astimezone(UTC)

    def policy_of(self, sitting: Sitting) -> Policy:
        """The sitting's own policy, or the venue's."""
        return self.policy if sitting.policy is None else sitting.policy

    def cut_off(self, day: date, sitting: Sitting) -> datetime | None:
        """Until when (UTC) cancelling is free; None: until it starts."""
        policy = self.policy_of(sitting)
        if policy.cut_off is None:
            return None
        at = sitting.at if policy.cut_off_at is None else policy.cut_off_at
        return datetime.combine(day, at, self.place).astimezone(UTC) - policy.cut_off


def slug_of(name: str) -> str:
    """The name as it stands in links."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def seatings(times: tuple[time, ...], tables: dict[str, int], *, largest: int = 6) -> tuple[Sitting, ...]:
    """A sitting of so many tables for every seating at every one of the times."""
    return tuple(
        Sitting(at=at, seating=seating, tables=count, largest=largest)
        for at in times
        for seating, count in tables.items()
    )
