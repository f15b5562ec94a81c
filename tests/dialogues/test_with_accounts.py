"""Tables on a platform that books for guests' own accounts, from the first word to the table."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, update

from core.domain.account import Account
from core.domain.almanac import Claim, DropKnowledge, Offset, Source
from core.domain.drop import DropRule
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.domain.slot import Availability, Cause
from core.domain.terms import Money, Terms
from core.domain.venue import Venue
from core.persistence import accounts, guests, mandates, plans
from core.persistence.tables import sign_ins
from core.powers.accounts import SignedIn
from core.powers.sign_in import SignInStep, TypePassword
from core.security.secret import Secret
from tests.dialogues.acting import all_plans, card, labels, lurk, toast
from tests.dialogues.test_members import guest
from tests.drivers.fake import FakeDriver
from tests.expect import expect
from tests.fakes.able import Able
from tests.fakes.accounts import ANN, Member
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Fault
from tests.fakes.frontend import FakeFrontEnd
from tests.fakes.wallet import connected
from tests.stage import NOON, Stage

RULE = DropRule(days_ahead=14, at=time(9), zone="America/New_York")
ON = date(2026, 12, 15)
DROP = RULE.drop_of(ON)
"""Two hours from the beginning: 14:00 UTC."""

OPEN = "/reserve carbone 2 fri 19:00-20:00"
LATER = "/reserve carbone 2 15 dec 19:00-20:00"
BOB = Member(
    email="bob@example.org", password="b", token="eyJ-bob.b.b", external_id="772", holder="Bob Example"
)
CAS = Member(
    email="cas@example.org", password="c", token="eyJ-cas.c.c", external_id="773", holder="Cas Example"
)


def usd(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


class WithResy(Stage):
    """A stage where the platform with accounts is at hand."""

    resy: Able
    carbone: Venue


@asynccontextmanager
async def staged(
    *, members: Sequence[Member] = (ANN, BOB), frontend: FakeFrontEnd | None = None, **venue: Any
) -> AsyncIterator[WithResy]:
    clock = FakeClock(NOON)
    resy = Able(clock, members=tuple(members))
    venue.setdefault("drop", RULE)
    carbone = resy.add_venue("Carbone", **venue)
    stage = WithResy(*([FakeDriver(frontend)] if frontend else []), clock=clock)
    stage.platforms = {"house": stage.house, "resy": resy}
    resy.wallet = lambda: stage.wallet
    stage.resy, stage.carbone = resy, carbone
    async with stage:
        await lurk(stage.fake, "ann", "bob", "cas")
        yield stage


async def connect(stage: WithResy, who: str = "ann", member: Member = ANN) -> Account:
    """As at the end of `/connect`."""
    step = SignInStep(question=TypePassword(email=member.email))
    signed_in = await stage.resy.next_step(step, Secret(member.password))
    theirs = (await guest(stage, who)).id
    return await connected(stage.database, stage.wallet, theirs, "resy", expect(SignedIn, signed_in))


async def the_plan(stage: Stage, number: int = 0) -> Plan:
    return sorted(await all_plans(stage), key=lambda plan: plan.created_at)[number]


# An account is missing.


async def test_what_is_open_now_is_booked_once_an_account_is_connected_and_the_card_waits():
    async with staged() as stage:
        await stage.fake.say("ann", OPEN)
        shown = await card(stage)
        assert "Connect your Resy account first" in shown
        assert "Yes, book it" not in await labels(stage)
        await stage.fake.tap("ann", "Connect your account")
        assert "answered you in" in await toast(stage, "ann")
        await stage.fake.tap("ann", "E-mail and password", private=True)
        await stage.fake.say("ann", ANN.email, private=True)
        await stage.fake.say("ann", ANN.password, private=True)
        shown = await card(stage)
        assert "Books with the Resy account of Ann Example" in shown
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        assert "Booked:" in (await stage.fake.messages())[0].text
        assert stage.resy.booked_with == [(await the_plan(stage)).accounts[0]]


async def test_a_later_drop_can_be_armed_without_an_account_and_its_guest_is_asked_for_one():
    async with staged() as stage:
        await stage.fake.say("ann", LATER)
        assert "No Resy account of yours is connected" in await card(stage)
        await stage.fake.tap("ann", "Yes, go for it")
        assert "No Resy account is connected to book it with" in await card(stage)
        assert "No Resy account is connected" in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "Connect your account", private=True)
        await stage.fake.tap("ann", "E-mail and password", private=True)
        await stage.fake.say("ann", ANN.email, private=True)
        await stage.fake.say("ann", ANN.password, private=True)
        await stage.time.run_until(DROP + timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.BOOKED


async def test_somebody_who_was_never_written_to_is_shown_the_door():
    clock = FakeClock(NOON)
    resy = Able(clock)
    resy.add_venue("Carbone", drop=RULE)
    driver = FakeDriver(FakeFrontEnd(writes_unasked=False))
    async with Stage(driver, clock=clock, platforms={"resy": resy}) as stage:
        await stage.fake.say("ann", OPEN)
        assert "Connect your Resy account first" in await card(stage)
        assert "our private chat (https://fake.example/connect-resy)" in await card(stage)
        assert "Connect your account" not in await labels(stage)


async def test_a_plan_that_waits_for_an_account_says_until_when_there_is_time_for_that():
    async with staged() as stage:
        await stage.time.run_until(DROP - timedelta(minutes=4))
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.time.advance(timedelta(seconds=20))
        assert (await the_plan(stage)).state is PlanState.NEEDS_GUEST
        shown = await card(stage)
        assert "Ann has to connect a Resy account, or a friend lends theirs" in shown
        assert "Tables are released on" in shown


async def test_the_card_that_asked_for_a_card_on_file_ends_with_the_table():
    async with staged() as stage:
        stage.resy.change(cards=())
        await connect(stage)
        stage.resy.fail("book", Fault.NEEDS_GUEST)
        await stage.fake.say("ann", OPEN)
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        assert "Ann has to put a card on file with Resy" in (await stage.fake.messages())[0].text
        stage.resy.change(cards=ANN.cards)
        await stage.fake.tap("ann", "I added a card: check", private=True)
        await stage.time.advance(timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.BOOKED
        said = [message.text for message in await stage.fake.messages(private_of="ann")]
        assert any("All is well: the table is booked" in text for text in said)


# What it may cost.


async def test_the_card_says_what_another_day_asks_for_and_what_is_agreed_to():
    terms = Terms(late_fee=usd(40), card_needed=True, policy=("We hold your table for 15 minutes.",))
    async with staged(asks=terms) as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        shown = await card(stage)
        assert "asks for 40.00 USD a guest for cancelling or not showing up" in shown
        assert "We hold your table for 15 minutes." in shown
        assert "up to 25 USD a person" in shown
        assert "above what I may agree to" in shown
        await stage.fake.tap("ann", "Change fee limit")
        await stage.fake.tap("ann", "50 USD")
        shown = await card(stage)
        assert "up to 50 USD a person" in shown
        assert "above what I may" not in shown
        await stage.fake.tap("ann", "Yes, go for it")
        plan_id = (await the_plan(stage)).id
        (said,) = await stage.database.read(lambda tx: mandates.of_plan(tx, plan_id))
        assert said.ceiling.late_fee == usd(50)
        ann = await guest(stage, "ann")
        preferences = (await stage.database.read(lambda tx: guests.get(tx, ann.id))).preferences
        assert preferences.fee_limit == 50, "the next table begins with the same answer"
        await stage.time.run_until(DROP + timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.BOOKED


async def test_above_the_limit_the_guest_is_asked_and_the_table_booked_once_they_agree():
    async with staged(asks=Terms(late_fee=usd(40))) as stage:
        await connect(stage, "bob", BOB)
        await stage.fake.say("bob", LATER)
        await stage.fake.tap("bob", "Yes, go for it")
        await stage.time.run_until(DROP + timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.NEEDS_GUEST
        assert stage.resy.booked == []
        asked = await card(stage, private_of="bob")
        assert "40.00 USD a guest" in asked
        assert "80.00 USD" in asked, "for both of them"
        await stage.fake.tap("ann", "Accept these terms")
        assert "organiser" in await toast(stage, "ann"), "an admin does not spend a friend's money"
        await stage.fake.tap("bob", "Accept these terms", private=True)
        await stage.time.advance(timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.BOOKED
        assert len(stage.resy.booked) == 1


async def test_terms_that_are_declined_book_nothing():
    async with staged(asks=Terms(deposit=usd(100))) as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        assert "I would stop and ask you" in await card(stage)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.time.run_until(DROP + timedelta(seconds=2))
        assert "A deposit of 100.00 USD is taken now" in (await stage.fake.messages())[0].text
        await stage.fake.tap("ann", "No, let it go")
        await stage.time.advance(timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.LOST
        assert "The terms were not accepted" in (await stage.fake.messages())[0].text
        assert stage.resy.booked == []


async def test_what_stood_on_the_card_of_an_open_table_is_agreed_to_by_the_tap():
    async with staged(asks=Terms(prepaid=usd(95), to_agree=("No changes.",))) as stage:
        await connect(stage)
        await stage.fake.say("ann", OPEN)
        shown = await card(stage)
        assert "You pay 95.00 USD now" in shown
        assert "You agree to this: “No changes.”" in shown
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.BOOKED


async def test_terms_that_have_changed_since_the_card_was_drawn_are_asked_about():
    async with staged(asks=Terms(prepaid=usd(95))) as stage:
        await connect(stage)
        await stage.fake.say("ann", OPEN)
        sheet = stage.resy._sheets["carbone"]
        stage.resy._sheets["carbone"] = replace(sheet, asks=Terms(prepaid=usd(195)))
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        assert (await the_plan(stage)).state is PlanState.NEEDS_GUEST
        assert "You pay 195.00 USD now" in (await stage.fake.messages())[0].text


# Whose account.


async def test_a_friends_account_stands_by_and_is_taken_back():
    async with staged() as stage:
        await connect(stage)
        bobs = await connect(stage, "bob", BOB)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        assert "Books with Ann's Resy." in await card(stage)
        await stage.fake.tap("bob", "Use my Resy too")
        assert "Books with Ann's Resy; Bob's stands by." in await card(stage)
        assert (await the_plan(stage)).accounts[-1] == bobs.id
        await stage.fake.tap("bob", "Not mine")
        assert "Books with Ann's Resy." in await card(stage)
        await stage.fake.tap("bob", "Use my Resy too")
        await stage.fake.tap("bob", "I can't")
        assert "stands by" not in await card(stage), "who does not come lends nothing"


async def test_a_friend_without_an_account_is_shown_the_way_to_one():
    async with staged() as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("bob", "I'm in")
        await stage.fake.tap("bob", "Use my Resy too")
        assert "Connect your Resy account" in await card(stage, private_of="bob")
        await stage.fake.tap("bob", "E-mail and password", private=True)
        await stage.fake.say("bob", BOB.email, private=True)
        await stage.fake.say("bob", BOB.password, private=True)
        assert "Books with Ann's Resy; Bob's stands by." in (await stage.fake.messages())[0].text


async def bobs_password(stage: WithResy) -> None:
    await stage.fake.tap("bob", "E-mail and password", private=True)
    await stage.fake.say("bob", BOB.email, private=True)
    await stage.fake.say("bob", BOB.password, private=True)


async def test_who_lends_lends_whether_or_not_they_come_along():
    async with staged() as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("bob", "Use my Resy too")
        await bobs_password(stage)
        shown = (await stage.fake.messages())[0].text
        assert "Books with Ann's Resy; Bob's stands by." in shown
        plan = await the_plan(stage)
        assert (await guest(stage, "bob")).id not in plan.people


async def test_who_was_shown_the_way_to_an_account_may_ask_for_it_again():
    async with staged() as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        for _ in range(2):
            await stage.fake.tap("bob", "Use my Resy too")
            assert "answered you in" in await toast(stage, "bob")
            await stage.fake.tap("bob", "Cancel", private=True)
            assert "forgotten" in await card(stage, private_of="bob")
        await stage.fake.tap("bob", "Use my Resy too")
        await stage.fake.tap("bob", "Use my Resy too")
        await bobs_password(stage)
        assert "Bob's stands by." in (await stage.fake.messages())[0].text


async def test_a_link_that_lends_is_of_use_to_whoever_tapped_and_to_nobody_else():
    async with staged(members=(ANN, BOB, CAS), frontend=FakeFrontEnd(writes_unasked=False)) as stage:
        await connect(stage)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.database.write(_doors_closed)
        await stage.fake.tap("bob", "Use my Resy too")
        link = (await toast(stage, "bob")).partition("https://fake.example/")[2].partition(")")[0]
        assert len(link) <= 64
        plan = await the_plan(stage)
        platform, plan_id, word = link.split("-")[1:]
        assert (platform, plan_id) == ("resy", plan.id)
        await connect(stage, "cas", CAS)
        for forged in (link, f"connect-resy-{plan_id}", f"connect-resy-{plan_id}-{word[::-1]}"):
            await stage.fake.say("cas", f"/start {forged}", private=True)
            assert "Carbone" not in await card(stage, private_of="cas")
        await stage.fake.say("bob", f"/start {link}", private=True)
        assert "so that I can book Carbone" in await card(stage, private_of="bob")
        await bobs_password(stage)
        assert "Books with Ann's Resy; Bob's stands by." in (await stage.fake.messages())[0].text


def _doors_closed(tx: Connection) -> None:
    tx.execute(update(sign_ins).values(dm_chat_id=None))


async def test_the_account_of_whoever_takes_over_is_used_when_they_say_so():
    async with staged() as stage:
        await connect(stage)
        bobs = await connect(stage, "bob", BOB)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("bob", "I'm in")
        await stage.fake.tap("ann", "Hand over")
        await stage.fake.tap("ann", "Bob")
        assert "Books with Ann's Resy." in await card(stage)
        await stage.fake.tap("bob", "Use my Resy too")
        assert "Books with Bob's Resy; Ann's stands by." in await card(stage)
        await stage.time.run_until(DROP + timedelta(seconds=2))
        assert stage.resy.booked_with == [bobs.id]


async def test_what_one_was_asked_to_mend_stays_theirs_when_the_plan_is_handed_over():
    async with staged() as stage:
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        assert "Connect your account" in await labels(stage, private_of="ann")
        await stage.fake.tap("bob", "I'm in")
        await stage.fake.tap("ann", "Hand over")
        await stage.fake.tap("ann", "Bob")
        assert "Bob organises" in (await stage.fake.messages())[0].text
        await stage.fake.tap("ann", "Connect your account", private=True)
        assert "Connect your Resy account" in await card(stage, private_of="ann")


async def test_the_table_is_given_back_with_the_account_that_booked_it():
    async with staged() as stage:
        bobs = await connect(stage, "bob", BOB)
        await stage.fake.say("bob", OPEN)
        await stage.fake.tap("bob", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        seen = []
        cancel = stage.resy.cancel

        async def cancelled(reservation, *, booker):
            seen.append(booker.account_id)
            await cancel(reservation, booker=booker)

        stage.resy.cancel = cancelled
        await stage.fake.tap("cas", "I'm in")
        await stage.fake.tap("bob", "Hand over")
        await stage.fake.tap("bob", "Cas")
        await stage.fake.tap("cas", "Give the table back")
        await stage.fake.tap("cas", "Yes, give it back")
        assert seen == [bobs.id]


async def test_another_of_ones_own_accounts_can_be_chosen():
    async with staged() as stage:
        first = await connect(stage)
        await stage.time.advance(timedelta(seconds=1))
        await connect(stage, "ann", BOB)
        await stage.fake.say("ann", LATER)
        assert "account of Bob Example" in await card(stage), "the newest"
        await stage.fake.tap("ann", "Change account")
        await stage.fake.tap("ann", "Ann Example")
        assert "account of Ann Example" in await card(stage)
        await stage.fake.tap("ann", "Yes, go for it")
        assert (await the_plan(stage)).accounts == (first.id,)


# Two plans, one table.


async def test_who_comes_second_is_told_before_and_may_join():
    async with staged() as stage:
        await connect(stage)
        await connect(stage, "bob", BOB)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.say("bob", LATER)
        assert "Ann already has a plan for that evening." in await card(stage)
        await stage.fake.tap("bob", "Join Ann's plan")
        assert await toast(stage, "bob") == "You're in."
        assert "In: Ann and Bob" in await card(stage)
        assert len(await all_plans(stage)) == 1


async def test_who_goes_second_says_so_and_ends_when_one_table_is_enough():
    async with staged() as stage:
        await connect(stage)
        await connect(stage, "bob", BOB)
        for who in ("ann", "bob"):
            await stage.fake.say(who, LATER)
            await stage.fake.tap(who, "Yes, go for it")
        assert "Ann's plan for that evening goes first" in await card(stage)
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert len(stage.resy.booked) == 1
        states = {plan.organiser_id: plan.state for plan in await all_plans(stage)}
        ann, bob = (await guest(stage, "ann")).id, (await guest(stage, "bob")).id
        assert states == {ann: PlanState.BOOKED, bob: PlanState.LOST}
        assert "other plan for that evening got its table" in await card(stage, private_of="bob")


async def test_no_second_table_is_armed_for_friends_who_have_one():
    async with staged() as stage:
        await connect(stage)
        await connect(stage, "bob", BOB)
        await stage.fake.say("ann", OPEN)
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        await stage.fake.say("bob", OPEN)
        assert "Ann already has a table for that evening" in await card(stage)
        await stage.fake.tap("bob", "Yes, book it")
        assert "one table is enough" in await toast(stage, "bob")
        assert len(stage.resy.booked) == 1


# What is known of the drop, and of the platform.


async def test_the_card_says_how_sure_the_drop_is_and_how_often_is_asked():
    async with staged() as stage:
        await connect(stage)
        offset = Offset(middle=timedelta(seconds=0.4), spread=timedelta(seconds=0.3), count=6)
        claim = Claim(rule=RULE, source=Source.TEXT)
        stage.resy.knowledge[stage.carbone.ref] = DropKnowledge(claim=claim, right=6, offset=offset)
        await stage.fake.say("ann", LATER)
        for words in ("09:00:00.4 ± 0.3 s, seen 6 times", "up to 30 requests", "Open it on Resy"):
            assert words in await card(stage)
        await stage.fake.tap("ann", "Yes, go for it")
        for words in ("09:00:00.4 ± 0.3 s, seen 6 times", "up to 30 requests", "Open it on Resy"):
            assert words in await card(stage)


async def test_a_day_farther_ahead_than_is_on_sale_is_looked_for_too_where_nobody_knows_the_drop():
    async with staged(drop=None) as stage:
        await connect(stage)

        async def too_far(ref, *, on, party_size):
            return Availability(slots=(), cause=Cause.BEYOND_HORIZON)

        stage.resy.slots = too_far
        await stage.fake.say("ann", LATER)
        assert "not released yet, and I don't know when they will be" in await card(stage)
        assert "Look until they appear" in await labels(stage)


async def test_a_day_whose_drop_nobody_knows_is_looked_for_until_it_is_out():
    async with staged(drop=None, horizon_days=None) as stage:
        await connect(stage)
        hidden = replace(stage.resy._sheets["carbone"], venue=replace(stage.carbone, drop=RULE))
        stage.resy._sheets["carbone"] = hidden
        told = stage.carbone
        stage.resy.venue = lambda ref: _soon(told)
        await stage.fake.say("ann", LATER)
        shown = await card(stage)
        assert "I don't know when they will be" in shown
        assert "/drop" in shown
        await stage.fake.tap("ann", "Look until they appear")
        assert "I don't know when its tables are released" in await card(stage)
        await stage.time.run_until(DROP + timedelta(minutes=10))
        assert (await the_plan(stage)).state is PlanState.BOOKED


async def _soon(venue):
    return venue


async def test_the_platforms_own_list_confirms_the_table_or_does_not_show_it_yet():
    for unlisted, words in (
        (False, "Confirmed by Resy, in Ann's account."),
        (True, "its list doesn't show it yet"),
    ):
        async with staged() as stage:
            await connect(stage)
            stage.resy.unlisted = unlisted
            await stage.fake.say("ann", OPEN)
            await stage.fake.tap("ann", "Yes, book it")
            await stage.time.advance(timedelta(seconds=2))
            assert words in (await stage.fake.messages())[0].text


async def test_a_lost_plan_can_wait_on_the_platforms_own_list():
    async with staged() as stage:
        mine = await connect(stage)
        stage.resy.fail("book", Fault.TAKEN, times=50)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.time.run_until(DROP + timedelta(minutes=5))
        plan_card = (await stage.fake.messages())[0]
        assert "of 30 requests" in plan_card.text
        assert {"Watch for a cancellation", "Another day", "Other times"} <= set(plan_card.labels)
        await stage.fake.tap("ann", "Put me on Resy's list")
        assert stage.resy.waits == [((await the_plan(stage)).wish, mine.id)]


async def test_the_venue_is_told_what_the_guests_celebrate():
    async with staged(drop=None) as stage:
        mine = await connect(stage)
        await stage.fake.say("ann", OPEN)
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        await stage.fake.tap("ann", "A word to the venue")
        await stage.fake.tap("ann", "🎂 A birthday")
        ((_, words, account_id),) = stage.resy.told
        assert (words, account_id) == ("We are celebrating a birthday.", mine.id)
        assert await toast(stage, "ann") == "Passed on to Carbone."
        assert "🎂 A birthday" not in (await stage.fake.messages())[0].labels


async def test_favourites_of_a_connected_account_are_brought_in_once():
    async with staged() as stage:
        stage.resy.liked = [stage.carbone.ref, stage.resy.add_venue("Via Carota").ref]
        await stage.fake.say("ann", "/favourites", private=True)
        button = "Bring in those from Resy"
        assert button not in await labels(stage, private_of="ann"), "no account is connected"
        await connect(stage)
        await stage.fake.say("ann", "/favourites carbone", private=True)
        await stage.fake.tap("ann", button, private=True)
        assert await toast(stage, "ann") == "One more favourite."
        assert await labels(stage, private_of="ann") == ("✕ Carbone", "✕ Via Carota", button)


async def test_more_favourites_than_there_is_room_for_are_brought_in_as_far_as_it_goes():
    async with staged() as stage:
        stage.resy.liked = [stage.resy.add_venue(f"Venue {number}").ref for number in range(103)]
        await stage.fake.say("ann", "/favourites", private=True)
        await connect(stage)
        await stage.fake.say("ann", "/favourites carbone", private=True)
        await stage.fake.tap("ann", "Bring in those from Resy", private=True)
        told = "99 more favourites. 4 more are marked there, but a hundred is the most that I keep."
        assert await toast(stage, "ann") == told


# Pasted links.


async def test_a_pasted_link_fills_in_venue_day_and_party():
    async with staged() as stage:
        await connect(stage)
        await stage.fake.say(
            "ann", "/reserve https://resy.example/venues/carbone?date=2026-12-15&seats=3 19:00"
        )
        assert "Carbone, Tue 15 Dec, 3 guests" in await card(stage)
        await stage.fake.tap("ann", "Yes, go for it")
        wish = (await the_plan(stage)).wish
        assert (wish.on, wish.party_size, wish.times) == (ON, 3, (time(19),))


async def test_words_beside_a_link_count_more_than_the_link():
    async with staged() as stage:
        await connect(stage)
        await stage.fake.say("ann", "/reserve")
        await stage.fake.say(
            "ann", "2 for fri 20:00 <https://resy.example/venues/carbone?date=2026-12-15&seats=3>"
        )
        assert "Carbone, Fri 4 Dec, 2 guests" in await card(stage)


async def test_a_link_to_a_venue_that_is_gone_says_so():
    async with staged() as stage:
        await stage.fake.say("ann", "/reserve https://resy.example/venues/gone")
        assert "can't be booked any more" in await card(stage)


# Platforms that do not answer.


async def test_a_platform_that_hangs_holds_nobody_up():
    async with staged() as stage:
        stage.resy.latencies["find_venues"] = timedelta(minutes=10)
        saying = asyncio.create_task(stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining"))
        await stage.time.advance(timedelta(seconds=4))
        await saying
        assert "Casa Luna" in await card(stage)


async def test_venues_of_one_name_are_told_apart_by_their_towns():
    async with staged() as stage:
        stage.resy.add_venue("Lilia", locality="Brooklyn")
        stage.resy.add_venue("Lilia West", locality="Los Angeles")
        await stage.fake.say("ann", "/reserve lil")
        assert {"Lilia, Brooklyn", "Lilia West, Los Angeles"} <= set(await labels(stage))


async def test_disconnecting_leaves_the_friends_account_to_book():
    async with staged() as stage:
        mine, bobs = await connect(stage), await connect(stage, "bob", BOB)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("bob", "Use my Resy too")
        await stage.database.write(lambda tx: stage.wallet.disconnect(tx, mine.id, mine.guest_id))
        await stage.time.run_until(DROP + timedelta(seconds=2))
        assert stage.resy.booked_with == [bobs.id]
        known = await stage.database.read(lambda tx: accounts.find(tx, mine.id))
        assert known is not None
        plan = await the_plan(stage)
        assert (await stage.database.read(lambda tx: plans.get(tx, plan.id))).accounts == (bobs.id,)


async def test_where_nothing_can_be_shown_unasked_a_name_or_a_link_is_asked_for():
    clock = FakeClock(NOON)
    resy = Able(clock)

    async def only_by_name(words, *, limit=8):
        return await Able.find_venues(resy, words, limit=limit) if words else []

    resy.add_venue("Carbone")
    resy.find_venues = only_by_name
    async with Stage(clock=clock, platforms={"resy": resy}) as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.say("ann", "/reserve")
        assert "Type the venue's name, or paste the link of its page on Resy" in await card(stage)
        await stage.fake.say("ann", "carbone")
        assert "Carbone: which day?" in await card(stage)


async def test_a_friend_who_lends_the_only_account_is_told_that_it_books():
    async with staged() as stage:
        await connect(stage, "bob", BOB)
        await stage.fake.say("ann", LATER)
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("bob", "Use my Resy")
        assert "booked with your account" in await toast(stage, "bob")
        await connect(stage)
        await stage.fake.tap("ann", "Use my Resy too")
        assert "stands by" in await toast(stage, "ann")
