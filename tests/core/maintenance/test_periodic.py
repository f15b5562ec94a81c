"""Tokens are renewed in good time, guests told in good time, and tables looked for until they are listed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from core.domain.account import AccountState
from core.domain.guest import Preferences
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.reservation import Reservation
from core.errors import PlatformDown
from core.maintenance.periodic import Maintenance
from core.persistence import accounts, chats, guests, plans, reservations
from core.persistence.tables import dialogues, outbox
from core.powers.accounts import Credentials, SignedIn, SignInAnswer
from core.powers.sign_in import SignInStep, TypeEmail
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from core.security.secret import Secret
from tests.expect import present
from tests.facts import hear_all, notifications
from tests.fakes.alarm import FakeAlarm
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.issuer import Issuer
from tests.fakes.platform import FakePlatform
from tests.fakes.wallet import connected, keeper

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class AccountPlatform(FakePlatform):
    """The fake platform with accounts, and a list that can lag behind."""

    def __init__(self, clock, issuer: Issuer) -> None:
        super().__init__(clock)
        self.issuer = issuer
        self.listed: list[Reservation] = []
        self.list_down = False
        self.asked_at: list[datetime] = []

    def first_step(self) -> SignInStep:
        return SignInStep(question=TypeEmail())

    async def next_step(self, step: SignInStep, answer: Secret) -> SignInAnswer:
        return self.issuer.signed_in()

    async def renew(self, credentials: Credentials) -> Credentials:
        return await self.issuer.renew(credentials)

    async def look_at(self, account_id: int) -> SignedIn:
        return self.issuer.signed_in()

    def mending_page(self) -> str:
        return "https://fake.example/account"

    async def reservations(self, *, booker):
        self.asked_at.append(self.clock.now())
        self.asked_for = booker
        if self.list_down:
            raise PlatformDown("fake", "down")
        return self.listed


class House:
    """Ann with an account, and the maintenance of a process."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.database = InlineDatabase()
        self.issuer = Issuer(self.clock)
        self.platform = AccountPlatform(self.clock, self.issuer)
        self.rung = 0

    async def open(self, **how) -> "House":
        now = self.clock.now()

        def meet(tx):
            guest = guests.meet(
                tx, frontend="fake", account_id="ann", name="Ann", handle="ann", origin="", now=now
            )
            chat = chats.of_place(tx, frontend="fake", external_id="dm:ann", private=True, title="")
            guests.set_dm(tx, "fake", "ann", chat.id)
            return guest.id, chat.id

        self.ann, self.chat_id = await self.database.write(meet)
        await self.begin()
        self.account = await connected(
            self.database, self.wallet, self.ann, "fake", self.issuer.signed_in(**how)
        )
        return self

    async def begin(self) -> None:
        """As a process starts."""
        bell = Bell()
        bell.listen(self._rung)
        self.wallet = keeper(self.database, self.clock)
        self.alarm = FakeAlarm(self.clock)
        self.maintenance = Maintenance(
            database=self.database,
            clock=self.clock,
            wallet=self.wallet,
            platforms={"fake": self.platform},
            alarm=self.alarm,
            quiet_window=QuietWindow(),
            bell=bell,
        )
        self.maintenance.start()
        await settle()

    async def live(self, duration: timedelta, *, look_every: timedelta = HOUR) -> None:
        """Time goes by with a look at the accounts as often as the alarm clock asks for one."""
        until = self.clock.now() + duration
        while self.clock.now() < until:
            self.clock.jump(min(until, self.clock.now() + look_every))
            await self.maintenance.look_at_accounts()

    def _rung(self) -> None:
        self.rung += 1

    async def end(self) -> None:
        await self.maintenance.stop()
        self.alarm.stop()

    async def asked(self) -> list[str]:
        """Drafts of the mending cards."""
        await self.database.write(lambda tx: hear_all(tx, notifications()))
        query = select(dialogues.c.draft).where(dialogues.c.flow == "mend")
        return list(await self.database.read(lambda tx: tx.execute(query).scalars().all()))

    async def told(self) -> list[str]:
        await self.database.write(lambda tx: hear_all(tx, notifications()))
        query = select(outbox.c.key).where(outbox.c.topic == "news")
        return list(await self.database.read(lambda tx: tx.execute(query).scalars().all()))

    async def token(self) -> str:
        return (await self.wallet.credentials(self.account.id)).token.reveal()

    async def stored(self):
        return await self.database.read(lambda tx: accounts.get(tx, self.account.id))

    async def book(self) -> Reservation:
        """A table that the platform has confirmed, and not listed."""
        now = self.clock.now()
        venue = self.platform.add_venue()
        wish = Wish(venue=venue.ref, on=date(2026, 12, 22), party_size=2, times=(time(19),))
        plan = Plan(
            id="p1",
            organiser_id=self.ann,
            chat_id=self.chat_id,
            thread_id=None,
            wish=wish,
            venue_name=venue.name,
            zone=venue.zone,
            state=PlanState.BOOKED,
            created_at=now,
            accounts=(self.account.id,),
        )
        table = Reservation(
            venue=venue.ref,
            id="r1",
            confirmation="R1",
            starts_at=now + 21 * DAY,
            party_size=2,
            read_back=False,
        )

        def keep(tx):
            plans.add(tx, plan)
            reservations.add(tx, plan.id, table, account_id=self.account.id, now=now)

        await self.database.write(keep)
        return table

    async def table(self) -> Reservation:
        return present(await self.database.read(lambda tx: reservations.live_of_plan(tx, "p1"))).reservation


