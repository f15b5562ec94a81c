"""An armed plan's card, as the friends live with it."""

from datetime import time, timedelta

import pytest

from bot.conversation.messages import Chose, Said
from core.domain.drop import DropRule
from core.domain.plan_state import PlanState
from core.persistence import reservations
from tests.dialogues.acting import ARMED, DROP, all_plans, arm, book, card, labels, toast
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault
from tests.stage import NOON, Stage


async def state(stage: Stage) -> PlanState:
    return (await all_plans(stage))[0].state


async def test_friends_say_whether_they_come():
    async with Stage() as stage:
        await arm(stage)
        assert "Ann" in await card(stage)
        await stage.fake.tap("bob", "I'm in")
        assert await toast(stage, "bob") == "You're in."
        await stage.fake.tap("cas", "I'm in")
        assert "Ann, Bob and Cas" in await card(stage)
        await stage.fake.tap("bob", "I can't")
        assert await toast(stage, "bob") == "Noted: you can't come."
        assert "Ann and Cas" in await card(stage)
        assert len(await stage.fake.messages()) == 1


async def test_only_the_organiser_or_an_admin_decides_on_the_card():
    async with Stage() as stage:
        await arm(stage, who="bob")
        for label in ("Change", "Cancel plan"):
            await stage.fake.tap("cas", label)
            assert "organiser" in await toast(stage, "cas")
        await stage.fake.tap("ann", "Cancel plan")
        assert "Really cancel" in await card(stage)


async def test_cancelling_asks_first():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.tap("ann", "Cancel plan")
        assert "Really cancel this plan?" in await card(stage)
        await stage.fake.tap("ann", "No, keep it")
        assert "Really cancel" not in await card(stage)
        await stage.fake.tap("ann", "Cancel plan")
        await stage.fake.tap("ann", "Yes, cancel the plan")
        assert "Cancelled." in await card(stage)
        assert await labels(stage) == ()
        await stage.time.run_until(DROP + timedelta(minutes=5))
        assert await state(stage) is PlanState.CANCELLED
        assert len(await stage.fake.messages()) == 1, "a plan that was called off tells nothing more"


async def test_whoever_takes_over_decides_from_then_on():
    async with Stage() as stage:
        await arm(stage, who="bob")
        assert "Hand over" not in await labels(stage), "there is nobody yet who could"
        await stage.fake.tap("cas", "I'm in")
        await stage.fake.tap("bob", "Hand over")
        assert "Who takes over?" in await card(stage)
        await stage.fake.tap("bob", "Cas")
        assert "Cas organises" in await card(stage)
        await stage.fake.tap("bob", "Cancel plan")
        assert "organiser" in await toast(stage, "bob")
        await stage.fake.tap("cas", "Cancel plan")
        await stage.fake.tap("cas", "Yes, cancel the plan")
        assert await state(stage) is PlanState.CANCELLED


async def test_who_took_a_plan_over_can_call_their_change_of_it_off():
    async with Stage() as stage:
        await arm(stage, who="bob")
        await stage.fake.tap("cas", "I'm in")
        await stage.fake.tap("bob", "Hand over")
        await stage.fake.tap("bob", "Cas")
        await stage.fake.tap("cas", "Change")
        assert "Yes, go for it" in await labels(stage)
        await stage.fake.say("bob", "/cancel")
        assert "Yes, go for it" in await labels(stage), "it is not Bob's any more"
        await stage.fake.say("cas", "/cancel")
        assert "Cas organises" in await card(stage)


async def test_a_table_can_be_handed_over_too():
    async with Stage() as stage:
        await book(stage, who="bob")
        await stage.fake.tap("cas", "I'm in")
        await stage.fake.tap("bob", "Hand over")
        await stage.fake.tap("bob", "Cas")
        assert "Cas organises" in (await stage.fake.messages())[0].text
        await stage.fake.tap("bob", "Give the table back")
        assert "organiser" in await toast(stage, "bob")
        await stage.fake.tap("cas", "Give the table back")
        await stage.fake.tap("cas", "Yes, give it back")
        assert "gave the table back" in await card(stage)


async def test_a_card_of_ones_own_is_no_right_over_a_friends_plan():
    """The list of a chat's plans opens a card for whoever asked; the plan is still the organiser's."""
    async with Stage() as stage:
        await book(stage, who="bob")
        await stage.fake.tap("cas", "I'm in")
        await stage.fake.say("cas", "/reservations", private=True)
        await stage.fake.tap("cas", "Casa Luna", private=True)
        assert "Booked" in await card(stage, private_of="cas")
        await stage.fake.tap("cas", "Give the table back", private=True)
        assert "organiser" in await toast(stage, "cas")
        plan = (await all_plans(stage))[0]
        assert plan.state is PlanState.BOOKED
        assert await stage.database.read(lambda tx: reservations.live_of_plan(tx, plan.id)) is not None


