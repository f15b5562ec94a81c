"""An evening for a table at the Resy look-alike: one plan, an account or two, and everything that can go wrong."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection

from core.accounts.keeper import AccountKeeper
from core.domain.guest import Guest
from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.drops.almanac import Almanac
from core.persistence import accounts, chats, guests, plans, reservations
from core.plans import account_choice, arming
from core.ports import Platform
from core.powers.accounts import Credentials, SignedIn
from core.security.secret import Secret
from platforms.resy import wire
from platforms.resy.lookalike import (
    Card,
    DaysAhead,
    LookAlike,
    Person,
    Reserved,
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
    """`world` is the platform, which outlives every process. With `lent`, Bob's account stands by for the plan."""

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        *,
        seed: int = 1,
        now: datetime,
        skew: timedelta = timedelta(0),
        lent: bool = False,
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
        self.bob = self.world.add_person("bob@example.org", cards=(Card(),))
        self._lent = lent
        self._patch = patch

    async def open(self) -> None:
        """Friends who have been let in, Ann's account, and her plan, armed in the group."""
        await super().open()
        now = self.clock.now()
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
            self._connect(tx, wallet, self.ann, people["ann"])
            arming.arm(
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
            if self._lent:
                self._connect(tx, wallet, self.bob, people["bob"])
                account_choice.lend(tx, PLAN, people["bob"], now=now)

        await self.database.write(arm)

    def _connect(self, tx: Connection, wallet: AccountKeeper, person: Person, guest: Guest) -> None:
        pair, now = self.world.sign_in(person), self.clock.now()
        credentials = Credentials(
            token=Secret(pair.auth),
            expires_at=now + timedelta(days=45),
            refresh=Secret(pair.refresh),
            refresh_expires_at=now + timedelta(days=90),
        )
        signed_in = SignedIn(credentials=credentials, external_id=str(person.id), holder=guest.name)
        wallet.connect_in(tx, guest_id=guest.id, platform="resy", signed_in=signed_in)

    async def sign_in_again(self) -> None:
        """Ann does what she was asked to, where her account is needed to find out what became of a call."""
        state = await self.database.read(lambda tx: plans.get(tx, PLAN).state)
        if state is not PlanState.CHECKING:
            return
        self.world.faults.clear()
        wallet = keeper(self.database, self.clock)

        def connect(tx: Connection) -> None:
            self._connect(tx, wallet, self.ann, guests.get(tx, plans.get(tx, PLAN).organiser_id))

        await self.database.write(connect)
        await self.wait(self.clock.now() + timedelta(minutes=10))

    @property
    def live(self) -> list[Reserved]:
        """The tables that the friends hold at the platform."""
        return [*self.world.live_reservations(self.ann), *self.world.live_reservations(self.bob)]

    def built(self, database: MortalDatabase, wallet: AccountKeeper, fuse: Fuse) -> Platform:
        return self._platform(Almanac(database, self.clock), wallet, fuse)

    def _platform(self, almanac: Almanac, wallet: AccountKeeper, fuse: Fuse | None) -> ResyPlatform:
        step = None if fuse is None else fuse.step
        self._patch.setattr(
            wire, "transport", lambda *, keep_alive: InProcess(self.world, self.clock, step=step)
        )
        key = self.world.knobs.api_key
        return ResyPlatform("http://resy.test", key, self.clock, wallet=wallet, almanac=almanac)

    async def troubles(self) -> list[str]:
        """What is not as promised, once everything has settled: tables, words, and nothing left lying."""
        now = self.clock.now()
        live = self.live
        told = await self.database.read(
            lambda tx: untruths(tx, now=now, kept=lambda _: [str(one.id) for one in live])
        )
        state = await self.database.read(lambda tx: plans.get(tx, PLAN).state)
        if len(live) > 1:
            told.append(f"{len(live)} tables")
        kept = await self.database.read(lambda tx: reservations.live_of_plan(tx, PLAN))
        if kept is not None and live and kept.account_id is not None:
            account_id = kept.account_id
            account = await self.database.read(lambda tx: accounts.get(tx, account_id))
            if account.external_id != str(live[0].person_id):
                told.append("the table is kept as another account's")
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