@pytest.fixture
async def house():
    house = await House().open()
    yield house
    await house.end()


async def test_accounts_are_looked_at_every_hour(house):
    house.clock.jump(house.clock.now() + 35 * DAY)
    await house.clock.advance(HOUR - timedelta(minutes=1))
    assert await house.token() == "token-1"
    await house.clock.advance(2 * HOUR)
    assert await house.token() == "token-2"


async def test_a_token_is_renewed_with_fewer_than_ten_days_left_and_not_before(house):
    await house.live(34 * DAY + 23 * HOUR)
    assert await house.token() == "token-1"
    await house.live(3 * HOUR)
    assert await house.token() == "token-2"
    assert house.issuer.asked == 1
    assert not await house.asked()


async def test_a_year_goes_by_with_a_renewal_every_five_weeks_and_no_word(house):
    await house.live(365 * DAY, look_every=6 * HOUR)
    assert house.issuer.asked == 10
    assert not await house.asked()
    assert (await house.stored()).renewable


async def test_a_look_at_the_start_finds_what_fell_due_while_nothing_ran(house):
    await house.end()
    house.clock.jump(house.clock.now() + 36 * DAY)
    await house.begin()
    assert await house.token() == "token-2"


async def test_a_platform_that_is_down_is_asked_again_and_nobody_is_told(house):
    house.issuer.down = True
    await house.live(36 * DAY)
    assert 12 < house.issuer.asked < 48
    assert not await house.asked()
    house.issuer.down = False
    await house.live(HOUR)
    assert await house.token() == "token-2"


async def test_what_cant_be_renewed_is_told_seven_three_and_one_day_ahead_and_at_the_end():
    house = await House().open(renewable=False)
    told = []
    for days in range(1, 48):
        await house.live(DAY)
        told += [45 - days] * (len(await house.asked()) - len(told))
    assert told == [7, 3, 1, 0]
    assert house.issuer.asked == 0
    assert (await house.stored()).state.value == "expired"
    assert all('"sign_in"' in draft for draft in await house.asked())
    await house.end()


async def test_restarts_do_not_tell_anything_twice():
    house = await House().open(renewable=False)
    await house.live(39 * DAY)
    for _ in range(5):
        await house.end()
        await house.begin()
    assert len(await house.asked()) == 1
    await house.end()


async def test_after_days_without_a_process_only_the_nearest_is_told():
    house = await House().open(renewable=False)
    await house.end()
    house.clock.jump(house.clock.now() + 44 * DAY + 12 * HOUR)
    await house.begin()
    assert len(await house.asked()) == 1
    await house.live(6 * HOUR)
    assert len(await house.asked()) == 1
    await house.end()