async def test_plans_lists_mine_and_this_chats():
    async with Stage() as stage:
        await arm(stage, who="bob")
        await stage.fake.say("ann", "/plans")
        assert "Plans of this chat" in await card(stage)
        assert any("Casa Luna, Tue 22 Dec, 4" in label for label in await labels(stage))
        await stage.fake.tap("ann", "Mine")
        assert "No plans" in await card(stage)
        await stage.fake.tap("ann", "This chat's")
        await stage.fake.tap("ann", "Casa Luna")
        assert "Tables are released" in await card(stage)
        await stage.fake.say("bob", "/plans", private=True)
        assert "Your plans" in await card(stage, private_of="bob")
        assert "This chat's" not in await labels(stage, private_of="bob")
        await stage.fake.tap("bob", "Casa Luna", private=True)
        assert "Tables are released" in await card(stage, private_of="bob")


async def test_every_card_of_a_plan_shows_the_same():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.say("ann", "/plans", private=True)
        await stage.fake.tap("ann", "Casa Luna", private=True)
        await stage.fake.tap("bob", "I'm in")
        assert "Ann and Bob" in await card(stage, private_of="ann")


async def test_the_old_plan_stays_until_a_change_is_confirmed():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.tap("ann", "Change")
        await stage.fake.tap("ann", "Change guests")
        await stage.fake.tap("ann", "2")
        assert (await all_plans(stage))[0].wish.party_size == 4
        assert "2 guests" in await card(stage)
        await stage.fake.tap("ann", "Yes, go for it")
        assert (await all_plans(stage))[0].wish.party_size == 2
        assert "Tables are released" in await card(stage)
        assert len(await stage.fake.messages()) == 1
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert "Booked: Tue 22 Dec at 19:00, 2 guests" in (await stage.fake.messages())[0].text


@pytest.mark.parametrize("how", ["button", "command"])
async def test_a_change_that_is_called_off_returns_the_plans_card(how):
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.tap("ann", "Change")
        if how == "button":
            await stage.fake.tap("ann", "Cancel")
        else:
            await stage.fake.say("ann", "/cancel")
        assert "Tables are released" in await card(stage)
        assert len(await stage.fake.messages()) == 1
        assert (await all_plans(stage))[0].wish.party_size == 4


async def test_a_result_comes_back_to_the_card_on_which_somebody_was_changing_the_plan():
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP - timedelta(minutes=1))
        await stage.fake.tap("ann", "Change")
        assert "Yes, go for it" in await labels(stage)
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert "Booked: Tue 22 Dec at 19:00" in (await stage.fake.messages())[0].text


async def test_somebody_who_starts_afresh_does_not_lose_the_card_of_a_plan_that_was_being_changed():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.tap("ann", "Change")
        await stage.fake.say("ann", "/reserve")
        await stage.fake.say("ann", "/cancel")
        await stage.fake.tap("ann", "Cancel")
        assert "Tables are released" in (await stage.fake.messages())[0].text


async def test_a_plan_is_not_cancelled_in_the_second_of_booking():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.latencies["book"] = timedelta(seconds=4)
    venue = platform.add_venue()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00")
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=1))
        assert "Trying now" in await card(stage)
        assert await labels(stage) == ()
        plan = (await all_plans(stage))[0]
        assert plan.state is PlanState.TRYING
        await stage.fake.say("ann", "/plans")
        await stage.fake.tap("ann", "Casa Luna")
        await stage.time.advance(timedelta(seconds=5))
        assert venue.name in (await stage.fake.messages())[0].text
        assert "Booked: Tue 22 Dec at 19:00" in (await stage.fake.messages())[0].text


async def test_a_cancel_that_was_asked_before_the_booking_began_is_answered_with_a_sentence():
    """Ann has the question on her card; the drop fires; her tap comes in the very second."""
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.latencies["book"] = timedelta(seconds=4)
    platform.add_venue(drop=DropRule(days_ahead=21, at=time(9), zone="America/New_York"))
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00")
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.tap("ann", "Cancel plan")
        stage.fake.frontend.up = False  # the new drawing does not arrive
        message, ref = stage.fake.button("Yes, cancel the plan", stage.fake.place("ann", private=False))
        await stage.time.run_until(DROP + timedelta(seconds=1))
        tap = Chose(
            person=stage.fake.person("ann"),
            place=message.place,
            dialogue_id=message.dialogue_id or "",
            ref=ref,
        )
        await stage.fake.hear(tap)
        assert "booking this very second" in await toast(stage, "ann")
        stage.fake.frontend.up = True
        await stage.time.advance(timedelta(seconds=40))
        assert "Booked" in (await stage.fake.messages())[0].text


async def lost_stage() -> Stage:
    """Everything at Casa Luna is gone before the drop."""
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    platform.fail("book", Fault.TAKEN, times=50)
    return Stage(clock=clock, platforms={"fake": platform})


