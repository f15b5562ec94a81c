"""Resy's client on the conformance stage, over a server that behaves as Resy's does."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import time, timedelta

from core.domain.almanac import Claim, DropKnowledge, Source
from core.domain.drop import DropRule
from core.domain.venue import VenueRef
from core.powers.accounts import Credentials
from core.security.secret import Secret
from platforms.resy import lookalike
from platforms.resy.lookalike import Card, Fault, LookAlike, Policy, Sitting
from platforms.resy.platform import ResyPlatform
from tests.conformance.platforms.stage import Spec
from tests.fakes.clock import FakeClock
from tests.fakes.wallet import FakeWallet

_DOWN = (
    "search",
    "cities",
    "venue",
    "config",
    "calendar",
    "find",
    "details",
    "book",
    "reservations",
    "geoip",
)


class KnownDrops:
    """Somebody who knows when the venues of the stage release their tables."""

    def __init__(self) -> None:
        self.rules: dict[VenueRef, DropRule] = {}

    async def best(self, ref: VenueRef, zone: str, claims: Sequence[Claim] = ()) -> DropKnowledge | None:
        rule = self.rules.get(ref)
        return None if rule is None else DropKnowledge(claim=Claim(rule=rule, source=Source.GUEST))


class ResyStage:
    """An account for everybody who books; the venues' horizon is their drop, since that is all Resy knows."""

    keeps_keys = False
    lists_all = False
    tells_horizon_beyond_drop = False

    def __init__(self, world: LookAlike, url: str, clock: FakeClock) -> None:
        self.clock = clock
        self.hold_for = timedelta(minutes=5)
        self._world = world
        self._almanac = KnownDrops()
        self.platform = ResyPlatform(
            url,
            world.knobs.api_key,
            clock,
            wallet=FakeWallet(self._open),
            almanac=self._almanac,
        )

    async def add_venue(self, spec: Spec) -> VenueRef:
        drop = spec.drop or DropRule(days_ahead=spec.horizon_days, at=time(0), zone=spec.zone)
        policy = Policy() if spec.free_until is None else Policy(fee=25.0, cut_off=spec.free_until)
        venue = self._world.add_venue(
            lookalike.Venue(
                name=spec.name,
                zone="EST5EDT" if spec.zone == "America/New_York" else spec.zone,
                release=lookalike.DaysAhead(days=drop.days_ahead, at=drop.at),
                sittings=tuple(
                    Sitting(
                        at=at, seating=seating, tables=count, largest=spec.party_max, off_market=timedelta(0)
                    )
                    for at in spec.times
                    for seating, count in spec.tables.items()
                ),
                policy=policy,
                closed_on=frozenset(spec.closed),
                smallest=spec.party_min,
                largest=spec.party_max,
                allow_multiple=True,
            )
        )
        ref = VenueRef(platform="resy", id=f"{venue.city.slug}/{venue.slug}")
        if spec.drop is not None:
            self._almanac.rules[ref] = spec.drop
        return ref

    def lose_answer(self, *, booked: bool) -> None:
        self._world.faults.next("book", Fault.CUT_AFTER_COMMIT if booked else Fault.CUT)

    def go_down(self) -> None:
        for endpoint in _DOWN:
            self._world.faults.next(endpoint, Fault.CUT, times=100)

    async def _open(self, account_id: int) -> Credentials:
        person = self._world.add_person(f"guest{account_id}@example.org", cards=(Card(id=account_id),))
        pair = self._world.sign_in(person)
        return Credentials(token=Secret(pair.auth), refresh=Secret(pair.refresh))


@asynccontextmanager
async def resy_stage() -> AsyncIterator[ResyStage]:
    clock = FakeClock()
    world = LookAlike(clock)
    async with lookalike.serving(world) as url:
        stage = ResyStage(world, url, clock)
        yield stage
        await stage.platform.aclose()
