"""Whose word it is: nobody's account, money or name is used for what they did not speak of."""

from datetime import date, time

from bot.conversation.messages import Chose
from core.domain.plan_state import PlanState
from core.domain.terms import Terms
from core.persistence import mandates
from core.persistence.mandates import Given
from tests.dialogues.acting import all_plans, card, labels, toast
from tests.dialogues.test_members import guest
from tests.dialogues.test_with_accounts import (
    BOB,
    DROP,
    LATER,
    OPEN,
    WithResy,
    connect,
    staged,
    the_plan,
    usd,
)
from tests.fakes.faults import Fault

EIGHT = "8 guests"


async def said(stage: WithResy) -> list[Given]:
    plan = await the_plan(stage)
    return list(await stage.database.read(lambda tx: mandates.of_plan(tx, plan.id)))


async def lent(stage: WithResy, words: str = LATER) -> None:
    """Ann's plan, for which Bob's account stands by."""
    await connect(stage)
    await connect(stage, "bob", BOB)
    await stage.fake.say("ann", words)
    await stage.fake.tap("ann", "Yes, go for it")
    await stage.fake.tap("bob", "Use my Resy too")


async def for_eight(stage: WithResy) -> None:
    """Ann wants the table for eight after all."""
    await stage.fake.tap("ann", "Change")
    await stage.fake.tap("ann", "Change guests")
    await stage.fake.tap("ann", "8")
    await stage.fake.tap("ann", "Yes, go for it")


async def test_who_lends_is_told_in_private_what_for_and_up_to_which_cost_and_takes_it_back_there():
    async with staged() as stage:
        await lent(stage)
        told = await card(stage, private_of="bob")
        assert "Your Resy stands by for Ann's plan" in told
        assert "up to 25.00 USD a person for not showing up" in told
        assert "Wanted: 19:00" in told
        await stage.fake.tap("bob", "Not with mine", private=True)
        assert "Nothing is booked for this plan in your name" in await card(stage, private_of="bob")
        assert "Bob" not in await card(stage)


async def test_a_plan_that_becomes_another_asks_the_lender_again_and_the_card_says_so():
    async with staged() as stage:
        await lent(stage)
        await for_eight(stage)
        assert "Bob's Resy is not used until they say so again" in await card(stage)
        asked = await card(stage, private_of="bob")
        assert "Ann's plan has changed" in asked
        assert EIGHT in asked
        assert [one.stands for one in await said(stage)] == [True, False]
        await stage.fake.tap("bob", "Yes, with my Resy", private=True)
        assert [one.stands for one in await said(stage)] == [True, True]
        assert "Your Resy stands by" in await card(stage, private_of="bob")
        assert "Bob's stands by" in await card(stage)


async def test_who_was_asked_again_and_does_not_answer_pays_nothing():
    async with staged() as stage:
        await lent(stage)
        await for_eight(stage)
        (ann, _) = [one.account_id for one in await said(stage)]
        stage.resy.fail("book", Fault.NEEDS_GUEST)  # Ann's account lacks a card
        await stage.time.run_until(DROP)
        await stage.time.advance(stage.resy.hold_for)
        assert set(stage.resy.booked_with) <= {ann}


async def test_who_says_yes_to_a_card_that_has_changed_since_is_shown_the_new_one():
    async with staged() as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        shown, ref = stage.fake.button("Yes, go for it", stage.fake.place("ann", private=False))
        await stage.fake.tap("ann", "Change guests")
        await stage.fake.tap("ann", "8")
        place = stage.fake.place("ann", private=False)
        late = Chose(
            person=stage.fake.person("ann"), place=place, dialogue_id=shown.dialogue_id or "", ref=ref
        )
        await stage.fake.hear(late)
        assert await all_plans(stage) == []
        assert EIGHT in await card(stage)
        assert "Yes, go for it" in await labels(stage)


async def test_what_was_open_and_is_not_any_more_is_shown_anew_rather_than_watched_for():
    async with staged(drop=None) as stage:
        await connect(stage)
        await stage.fake.say("ann", OPEN)
        friday = date(2026, 12, 4)
        for at in (time(19), time(19, 30), time(20)):
            stage.resy.rival(stage.carbone.ref, on=friday, at=at, tables=2, acts_at=stage.clock.now())
        await stage.fake.tap("ann", "Yes, book it")
        assert await all_plans(stage) == []
        assert "It changed while you tapped" in await toast(stage, "ann")
        assert "Yes, book it" not in await labels(stage)


async def test_an_admin_changes_no_limit_of_anothers_money():
    async with staged() as stage:
        await connect(stage, "bob", BOB)
        await stage.fake.say("bob", LATER)
        await stage.fake.tap("bob", "Change fee limit")
        await stage.fake.tap("ann", "Anything")
        assert "for the one to say who pays" in await toast(stage, "ann")
        await stage.fake.tap("bob", "50 USD")
        await stage.fake.tap("bob", "Yes, go for it")
        (word,) = await said(stage)
        assert word.ceiling.late_fee == usd(50)


async def test_who_pays_and_does_not_come_is_told_of_the_table_and_the_chat_in_whose_name_it_is():
    async with staged() as stage:
        await connect(stage, "bob", BOB)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("bob", "Use my Resy")
        bob = await guest(stage, "bob")
        assert bob.id not in (await the_plan(stage)).people
        await stage.time.run_until(DROP)
        await stage.time.advance(stage.resy.hold_for)
        assert (await the_plan(stage)).state is PlanState.BOOKED
        for private_of in ("bob", None):
            texts = [one.text for one in await stage.fake.messages(private_of=private_of)]
            (told,) = [text for text in texts if "it is!" in text]
            assert "in the name of Bob Example" in told


async def test_what_one_accepts_is_not_accepted_for_anothers_account():
    async with staged(asks=Terms(prepaid=usd(900))) as stage:
        await lent(stage)
        await stage.time.run_until(DROP)
        await stage.time.advance(stage.resy.hold_for / 5)
        ann, bob = await said(stage)
        stage.resy.fail("book", Fault.NEEDS_GUEST, times=9)  # Ann has no card: Bob's account would be next
        await stage.fake.tap("ann", "Accept")
        await stage.time.advance(stage.resy.hold_for / 5)
        ann, bob = await said(stage)
        assert ann.ceiling.agreed is not None
        assert bob.ceiling.agreed is None
        assert stage.resy.booked_with == []
