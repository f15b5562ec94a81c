"""What the suite needs around a platform: venues made to order, a clock, and things going wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol

from core.domain.drop import DropRule
from core.domain.venue import VenueRef
from core.ports import Platform
from tests.fakes.clock import FakeClock

NEW_YORK = "America/New_York"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A venue open every day at `times`, with so many tables a seating; a party is gone by the next time."""

    name: str = "Casa Luna"
    zone: str = NEW_YORK
    times: tuple[time, ...] = (time(17), time(19), time(21))
    tables: Mapping[str, int]
    party_min: int = 1
    party_max: int = 6
    horizon_days: int = 60
    drop: DropRule | None = None
    closed: tuple[date, ...] = ()
    free_until: timedelta | None = None


class Stage(Protocol):
    """One platform, and the means to set a scene for it. A platform joins with one factory in `conftest`."""

    clock: FakeClock
    hold_for: timedelta

    @property
    def platform(self) -> Platform: ...

    @property
    def keeps_keys(self) -> bool:
        """Whether the platform keeps the key of a booking, so that one key never gets two tables."""
        ...

    @property
    def lists_all(self) -> bool:
        """Whether the platform is small enough to list all its venues."""
        ...

    @property
    def tells_horizon_beyond_drop(self) -> bool:
        """Whether a venue with a drop also has a furthest day that nothing is planned for yet."""
        ...

    async def add_venue(self, spec: Spec) -> VenueRef: ...

    def lose_answer(self, *, booked: bool) -> None:
        """The answer to the next booking gets lost, after it was `booked` or before."""
        ...

    def go_down(self) -> None:
        """From now on the platform answers nothing."""
        ...