async def test_a_refused_renewal_is_told_days_ahead_and_the_token_used_to_its_end(house):
    house.issuer.refusing = True
    await house.live(36 * DAY)
    assert await house.token() == "token-1"
    assert not await house.asked()
    assert not (await house.stored()).renewable
    await house.live(3 * DAY)
    assert len(await house.asked()) == 1
    assert house.issuer.asked < 8
    house.issuer.refusing = False
    await house.live(2 * DAY)
    assert await house.token() == "token-2"
    assert (await house.stored()).renewable
    await house.live(20 * DAY)
    assert len(await house.asked()) == 1


async def test_connecting_again_starts_the_count_anew():
    house = await House().open(renewable=False)
    await house.live(39 * DAY)
    assert len(await house.asked()) == 1
    await connected(house.database, house.wallet, house.ann, "fake", house.issuer.signed_in(renewable=False))
    await house.live(30 * DAY)
    assert len(await house.asked()) == 1
    await house.live(9 * DAY)
    assert len(await house.asked()) == 2
    await house.end()


async def test_nobody_is_woken_for_a_token_that_ends_in_days():
    house = await House().open(renewable=False)
    quiet = Preferences(quiet_from=time(22), quiet_until=time(13), zone="UTC")
    await house.database.write(lambda tx: guests.set_preferences(tx, house.ann, quiet))
    await house.live(38 * DAY + HOUR - timedelta(minutes=1))
    assert not await house.asked()
    await house.live(2 * HOUR)
    assert len(await house.asked()) == 1
    await house.end()


async def test_a_short_lived_token_is_not_renewed_at_every_look():
    house = House()
    house.issuer.lasts = 5 * DAY
    await house.open()
    await house.live(10 * DAY)
    assert house.issuer.asked in {9, 10}
    await house.end()


async def test_a_table_is_looked_for_until_it_is_listed_and_then_no_more(house):
    table = await house.book()
    start = house.clock.now()
    await house.clock.advance(timedelta(minutes=7))
    assert not (await house.table()).read_back
    house.platform.listed = [replace(table, read_back=True)]
    await house.clock.advance(timedelta(minutes=60))
    minutes = [round((at - start) / timedelta(minutes=1)) for at in house.platform.asked_at]
    assert minutes == [1, 5, 15]
    assert (await house.table()).read_back
    assert house.platform.asked_for.account_id == house.account.id
    assert not await house.told()
    assert house.rung


async def test_a_table_that_is_not_listed_after_an_hour_is_told_once_also_after_a_restart(house):
    await house.book()
    await house.clock.advance(timedelta(minutes=59))
    assert not await house.told()
    await house.clock.advance(timedelta(minutes=2))
    assert len(await house.told()) == 1
    await house.clock.advance(3 * HOUR)
    assert len(house.platform.asked_at) == 4
    await house.end()
    await house.begin()
    await house.clock.advance(HOUR)
    assert len(await house.told()) == 1


async def test_a_platform_that_does_not_answer_says_nothing_about_a_table(house):
    await house.book()
    house.platform.list_down = True
    await house.clock.advance(3 * HOUR)
    assert not await house.told()
    assert len(house.platform.asked_at) < 14
    house.platform.list_down = False
    await house.clock.advance(timedelta(minutes=20))
    assert len(await house.told()) == 1


async def test_a_look_that_breaks_does_not_end_maintenance(house, monkeypatch):
    async def broken():
        raise RuntimeError("on purpose")

    monkeypatch.setattr(house.maintenance._read_back, "look", broken)
    await house.clock.advance(timedelta(minutes=3))
    monkeypatch.undo()
    table = await house.book()
    house.platform.listed = [table]
    await house.clock.advance(timedelta(minutes=2))
    assert (await house.table()).read_back


async def test_what_is_told_names_no_token(house):
    await house.wallet.lost(house.account.id, AccountState.EXPIRED)
    letters = await house.database.read(lambda tx: tx.execute(select(outbox)).all())
    cards = await house.database.read(lambda tx: tx.execute(select(dialogues)).all())
    assert "token-1" not in f"{letters}{cards}"
