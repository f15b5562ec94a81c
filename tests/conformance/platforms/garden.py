"""The worked platform of `docs/adding-a-platform.md` on the conformance stage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import ModuleType

import pytest

from core.domain.venue import Venue, VenueRef
from tests import worked_platform
from tests.conformance.platforms.stage import Spec
from tests.fakes.clock import FakeClock
from tests.fakes.wallet import FakeWallet


class GardenStage:
    """In memory nothing gets lost and nothing goes down, and the garden charges nothing."""

    keeps_keys = True
    lists_all = True
    tells_horizon_beyond_drop = True

    def __init__(self, module: ModuleType) -> None:
        self.clock = FakeClock()
        self.hold_for = timedelta(0)
        self._module = module
        self.platform = module.GardenPlatform(self.clock, wallet=FakeWallet(), members=(), gardens=())

    async def add_venue(self, spec: Spec) -> VenueRef:
        if spec.free_until is not None:
            pytest.skip("this platform charges nothing")
        venue = Venue(
            ref=VenueRef(platform="garden", id=spec.name.casefold().replace(" ", "-")),
            name=spec.name,
            zone=spec.zone,
            seatings=tuple(seating for seating in spec.tables if seating),
            party_min=spec.party_min,
            party_max=spec.party_max,
            horizon_days=spec.horizon_days,
            drop=spec.drop,
        )
        garden = self._module.Garden(venue=venue, times=spec.times, tables=spec.tables, closed=spec.closed)
        self.platform._gardens[venue.ref.id] = garden
        return venue.ref

    def lose_answer(self, *, booked: bool) -> None:
        pytest.skip("this platform loses no answer")

    def go_down(self) -> None:
        pytest.skip("this platform is never down")


@asynccontextmanager
async def garden_stage() -> AsyncIterator[GardenStage]:
    with worked_platform.folder() as module:
        yield GardenStage(module)
