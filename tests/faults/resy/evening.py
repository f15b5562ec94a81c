"""An evening for a table at the Resy look-alike: one plan, one account, and everything that can go wrong there."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection

from core import booking
from core.accounts.keeper import AccountKeeper
from core.almanac import Almanac
from core.domain.plan import PlanState, Wish
from core.domain.venue import VenueRef
from core.persistence import chats, guests, plans
from core.ports import Platform
from core.powers import Credentials, SignedIn
from core.secret import Secret
from platforms.resy import wire
from platforms.resy.lookalike import (
    Card,
    DaysAhead,
    LookAlike,
    Venue,
    seatings,
)
from platforms.resy.platform import ResyPlatform
from tests.fakes.resy_wire import InProcess
from tests.fakes.wallet import keeper
from tests.faults.evening import DROP as ANY_DROP
from tests.faults.evening import FRIENDS, Evening
from tests.faults.fuse import Fuse, MortalDatabase
from tests.faults.network import GROUP
from tests.faults.truth import untruths

ON = date(2026, 12, 15)
DROP = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
"""09:00 in New York, fourteen days before the evening."""

TIMES = (time(19), time(19, 30))
PLAN = "plan-of-ann"
NAME = "Casa Luna"

assert ANY_DROP == DROP, "results are counted by texts that were written at this drop"


class ResyEvening(Evening):
    """`world` is the platform, which outlives every process."""

    def __init__(
        self, patch: pytest.MonkeyPatch, *, seed: int = 1, now: datetime, skew: timedelta = timedelta(0)
    ) -> None:
        super().__init__(now=now)
        self.world = LookAlike(self.clock, seed=seed, skew=skew)
        self.venue = self.world.add_venue(
            Venue(
                name=NAME,
                release=DaysAhead(days=14, at=time(9)),
                sittings=seatings(TIMES, {"Dining Room": 1, "Bar": 1}),
                need_to_know="Reservations are released 14 days in advance at 9 AM.",
            )
        )
        self.ann = self.world.add_person("ann@example.org", cards=(Card(),))
        self._patch = patch

    async def open(self) -> None:
        """Friends who have been let in, Ann's account, and her plan, armed in the group."""
        await super().open()
        pair = self.world.sign_in(self.ann)
        now = self.clock.now()
        signed_in = SignedIn(
            credentials=Credentials(
                token=Secret(pair.auth),
                expires_at=now + timedelta(days=45),
                refresh=Secret(pair.refresh),
                refresh_expires_at=now + timedelta(days=90),
            ),
            external_id=str(self.ann.id),
            holder="Ann Example",
        )
        wallet = keeper(self.database, self.clock)
        ref = VenueRef(platform="resy", id=self.venue.key)
        wish = Wish(venue=ref, on=ON, party_size=2, times=TIMES)
        platform = self._platform(Almanac(self.database, self.clock), wallet, None)
        venue = await platform.venue(ref)
        await platform.aclose()

        def arm(tx: Connection) -> None:
            people = {who: _guest(tx, self.network.name, who) for who in FRIENDS}
            chat = chats.of_place(
                tx, frontend=self.network.name, external_id=GROUP, private=False, title="Friends"
            )
            wallet.connect_in(tx, guest_id=people["ann"].id, platform="resy", signed_in=signed_in)
            booking.arm(
                tx,
                plan_id=PLAN,
                organiser=people["ann"],
                chat_id=chat.id,
                thread_id=None,
                venue=venue,
                wish=wish,
                watching=False,
                now=now,
            )
            for who in FRIENDS[1:]:
                plans.set_coming(tx, PLAN, people[who].id, coming=True)

        await self.database.write(arm)

    def built(self, database: MortalDatabase, wallet: AccountKeeper, fuse: Fuse) -> Platform:
        return self._platform(Almanac(database, self.clock), wallet, fuse)

    def _platform(self, lore: Almanac, wallet: AccountKeeper, fuse: Fuse | None) -> ResyPlatform:
        step = None if fuse is None else fuse.step
        self._patch.setattr(
            wire, "transport", lambda *, keep_alive: InProcess(self.world, self.clock, step=step)
        )
        key = self.world.knobs.api_key
        return ResyPlatform("http://resy.test", key, self.clock, wallet=wallet, lore=lore)

    async def troubles(self) -> list[str]:
        """What is not as promised, once everything has settled: tables, words, and nothing left lying."""
        now = self.clock.now()
        live = self.world.live_reservations(self.ann)
        told = await self.database.read(
            lambda tx: untruths(tx, now=now, kept=lambda _: [str(one.id) for one in live])
        )
        state = await self.database.read(lambda tx: plans.get(tx, PLAN).state)
        if len(live) > 1:
            told.append(f"{len(live)} tables")
        if (state is PlanState.BOOKED) != bool(live):
            told.append(f"the plan says {state}, and there are {len(live)} tables")
        if state.over and self.results(GROUP) != 1:
            told.append(f"the group was told {self.results(GROUP)} times how it ended")
        if not state.over and state is not PlanState.NEEDS_GUEST:
            told.append(f"the plan is still {state}")
        return told


def _guest(tx: Connection, frontend: str, who: str) -> guests.Guest:
    return guests.meet(
        tx,
        frontend=frontend,
        account_id=who,
        name=who.title(),
        handle=who,
        origin="",
        now=DROP - timedelta(days=1),
    )
