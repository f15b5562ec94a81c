"""The fake platform on the conformance stage: what other tests lean on behaves like the real ones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.domain.venue import VenueRef
from tests.conformance.platforms.stage import Spec
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault

_CALLS = ("find_venues", "venue", "days", "slots", "book", "cancel", "reservations", "hold", "release")


class FakeStage:
    keeps_keys = True
    lists_all = True
    tells_horizon_beyond_drop = True

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.platform = FakePlatform(self.clock)
        self.hold_for = self.platform.hold_for

    async def add_venue(self, spec: Spec) -> VenueRef:
        return self.platform.add_venue(
            spec.name,
            zone=spec.zone,
            times=spec.times,
            tables=spec.tables,
            drop=spec.drop,
            horizon_days=spec.horizon_days,
            closed=spec.closed,
            party_min=spec.party_min,
            party_max=spec.party_max,
            free_until_before=spec.free_until,
        ).ref

    def lose_answer(self, *, booked: bool) -> None:
        self.platform.fail("book", Fault.LOST_AFTER if booked else Fault.LOST_BEFORE)

    def go_down(self) -> None:
        for call in _CALLS:
            self.platform.fail(call, Fault.DOWN, times=100)


@asynccontextmanager
async def fake_stage() -> AsyncIterator[FakeStage]:
    stage = FakeStage()
    yield stage
    await stage.platform.aclose()
