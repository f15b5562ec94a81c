"""An evening for a table at the Resy look-alike: one plan, an account or two, and everything that can go wrong."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection

from bot import outgoing
from core.accounts.keeper import AccountKeeper
from core.domain.guest import Guest
from core.domain.job import Job
from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.domain.venue import VenueRef
from core.drops.almanac import Almanac
from core.persistence import accounts, chats, guests, jobs, plans, reservations
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
from tests.expect import present
from tests.fakes.resy_wire import InProcess
from tests.fakes.wallet import keeper
from tests.faults.evening import DROP as ANY_DROP
from tests.faults.evening import FRIENDS, Evening
from tests.faults.fuse import Fuse, MortalDatabase
from tests.faults.network import GROUP
from tests.faults.truth import evening_of, is_out_of_sight, rests, untruths

ON = date(2026, 12, 15)
DROP = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
"""09:00 in New York, fourteen days before the evening."""

TIMES = (time(19), time(19, 30))

EVENING = datetime(2026, 12, 16, 0, 0, tzinfo=UTC)
"""19:00 in New York."""

PLAN = "plan-of-ann"
NAME = "Casa Luna"

MAY_BE = "'s name, and I can't see it"
"""That there may be a table, as a card and a notice say it."""

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
            for who in FRIENDS:
                place = {"frontend": self.network.name, "external_id": f"dm:{who}"}
                private = chats.of_place(tx, **place, private=True, title="")
                guests.set_dm(tx, self.network.name, who, private.id)
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
                account_ids=account_choice.chosen_by(tx, people["ann"], "resy", None),
                now=now,
            )
            outgoing.open_dialogue(
                tx, flow="plan", chat_id=chat.id, guest_id=people["ann"].id, plan_id=PLAN, now=now
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

    async def rests(self) -> Job | None:
        """The plan's job, if it waits for a guest to sign in before it can be found out what became of its call."""
        (job,) = await self.database.read(lambda tx: jobs.of_plan(tx, PLAN))
        return job if rests(job) else None

    async def sign_in_again(self) -> None:
        """Whoever's account is needed to find out what became of a call does what they were asked to."""
        job = await self.rests()
        assert job is not None
        assert job.account_id is not None
        self.world.faults.clear()
        wallet, account_id = keeper(self.database, self.clock), job.account_id

        def connect(tx: Connection) -> None:
            account = accounts.get(tx, account_id)
            person = next(one for one in (self.ann, self.bob) if str(one.id) == account.external_id)
            self._connect(tx, wallet, person, guests.get(tx, account.guest_id))

        await self.database.write(connect)
        await self.wait(self.clock.now() + timedelta(minutes=10))

    async def days_pass(self, until: datetime) -> None:
        """The bot is off until then, and a few minutes more pass with it."""
        await self.begin_again(after=until - self.clock.now())
        await self.wait(self.clock.now() + timedelta(minutes=2))

    async def asked_to_sign_in(self) -> int:
        """How often the one whose account rests was told in private that they may have a table."""
        account_id = present(present(await self.rests()).account_id)
        guest_id = await self.database.read(lambda tx: accounts.get(tx, account_id).guest_id)
        (who,) = [who for who in FRIENDS if await self._id_of(who) == guest_id]
        return sum("There may be a table in your name" in text for text in self.network.texts(f"dm:{who}"))

    async def _id_of(self, who: str) -> int:
        known = await self.database.read(lambda tx: guests.sign_in(tx, self.network.name, who))
        assert known is not None
        return known.guest_id

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
        unseen = await self.database.read(lambda tx: is_out_of_sight(tx, PLAN))
        if (state is PlanState.BOOKED) != bool(live) and not unseen:
            told.append(f"the plan says {state}, and there are {len(live)} tables")
        if state.over and self.results(GROUP) != 1:
            told.append(f"the group was told {self.results(GROUP)} times how it ended")
        if (job := await self.rests()) is not None:
            told.extend(await self._untold_of(job, state))
        elif not state.over and state is not PlanState.NEEDS_GUEST:
            told.append(f"the plan is still {state}")
        return told

    async def _untold_of(self, job: Job, state: PlanState) -> list[str]:
        """What a job that rests until somebody signs in leaves unsaid, or does meanwhile."""
        now, told = self.clock.now(), []
        ends_at = await self.database.read(lambda tx: evening_of(tx, job))
        if state is not PlanState.CHECKING:
            told.append(f"the job rests, and the plan says {state}")
        if not now < job.due_at <= ends_at:
            told.append(f"the job that rests is next looked at at {job.due_at}")
        if not any(MAY_BE in text for text in self._cards(GROUP)):
            told.append("the plan's card does not say that there may be a table")
        if (count := sum(MAY_BE in text for text in self._notices(GROUP))) != 1:
            told.append(f"the group was told {count} times that there may be a table")
        if not await self.asked_to_sign_in():
            told.append("whose account it is was not asked to sign in")
        return told

    def is_told(self, words: str) -> bool:
        """Whether the group was told that, as a notice."""
        return any(words in text for text in self._notices(GROUP))

    def _cards(self, chat_id: str) -> list[str]:
        return [one.text.plain(now=DROP) for one in self.network.in_chat(chat_id) if one.card is not None]

    def _notices(self, chat_id: str) -> list[str]:
        return [one.text.plain(now=DROP) for one in self.network.in_chat(chat_id) if one.card is None]


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
