"""There may be a table, and only an account that opens no more can tell: who is told what, and how it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from core.domain.account import AccountState
from core.domain.plan_state import PlanState
from core.persistence import accounts
from tests.dialogues.acting import all_plans
from tests.dialogues.test_members import guest
from tests.dialogues.test_with_accounts import BOB, DROP, LATER, WithResy, connect, staged, the_plan
from tests.fakes.accounts import ANN
from tests.fakes.faults import Fault
from tests.stage import Stage


@asynccontextmanager
async def locked_out(*, friends: tuple[str, ...] = ()) -> AsyncIterator[WithResy]:
    """Ann's account dies with the call that booked, before its answer was heard."""
    async with staged() as stage:
        account = await connect(stage)
        await connect(stage, "bob", BOB)
        for who in ("ann", *friends):
            await stage.fake.say(who, LATER)
            await stage.fake.tap(who, "Yes, go for it")
        booking, listed = stage.resy.book, stage.resy.reservations

        async def book_and_die(slot, **about):
            answer = await booking(slot, **about)
            await stage.wallet.lost(account.id, AccountState.EXPIRED)
            return answer

        async def opened(*, booker):
            await stage.wallet.credentials(booker.account_id)
            return await listed(booker=booker)

        stage.resy.fail("book", Fault.LOST_AFTER)
        stage.resy.book, stage.resy.reservations = book_and_die, opened
        await stage.time.run_until(DROP + timedelta(seconds=30))
        stage.resy.book = booking
        yield stage


async def said(stage: Stage, words: str, *, private_of: str | None = None) -> list[str]:
    return [one.text for one in await stage.fake.messages(private_of=private_of) if words in one.text]


async def test_the_group_is_told_once_and_the_card_says_whose_account_can_tell():
    async with locked_out() as stage:
        assert (await the_plan(stage)).state is PlanState.CHECKING
        on_card, told = await said(stage, "There may be a table in Ann's name")
        assert "Ann can sign in again in our private chat, and I look at once" in on_card
        assert "On Tue 15 Dec" in on_card
        assert "I stop asking" in on_card
        assert "I have asked Ann to sign in to Resy again" in told
        await stage.time.advance(timedelta(hours=1))
        assert len(await said(stage, "There may be a table in Ann's name")) == 2


async def test_whose_account_it_is_signs_in_on_a_card_of_their_own_and_it_is_found():
    async with locked_out() as stage:
        (asked,) = await said(stage, "There may be a table in your name", private_of="ann")
        assert "look in Resy's own app" in asked
        assert await said(stage, "There may be a table in your name", private_of="bob") == []
        await stage.fake.tap("ann", "Sign in again", private=True)
        await stage.fake.tap("ann", "E-mail and password", private=True)
        await stage.fake.say("ann", ANN.email, private=True)
        await stage.fake.say("ann", ANN.password, private=True)
        await stage.time.advance(timedelta(seconds=1))
        assert (await the_plan(stage)).state is PlanState.BOOKED
        assert await said(stage, "it is!")
        assert await said(stage, "There may be a table in your name", private_of="ann") == []


async def test_a_friends_plan_says_why_it_waits_and_books_nothing():
    async with locked_out(friends=("bob",)) as stage:
        (waits,) = await said(stage, "Ann's plan for that evening may have its table already")
        assert "nobody can look before Ann signs in to Resy again" in waits
        assert len(stage.resy.booked) == 1
        bob = (await guest(stage, "bob")).id
        (waiting,) = [plan for plan in await all_plans(stage) if plan.organiser_id == bob]
        assert waiting.state is PlanState.ARMED


async def test_with_the_evening_it_ends_and_nobody_is_told_that_there_is_no_table():
    async with locked_out() as stage:
        plan = await the_plan(stage)
        evening = plan.wish.first_at(plan.zone)
        await stage.stop()
        await stage.time.run_until(evening)
        await stage.start()
        await stage.time.advance(timedelta(seconds=5))
        assert (await the_plan(stage)).state is PlanState.LOST
        assert len(await said(stage, "I never found out whether there is a table")) == 2
        assert await said(stage, "No table") == []
        account_id = plan.accounts[0]
        assert await stage.database.read(lambda tx: accounts.hangs_on(tx, account_id)) is None
