"""What people are told without asking: results, reminders, tables given back, and where when a chat is gone."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.messages import Left, Moved, Place
from core.domain.plan_state import PlanState
from tests.dialogues.acting import DROP, all_plans, arm, book, card, labels, lurk, toast
from tests.drivers.fake import FakeDriver
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.frontend import FakeFrontEnd
from tests.fakes.platform import FakePlatform, Fault
from tests.stage import NOON, Stage

AT = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)
"""Fri 4 Dec at 19:00 in New York: the table that `book` gets."""

DAY_BEFORE, TWO_HOURS_BEFORE = AT - timedelta(hours=24), AT - timedelta(hours=2)


def telegram_like() -> FakeDriver:
    """A network where nobody can be written to who has not begun."""
    return FakeDriver(FakeFrontEnd(writes_unasked=False))


async def sleep_until(stage: Stage, at: datetime) -> None:
    """Let days pass without living through every half minute of them."""
    stage.time.jump(at - timedelta(seconds=40))
    await stage.time.run_until(at + timedelta(seconds=40))


async def private(stage: Stage, who: str) -> list[str]:
    return [one.text for one in await stage.fake.messages(private_of=who)]


async def group(stage: Stage) -> list[str]:
    return [one.text for one in await stage.fake.messages()]


# Results.


async def test_a_result_comes_to_the_chat_and_to_each_friend_in_private():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.tap("bob", "I'm in")
        await stage.time.run_until(DROP + timedelta(seconds=3))
        messages = await stage.fake.messages()
        assert "@Ann @Bob" in messages[1].text
        assert messages[1].files == ("reservation.ics",)
        for who in ("ann", "bob"):
            told = (await stage.fake.messages(private_of=who))[-1]
            assert "Casa Luna it is!" in told.text
            assert "Cancelling is free until Mon 21 Dec at 19:00" in told.text
            assert told.files == ("reservation.ics",)
        assert await private(stage, "cas") == []


async def test_nobody_is_told_in_private_who_does_not_want_it():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        await stage.fake.tap("ann", "Results by private message", private=True)
        await book(stage)
        assert not any("it is!" in text for text in await private(stage, "ann"))
        assert any("it is!" in text for text in await group(stage))


async def test_a_plan_in_a_private_chat_is_told_once():
    async with Stage() as stage:
        await book(stage, private=True)
        assert sum("it is!" in text for text in await private(stage, "ann")) == 1


async def test_a_friend_who_cannot_be_written_to_is_mentioned_with_a_door():
    async with Stage(telegram_like()) as stage:
        await lurk(stage.fake, "ann")
        await arm(stage)
        await stage.fake.tap("bob", "I'm in")
        await stage.time.run_until(DROP + timedelta(seconds=3))
        doors = [text for text in await group(stage) if "can't write to you in private" in text]
        assert len(doors) == 1
        assert "@Bob" in doors[0]
        assert "https://fake.example/start" in doors[0]


async def test_a_friend_who_has_blocked_us_is_mentioned_with_a_door_and_left_alone():
    async with Stage(telegram_like()) as stage:
        await lurk(stage.fake, "ann", "bob")
        await arm(stage)
        await stage.fake.tap("bob", "I'm in")
        await stage.fake.hear(Left(place=stage.fake.place("bob", private=True)))
        before = len(await private(stage, "bob"))
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert len(await private(stage, "bob")) == before
        assert any("@Bob: I can't write to you in private" in text for text in await group(stage))


async def test_a_friend_who_comes_back_is_written_to_again():
    async with Stage(telegram_like()) as stage:
        await lurk(stage.fake, "ann")
        await stage.fake.hear(Left(place=stage.fake.place("ann", private=True)))
        await stage.fake.say("ann", "/start", private=True)
        await book(stage)
        assert any("it is!" in text for text in await private(stage, "ann"))


async def test_what_happened_to_each_slot_is_told_when_there_is_no_table():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    platform.fail("book", Fault.TAKEN, times=50)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00")
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(minutes=2))
        told = await card(stage, private_of="ann")
        assert "No table." in told
        for at in ("19:00", "19:30", "20:00"):
            assert f"{at}: somebody was faster" in told


async def test_an_answer_that_was_lost_is_said_and_looked_up_and_never_guessed():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    platform.fail("book", Fault.LOST_AFTER)
    platform.latencies["reservations"] = timedelta(seconds=2)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00")
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=1))
        assert "the answer got lost" in await card(stage)
        assert "Booked" not in await card(stage)
        await stage.time.advance(timedelta(seconds=30))
        assert "Booked: Tue 22 Dec at 19:00" in (await group(stage))[0]
        assert len(platform.booked) == 1


async def test_the_guest_is_told_what_only_they_can_do():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    platform.fail("book", Fault.NEEDS_GUEST)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00")
        await stage.fake.tap("ann", "Yes, book it")
        await stage.time.advance(timedelta(seconds=2))
        assert "put a card on file" in await card(stage, private_of="ann")
        assert "Ann has to put a card on file with Fake" in await card(stage)


async def test_trouble_before_a_drop_is_told_to_the_organiser():
    async with Stage() as stage:
        await lurk(stage.fake, "ann")
        await arm(stage)
        await stage.fake.hear(Left(place=stage.fake.place("ann", private=False)))
        await stage.time.run_until(DROP - timedelta(seconds=30))
        assert "I can't write to the chat of this plan any more" in await card(stage, private_of="ann")


# A group that is gone, comes back, or moves.


async def test_when_the_group_is_gone_everybody_is_told_in_private():
    async with Stage() as stage:
        await lurk(stage.fake, "ann", "bob")
        await arm(stage)
        await stage.fake.tap("bob", "I'm in")
        await stage.fake.hear(Left(place=stage.fake.place("ann", private=False)))
        before = len(await group(stage))
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert len(await group(stage)) == before
        for who in ("ann", "bob"):
            assert sum("it is!" in text for text in await private(stage, who)) == 1


async def test_a_result_that_was_on_its_way_when_the_group_was_lost_is_told_once_in_private():
    async with Stage() as stage:
        await lurk(stage.fake, "ann", "bob")
        await stage.fake.say("bob", "/settings", private=True)
        await stage.fake.tap("bob", "Results by private message", private=True)
        await arm(stage)
        await stage.fake.tap("bob", "I'm in")
        stage.fake.frontend.up = False
        await stage.time.run_until(DROP + timedelta(seconds=3))
        await stage.fake.hear(Left(place=stage.fake.place("ann", private=False)))
        stage.fake.frontend.up = True
        await stage.time.advance(timedelta(seconds=5))
        for who in ("ann", "bob"):
            assert sum("it is!" in text for text in await private(stage, who)) == 1, who


async def test_a_group_that_asks_us_back_has_its_plan_on_the_old_card():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.hear(Left(place=stage.fake.place("ann", private=False)))
        await stage.fake.tap("bob", "I'm in")
        assert await toast(stage, "bob") == "You're in."
        assert "Ann and Bob" in (await group(stage))[0]
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert "Booked" in (await group(stage))[0]
        assert any("it is!" in text for text in await group(stage))


async def test_a_group_that_moved_keeps_its_plan_and_gets_its_card_anew():
    async with Stage() as stage:
        await arm(stage)
        old = stage.fake.place("ann", private=False)
        for _ in range(2):
            await stage.fake.hear(Moved(place=old, new_chat_id="super"))
        await stage.time.run_until(DROP + timedelta(seconds=3))
        moved = [one for one in stage.fake.frontend.messages if one.place.chat_id == "super"]
        assert any("Booked: Tue 22 Dec" in one.text.plain(now=NOON) for one in moved if one.card)
        assert any("it is!" in one.text.plain(now=NOON) for one in moved)
        assert len(await group(stage)) == 1


async def test_a_group_that_moved_after_somebody_spoke_in_the_new_one_is_one_group():
    async with Stage() as stage:
        await arm(stage)
        stage.fake.place = lambda who, *, private: Place(  # type: ignore[method-assign]
            frontend="fake", chat_id=f"dm:{who}" if private else "super", private=private, title="Friends"
        )
        await stage.fake.say("bob", "/plans")
        old = Place(frontend="fake", chat_id="friends", private=False, title="Friends")
        await stage.fake.hear(Moved(place=old, new_chat_id="super"))
        await stage.fake.say("bob", "/plans")
        shown = [one for one in stage.fake.frontend.messages if one.place.chat_id == "super"]
        assert any("Casa Luna" in choice.label for choice in present(shown[-1].card).choices())


async def test_a_group_that_was_vouched_for_and_moved_is_still_vouched_for():
    async with Stage() as stage:
        await stage.fake.say("ann", "/allow")
        old = stage.fake.place("ann", private=False)
        await stage.fake.hear(Moved(place=old, new_chat_id="super"))
        stage.fake.place = lambda who, *, private: Place(  # type: ignore[method-assign]
            frontend="fake", chat_id=f"dm:{who}" if private else "super", private=private, title="Friends"
        )
        await stage.fake.say("dee", "/reserve")
        assert "Where would you like" in stage.fake.frontend.messages[-1].text.plain(now=NOON)


# Giving a table back.


async def test_a_table_is_given_back_with_one_confirm_that_tells_the_cost():
    async with Stage() as stage:
        await book(stage)
        await stage.fake.tap("bob", "I'm in")
        await stage.fake.tap("ann", "Give the table back")
        assert "It costs nothing now" in (await group(stage))[0]
        await stage.fake.tap("ann", "No, keep it")
        assert "Really give" not in (await group(stage))[0]
        await stage.fake.tap("ann", "Give the table back")
        await stage.fake.tap("ann", "Yes, give it back")
        assert "The table was given back." in (await group(stage))[0]
        assert "In: " not in (await group(stage))[0], "nobody is in what is off"
        assert "Ann gave the table back." in await card(stage)
        assert "Ann gave the table back." in await card(stage, private_of="bob")
        plan = (await all_plans(stage))[0]
        assert plan.state is PlanState.CANCELLED
        again = await stage.house.slots(plan.wish.venue, on=plan.wish.on, party_size=2)
        assert len([slot for slot in again.slots if slot.starts_at.hour == 19 and slot.seating == "bar"]) >= 1


async def test_a_late_release_says_what_it_costs():
    async with Stage() as stage:
        await book(stage)
        stage.time.jump(AT - timedelta(hours=3))
        await stage.fake.tap("ann", "Give the table back")
        text = (await group(stage))[0]
        assert "The free time ended Thu 3 Dec at 19:00" in text
        assert "25.00 USD a guest, 50.00 USD in all" in text


async def test_giving_back_from_reservations():
    async with Stage() as stage:
        await book(stage)
        await stage.fake.say("ann", "/reservations", private=True)
        assert "Your tables." in await card(stage, private_of="ann")
        assert await labels(stage, private_of="ann") == ("Casa Luna, Fri 4 Dec at 19:00, 2",)
        await stage.fake.tap("ann", "Casa Luna", private=True)
        await stage.fake.tap("ann", "Give the table back", private=True)
        await stage.fake.tap("ann", "Yes, give it back", private=True)
        await stage.fake.say("ann", "/reservations", private=True)
        assert "No table booked." in await card(stage, private_of="ann")


async def test_a_venue_that_takes_no_table_back_is_quoted():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 4 2 dec 19:00")
        await stage.fake.tap("ann", "Yes, book it")
        await stage.fake.tap("ann", "Give the table back")
        stage.time.jump(datetime(2026, 12, 3, 1, tzinfo=UTC))
        await stage.fake.tap("ann", "Yes, give it back")
        assert "does not take the table back: It has already begun. Call them" in await toast(stage, "ann")
        assert (await all_plans(stage))[0].state is PlanState.BOOKED


# Reminders.


async def test_reminders_come_a_day_and_two_hours_before():
    async with Stage() as stage:
        await book(stage)
        await stage.fake.tap("bob", "I'm in")
        before = len(await group(stage))
        await sleep_until(stage, DAY_BEFORE)
        assert len(await group(stage)) == before + 1
        text = await card(stage)
        assert "Casa Luna, Fri 4 Dec at 19:00, 2 guests" in text
        assert "Still coming?" in text
        assert "🔔 Casa Luna, Fri 4 Dec at 19:00" in await card(stage, private_of="bob")
        assert await labels(stage) == ("I'm coming", "I can't", "Give the table back")
        await sleep_until(stage, TWO_HOURS_BEFORE)
        assert len(await group(stage)) == before + 2
        assert sum("🔔" in text for text in await private(stage, "bob")) == 2


async def test_friends_answer_a_reminder():
    async with Stage() as stage:
        await book(stage)
        await stage.fake.tap("bob", "I'm in")
        await sleep_until(stage, DAY_BEFORE)
        await stage.fake.tap("bob", "I can't")
        assert await toast(stage, "bob") == "Noted: you can't come."
        assert "Bob" not in await card(stage)
        await stage.fake.tap("cas", "I'm coming")
        assert "Ann and Cas" in await card(stage)
        assert "Ann and Cas" in (await group(stage))[0], "the plan's own card follows"
        told = len(await private(stage, "bob"))
        await sleep_until(stage, TWO_HOURS_BEFORE)
        assert len(await private(stage, "bob")) == told, "who is not coming needs no reminder"
        assert "🔔" in (await private(stage, "cas"))[-1], "who joined late is reminded too"


async def test_a_reminder_gives_the_table_back_with_one_confirm():
    async with Stage() as stage:
        await book(stage)
        await sleep_until(stage, DAY_BEFORE)
        await stage.fake.tap("bob", "Give the table back")
        assert "organiser" in await toast(stage, "bob")
        await stage.fake.tap("ann", "Give the table back")
        assert "Really give the table back?" in await card(stage)
        await stage.fake.tap("ann", "Yes, give it back")
        texts = await group(stage)
        assert any("Ann gave the table back." in text for text in texts)
        assert any("That table was given back." in text for text in texts)
        before = len(await group(stage))
        await sleep_until(stage, TWO_HOURS_BEFORE)
        assert len(await group(stage)) == before, "nothing is said of a table that is not ours"


async def test_a_released_table_takes_its_reminders_with_it():
    async with Stage() as stage:
        await book(stage)
        await stage.fake.tap("ann", "Give the table back")
        await stage.fake.tap("ann", "Yes, give it back")
        before, told = len(await group(stage)), len(await private(stage, "ann"))
        await sleep_until(stage, DAY_BEFORE)
        await sleep_until(stage, TWO_HOURS_BEFORE)
        assert len(await group(stage)) == before
        assert len(await private(stage, "ann")) == told


async def test_nobody_is_reminded_in_private_who_does_not_want_it():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        await stage.fake.tap("ann", "Reminders by private message", private=True)
        await book(stage)
        await sleep_until(stage, DAY_BEFORE)
        assert not any("🔔" in text for text in await private(stage, "ann"))
        assert any("🔔" in text for text in await group(stage))


@pytest.mark.parametrize("alone", [False, True], ids=["of a group", "in private"])
async def test_quiet_hours_shift_reminders_in_private(alone):
    """A day before is 19:00 in New York: quiet from 18 to 22, the reminder waits until 22."""
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        await stage.fake.tap("ann", "Time zone", private=True)
        await stage.fake.say("ann", "new york", private=True)
        await stage.fake.tap("ann", "Quiet hours", private=True)
        await stage.fake.say("ann", "18-22", private=True)
        await book(stage, private=alone)
        await sleep_until(stage, DAY_BEFORE)
        assert not any("🔔" in text for text in await private(stage, "ann"))
        await sleep_until(stage, DAY_BEFORE + timedelta(hours=3))
        assert any("🔔" in text for text in await private(stage, "ann"))


async def test_quiet_hours_do_not_shift_results():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        await stage.fake.tap("ann", "Quiet hours", private=True)
        await stage.fake.say("ann", "0-23", private=True)
        await book(stage)
        assert any("it is!" in text for text in await private(stage, "ann"))


async def test_reminders_survive_a_restart():
    async with Stage() as stage:
        await book(stage)
        await stage.stop()
        stage.time.jump(DAY_BEFORE - timedelta(seconds=40))
        await stage.start()
        await stage.time.run_until(DAY_BEFORE + timedelta(seconds=40))
        assert "Still coming?" in await card(stage)
