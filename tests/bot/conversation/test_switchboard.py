"""What is heard is acted on once, one at a time where it has to be, whatever breaks."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.messages import Chose, Command, Heard, Left, Said
from bot.conversation.search_budget import AT_ONCE
from core.domain.guest import GuestState
from core.persistence import dialogues, guests, inbox, tables
from tests.dialogues.acting import all_plans, arm, card, labels, toast
from tests.dialogues.test_members import guest
from tests.drivers.fake import FakeDriver
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase
from tests.fakes.platform import FakePlatform, Fault
from tests.stage import NOON, Stage


class SlowDatabase(InlineDatabase):
    """Lets everybody else go first, so that what is not serialised comes apart."""

    async def write(self, work):
        for _ in range(3):
            await asyncio.sleep(0)
        return await super().write(work)


def said(driver: FakeDriver, who: str, text: str, **fields) -> Said:
    return Said(person=driver.person(who), place=driver.place(who, private=False), text=text, **fields)


def command(driver: FakeDriver, who: str, line: str, *, private: bool = False) -> Command:
    name, _, words = line.partition(" ")
    return Command(
        person=driver.person(who), place=driver.place(who, private=private), name=name, words=words
    )


def tap(driver: FakeDriver, who: str, label: str) -> Chose:
    place = driver.place(who, private=False)
    message, ref = driver.button(label, place)
    return Chose(person=driver.person(who), place=place, dialogue_id=message.dialogue_id or "", ref=ref)


def heard(event, number: str) -> Heard:
    return Heard(frontend="fake", id=number, at=NOON, event=event)


async def unhandled(stage: Stage) -> int:
    return len(await stage.database.read(inbox.unhandled))


async def at_once(stage: Stage, *events) -> None:
    """Events that come in together."""
    noted = await stage.switchboard.note([heard(event, f"at-once-{n}") for n, event in enumerate(events)])
    await asyncio.gather(*(stage.switchboard.hear(one) for one in noted))
    await settle(200)


async def test_a_repeat_is_known_in_one_batch_and_across_batches():
    async with Stage() as stage:
        event = command(stage.fake, "ann", "reserve luna")
        batch = [heard(event, "1"), heard(event, "1"), heard(event, "2")]
        assert [one.id for one in await stage.switchboard.note(batch)] == ["1", "2"]
        assert list(await stage.switchboard.note([heard(event, "2")])) == []


async def test_the_same_id_from_two_networks_is_two_events():
    async with Stage() as stage:
        event = command(stage.fake, "ann", "reserve luna")
        one = Heard(frontend="fake", id="1", at=NOON, event=event)
        other = Heard(frontend="other", id="1", at=NOON, event=event)
        assert len(await stage.switchboard.note([one, other])) == 2


async def test_an_event_that_is_heard_twice_is_acted_on_once():
    """Two deliveries of one update, both past the noting: the second finds it done and undoes itself."""
    async with Stage(database=SlowDatabase()) as stage:
        one = heard(command(stage.fake, "ann", "reserve luna"), "1")
        await stage.switchboard.note([one])
        await asyncio.gather(*(stage.switchboard.hear(one) for _ in range(3)))
        await settle()
        assert len(await stage.fake.messages()) == 1


async def test_a_confirm_that_comes_twice_makes_one_plan():
    async with Stage(database=SlowDatabase()) as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining")
        go = tap(stage.fake, "ann", "Yes, go for it")
        await at_once(stage, go, go, go)
        assert len(await all_plans(stage)) == 1


async def test_two_people_at_once_on_one_dialogue_both_count():
    async with Stage(database=SlowDatabase()) as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        times = ["18:00", "18:30", "19:00", "19:30"]
        taps = [tap(stage.fake, who, at) for who, at in zip(("bob", "cas", "ann", "bob"), times, strict=True)]
        await at_once(stage, *taps)
        assert "18:00, then 18:30, then 19:00, then 19:30" in await card(stage)


async def test_a_tap_and_cancel_at_once_do_not_bring_the_dialogue_back():
    async with Stage(database=SlowDatabase()) as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await at_once(stage, command(stage.fake, "ann", "cancel"), tap(stage.fake, "bob", "19:30"))
        assert "forgotten" in await card(stage)
        assert await labels(stage) == ()


async def test_a_reply_and_a_tap_at_once_are_one_after_the_other():
    async with Stage(database=SlowDatabase()) as stage:
        await stage.fake.say("ann", "/reserve luna")
        message = (await stage.fake.messages())[0]
        pick = tap(stage.fake, "bob", "Fri 4 Dec")
        await at_once(stage, said(stage.fake, "ann", "22 dec", reply_to=message.id), pick)
        assert "How many" in await card(stage)


async def test_a_tap_before_the_command_that_it_belongs_to_is_answered():
    """Out of order: the network delivered the tap first."""
    async with Stage() as stage:
        place = stage.fake.place("ann", private=False)
        early = Chose(person=stage.fake.person("ann"), place=place, dialogue_id="d", ref="r")
        await stage.fake.hear(early)
        assert "don't know that card" in await toast(stage, "ann")
        await stage.fake.say("ann", "/reserve luna")
        assert "which day?" in await card(stage)


async def test_an_exception_is_apologised_for_and_not_tried_for_ever(caplog):
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()

    async def broken(*_, **__):
        raise RuntimeError("a bug")

    platform.days = broken  # type: ignore[method-assign]
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        with caplog.at_level(logging.CRITICAL):
            await stage.fake.say("ann", "/reserve luna")
        assert "Something went wrong on my side" in await toast(stage, "ann")
        assert await stage.fake.messages() == []
        assert await unhandled(stage) == 0
        del platform.days
        await stage.fake.say("ann", "/reserve luna")
        assert "which day?" in await card(stage), "the next try works"


async def test_a_broken_turn_leaves_nothing_half_done(caplog):
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining")

        def broken(*_, **__):
            raise RuntimeError("the disk")

        kept, dialogues.save = dialogues.save, broken
        try:
            with caplog.at_level(logging.CRITICAL):
                await stage.fake.tap("ann", "Yes, go for it")
        finally:
            dialogues.save = kept
        assert await all_plans(stage) == []
        await stage.fake.tap("ann", "Yes, go for it")
        assert len(await all_plans(stage)) == 1


async def test_what_was_noted_and_not_acted_on_is_taken_up_at_the_next_start():
    async with Stage() as stage:
        await stage.switchboard.note([heard(command(stage.fake, "ann", "reserve luna 4 24 dec"), "1")])
        await stage.stop()
        await stage.start()
        assert "which times" in await card(stage)
        await stage.stop()
        await stage.start()
        assert len(await stage.fake.messages()) == 1


async def test_one_persons_many_replies_do_not_hold_up_a_friends_tap_on_the_same_card():
    """Each reply asks a platform that takes its time: the tap waits for the one that is being answered."""
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna")
        message = (await stage.fake.messages())[0]
        pick = tap(stage.fake, "ann", "Fri 4 Dec")
        find, asked = platform.days, []

        async def slowly(*parts, **named):
            asked.append(clock.now())
            await clock.sleep(timedelta(seconds=1))
            return await find(*parts, **named)

        platform.days = slowly  # type: ignore[method-assign]
        words = [said(stage.fake, "bob", "tomorrow week", reply_to=message.id) for _ in range(30)]
        events = [heard(one, f"flood-{number}") for number, one in enumerate([*words, pick])]
        hearing = [
            asyncio.create_task(stage.switchboard.hear(one)) for one in await stage.switchboard.note(events)
        ]
        await settle(200)
        for _ in range(3):
            await clock.advance(timedelta(seconds=3))
            await settle(200)
        assert hearing[-1].done(), f"the tap waited for {len(asked)} replies"
        del platform.days
        for one in hearing:
            one.cancel()
        await asyncio.gather(*hearing, return_exceptions=True)


async def test_a_tap_that_was_noted_before_a_kill_counts_after_it():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining")
        await stage.switchboard.note([heard(tap(stage.fake, "ann", "Yes, go for it"), "go")])
        await stage.stop()
        stage.time.jump(stage.clock.now() + timedelta(minutes=5))
        await stage.start()
        assert len(await all_plans(stage)) == 1


async def test_an_event_that_no_version_understands_keeps_nobody_waiting(caplog):
    async with Stage() as stage:
        now = stage.clock.now()
        await stage.database.write(
            lambda tx: inbox.note(tx, frontend="fake", event_id="0", heard='{"kind": "telepathy"}', now=now)
        )
        await stage.switchboard.note([heard(command(stage.fake, "ann", "reserve luna"), "1")])
        with caplog.at_level(logging.CRITICAL):
            await stage.switchboard.resume()
        await settle()
        assert "which day?" in await card(stage)


async def test_stale_words_do_not_answer_another_question():
    """A backlog of hours: the reply is to a card that has ended meanwhile."""
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna")
        old = (await stage.fake.messages())[0].id
        await stage.fake.say("ann", "/cancel")
        await stage.fake.say("ann", "/reserve the long table")
        await stage.fake.hear(said(stage.fake, "ann", "24 dec", reply_to=old))
        assert "which day?" in await card(stage)


async def test_a_stale_leave_does_not_silence_a_chat_that_speaks():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.hear(Left(place=stage.fake.place("ann", private=False)))
        await stage.fake.say("bob", "/plans")
        assert "Plans of this chat" in await card(stage)


async def test_leaving_a_chat_nobody_knows_is_no_error():
    async with Stage() as stage:
        place = stage.fake.place("zoe", private=True)
        await stage.fake.hear(Left(place=place))
        await stage.fake.hear(Left(place=place))
        assert await unhandled(stage) == 0


async def test_everything_heard_is_marked_whatever_came_of_it():
    async with Stage() as stage:
        for line in (
            "/reserve luna",
            "/nonsense",
            "/cancel",
            "/cancel",
            "/approve nobody",
            "/settings",
            "hm",
        ):
            await stage.fake.say("ann", line)
            await stage.fake.say("dee", line)
            await stage.fake.say("bob", line, private=True)
        assert await unhandled(stage) == 0
        count = await stage.database.read(lambda tx: len(tx.execute(select(tables.inbox)).all()))
        assert count == 21


def asked(platform: FakePlatform) -> int:
    return len(platform.calls_of("find_venues"))


@pytest.mark.parametrize("state", [None, "declined", "blocked", "pending"])
async def test_no_platform_is_asked_for_somebody_whom_nobody_let_in(state):
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    async with Stage(clock=clock, platforms={"fake": platform}, strangers=True) as stage:
        zoe = stage.fake.person("zoe")
        if state is not None:
            await stage.fake.say("zoe", "/start", private=True)
            zoe_id = (await guest(stage, "zoe")).id
            await stage.database.write(lambda tx: guests.set_state(tx, zoe_id, GuestState(state)))
        for _ in range(300):
            assert list(await stage.switchboard.suggest_venues(zoe, "luna")) == []
        assert asked(platform) == 0


async def test_one_guest_who_types_and_types_uses_up_nothing_but_their_own_suggestions():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("bob", "/help")
        for _ in range(300):
            await stage.switchboard.suggest_venues(stage.fake.person("bob"), "luna")
        assert asked(platform) == AT_ONCE
        assert list(await stage.switchboard.suggest_venues(stage.fake.person("ann"), "luna")) == ["Casa Luna"]
        await stage.fake.say("bob", "/reserve luna")
        assert "which day?" in await card(stage)


async def test_searches_by_words_are_so_many_and_then_a_sentence_says_so():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.add_venue()
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        for _ in range(AT_ONCE + 20):
            await stage.fake.say("bob", "/reserve luna")
        assert asked(platform) == AT_ONCE
        assert "Give me a minute" in (await stage.fake.toasts("bob"))[-1]
        await stage.fake.say("ann", "/reserve luna")
        assert "which day?" in await card(stage)


async def test_people_who_type_a_venue_are_shown_names():
    async with Stage() as stage:
        names = await stage.switchboard.suggest_venues(stage.fake.person("ann"), "luna")
        assert list(names) == ["Casa Luna"]


async def test_people_who_type_a_venue_get_nothing_while_the_platform_is_down():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    platform.fail("find_venues", Fault.DOWN)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        assert list(await stage.switchboard.suggest_venues(stage.fake.person("ann"), "luna")) == []


@pytest.mark.parametrize("private", [False, True])
async def test_a_dialogue_is_the_speakers_own_where_they_began_it(private):
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna", private=private)
        await stage.fake.say("bob", "/reserve luna", private=private)
        await stage.fake.say("ann", "/cancel", private=private)
        if private:
            assert "which day?" in await card(stage, private_of="bob")
        else:
            texts = [one.text for one in await stage.fake.messages()]
            assert sum("forgotten" in text for text in texts) == 1
            assert sum("which day?" in text for text in texts) == 1