async def lose(stage: Stage) -> None:
    await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00")
    await stage.fake.tap("ann", "Yes, book it")
    await stage.time.advance(timedelta(minutes=2))
    assert await state(stage) is PlanState.LOST


async def test_a_lost_plan_says_what_was_tried_and_offers_what_next():
    async with await lost_stage() as stage:
        await lose(stage)
        messages = await stage.fake.messages()
        assert "No table." in messages[0].text
        assert "19:00: somebody was faster" in messages[0].text
        assert messages[0].labels == ("Watch for a cancellation", "Another day", "Other times")
        assert "No table." in messages[1].text
        assert "Ann" in messages[1].text


async def test_a_lost_plan_is_watched_with_one_tap():
    async with await lost_stage() as stage:
        await lose(stage)
        await stage.fake.tap("ann", "Watch for a cancellation")
        assert "Watching for a cancellation until Tue 22 Dec" in (await stage.fake.messages())[0].text
        assert await state(stage) is PlanState.ARMED


async def test_a_lost_plan_goes_on_with_another_day():
    async with await lost_stage() as stage:
        await lose(stage)
        await stage.fake.tap("ann", "Another day")
        assert "which day?" in (await stage.fake.messages())[0].text
        card_id = (await stage.fake.messages())[0].id
        await stage.fake.hear(
            Said(
                person=stage.fake.person("ann"),
                place=stage.fake.place("ann", private=False),
                text="23 dec",
                reply_to=card_id,
            )
        )
        assert "Wed 23 Dec, 4 guests" in (await stage.fake.messages())[0].text
        await stage.fake.tap("ann", "Yes, book it")
        plan = (await all_plans(stage))[0]
        assert plan.wish.on.day == 23
        assert len(await all_plans(stage)) == 1


async def test_a_lost_plan_goes_on_with_other_times():
    async with await lost_stage() as stage:
        await lose(stage)
        await stage.fake.tap("ann", "Other times")
        assert "which times" in (await stage.fake.messages())[0].text
        await stage.fake.tap("ann", "Back")
        await stage.fake.tap("ann", "Cancel")
        assert "No table." in (await stage.fake.messages())[0].text


async def test_a_card_that_somebody_deleted_is_sent_anew_when_the_plan_moves():
    async with Stage() as stage:
        await arm(stage)
        stage.fake.frontend.delete((await stage.fake.messages())[0].id)
        assert await stage.fake.messages() == []
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert any("Booked: Tue 22 Dec at 19:00" in message.text for message in await stage.fake.messages())


async def test_the_countdown_is_drawn_a_few_times_only():
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP - timedelta(seconds=30))
        assert (await stage.fake.messages())[0].edits <= 4


async def test_one_table_a_party_and_day():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.say("ann", ARMED, private=True)
        await stage.fake.tap("ann", "Yes, go for it", private=True)
        assert "There is a plan for that venue and day already" in await toast(stage, "ann")
        assert len(await all_plans(stage)) == 1
        await arm(stage, who="bob")
        assert len(await all_plans(stage)) == 2, "another guest's plan is another party"


async def test_everything_of_a_plan_survives_a_restart():
    async with Stage() as stage:
        await arm(stage)
        await stage.stop()
        await stage.start()
        await stage.fake.tap("bob", "I'm in")
        assert "Ann and Bob" in await card(stage)
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert "Booked" in (await stage.fake.messages())[0].text


async def test_a_tap_on_a_card_of_another_chat_opens_nothing():
    async with Stage() as stage:
        await arm(stage)
        message, ref = stage.fake.button("Cancel plan", stage.fake.place("ann", private=False))
        await stage.fake.hear(
            Chose(
                person=stage.fake.person("ann"),
                place=stage.fake.place("ann", private=True),
                dialogue_id=message.dialogue_id or "",
                ref=ref,
            )
        )
        assert "don't know that card" in await toast(stage, "ann")
        assert "Really cancel" not in await card(stage)


async def test_a_chats_list_is_for_everybody_in_it_and_ones_own_is_not():
    async with Stage() as stage:
        await arm(stage, who="bob")
        await stage.fake.say("bob", "/plans")
        await stage.fake.tap("cas", "Mine")
        assert "organiser" in await toast(stage, "cas")
        await stage.fake.tap("cas", "Casa Luna")
        assert "Tables are released" in await card(stage)
        await stage.fake.tap("cas", "Cancel plan")
        assert "organiser" in await toast(stage, "cas")
        await stage.fake.say("bob", "/plans")
        await stage.fake.tap("bob", "Mine")
        for who in ("cas", "ann"):
            await stage.fake.tap(who, "Casa Luna")
            assert "organiser" in await toast(stage, who)
        assert "Your plans" in await card(stage)
