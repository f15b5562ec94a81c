"""`/reserve`, as friends go through it."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.conversation.messages import Chose, Command
from core.domain.drop import DropRule
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.stage import NOON, Stage

WEEKS_AHEAD = DropRule(days_ahead=21, at=time(9), zone="America/New_York")


async def card(stage: Stage) -> str:
    return (await stage.fake.messages())[-1].text


async def labels(stage: Stage) -> tuple[str, ...]:
    return (await stage.fake.messages())[-1].labels


async def test_reserve_alone_asks_step_by_step_and_arms_the_plan():
    async with Stage() as stage:
        say, tap = stage.fake.say, stage.fake.tap
        await say("ann", "/reserve")
        assert "Where would you like to eat?" in await card(stage)
        await tap("ann", "Casa Luna")
        assert "which day?" in await card(stage)
        await say("ann", "24 dec")
        assert "How many are you?" in await card(stage)
        await tap("ann", "4")
        assert "which times would you take?" in await card(stage)
        await tap("ann", "19:30")
        await tap("ann", "19:00")
        await tap("ann", "20:00")
        assert "19:30, then 19:00, then 20:00" in await card(stage)
        await tap("ann", "Done")
        assert "Where in Casa Luna" in await card(stage)
        await tap("ann", "Dining room")
        text = await card(stage)
        assert "Casa Luna, Thu 24 Dec, 4 guests, dining room" in text
        assert "Tables for Thu 24 Dec are released on Thu 3 Dec at 09:00 (New York time)" in text
        assert "I will try 19:30, 19:00 and 20:00 in that order." in text
        assert "Nothing is charged now." in text
        await tap("ann", "Yes, go for it")
        assert "Tables are released on Thu 3 Dec at 09:00" in await card(stage)
        assert len(await stage.fake.messages()) == 1, "one card, edited in place"


@pytest.mark.parametrize(
    "words",
    [
        "luna 4 24 dec 19:00-20:00 dining room",
        '"casa luna" 24 dec 7pm-8pm 4 dining',
        "patio at luna for four on 24 dec between 7 and 8",
        "4 people, 24 december, luna, 19.00-20.00, patio",
    ],
)
async def test_words_only_fill_in_answers(words):
    async with Stage() as stage:
        await stage.fake.say("ann", f"/reserve {words}")
        text = await card(stage)
        assert "Casa Luna, Thu 24 Dec, 4 guests" in text
        assert "I will try 19:00, 19:30 and 20:00 in that order." in text


async def test_open_tables_are_booked_at_once_and_everyone_is_told():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 2 fri 19:00-20:00 bar")
        assert (
            "Tables are free. I will book 19:00 at once; if somebody is faster, 19:30, then 20:00."
            in await card(stage)
        )
        await stage.fake.tap("ann", "Yes, book it")
        messages = await stage.fake.messages()
        assert "Booked: Fri 4 Dec at 19:00, 2 guests, bar" in messages[0].text
        assert "Confirmation:" in messages[0].text
        assert "212 Hudson Street" in messages[0].text
        assert "it is!" in messages[1].text
        assert messages[1].files == ("reservation.ics",)
        private = await stage.fake.messages(private_of="ann")
        assert "it is!" in private[-1].text


async def test_a_drop_is_fired_at_its_moment_and_booked():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00 dining")
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.time.run_until(datetime(2026, 12, 1, 13, 59, 59, tzinfo=UTC))
        assert "Booked" not in (await stage.fake.messages())[0].text
        await stage.time.advance(timedelta(seconds=3))
        assert "Booked: Tue 22 Dec at 19:00" in (await stage.fake.messages())[0].text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("31 feb", "That day does not exist."),
        ("yesterday", "is in the past"),
        ("24 december 2028", "takes reservations up to"),
        ("banana", "I can't read a day in that"),
        ("25 dec", "is closed on Fri 25 Dec"),
    ],
)
async def test_a_day_that_does_not_do_gets_a_sentence_and_the_question_again(typed, answer):
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna")
        await stage.fake.say("ann", typed)
        assert answer in await card(stage)
        assert "which day?" in await card(stage)


async def test_back_blanks_one_answer_and_keeps_the_others():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.tap("ann", "‹ Back")
        assert "How many" in await card(stage)
        await stage.fake.tap("ann", "‹ Back")
        assert "which day?" in await card(stage)
        await stage.fake.say("ann", "24 dec")
        assert "How many" in await card(stage)


async def test_one_answer_is_changed_from_the_last_card():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec 19:00-20:00 dining")
        await stage.fake.tap("ann", "Change guests")
        assert "How many" in await card(stage)
        await stage.fake.tap("ann", "2")
        assert "Thu 24 Dec, 2 guests, dining room" in await card(stage)


async def test_friends_tap_the_card_together_and_only_the_organiser_confirms():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.tap("bob", "19:30")
        await stage.fake.tap("cas", "19:00")
        assert "19:30, then 19:00" in await card(stage)
        await stage.fake.tap("bob", "Done")
        await stage.fake.tap("bob", "Any of them")
        await stage.fake.tap("bob", "Yes, go for it")
        assert "organiser" in (await stage.fake.toasts("bob"))[-1]
        assert "Yes, go for it" in await labels(stage)


async def test_a_double_tap_counts_once():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        place = stage.fake.place("bob", private=False)
        message, ref = stage.fake.button("19:30", place)
        event = stage.fake
        tap = Chose(person=event.person("bob"), place=place, dialogue_id=message.dialogue_id or "", ref=ref)
        await event.hear(tap)
        await event.hear(tap)
        assert "In this order: 19:30." in await card(stage)
        assert (await stage.fake.toasts("bob"))[-1] == "Already done."


async def test_a_tap_on_an_old_card_says_so_and_shows_the_present_one():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        place = stage.fake.place("bob", private=False)
        message, old = stage.fake.button("19:30", place)
        await stage.fake.tap("ann", "Any time")
        await stage.fake.hear(
            Chose(
                person=stage.fake.person("bob"), place=place, dialogue_id=message.dialogue_id or "", ref=old
            )
        )
        assert "moved on" in (await stage.fake.toasts("bob"))[-1]


async def test_a_card_that_somebody_deleted_comes_back():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        stage.fake.frontend.delete((await stage.fake.messages())[0].id)
        await stage.fake.say("ann", "/plans")
        row = (await stage.fake.messages())[-1]
        assert "No plans" in row.text
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        assert "which times" in await card(stage)


async def test_a_dialogue_goes_on_after_a_restart():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.tap("bob", "19:30")
        await stage.stop()
        await stage.start()
        await stage.fake.tap("cas", "20:00")
        assert "19:30, then 20:00" in await card(stage)


async def test_the_same_update_twice_is_one():
    async with Stage() as stage:
        fake = stage.fake
        event = Command(
            person=fake.person("ann"), place=fake.place("ann", private=False), name="reserve", words="luna"
        )
        await fake.hear(event, event_id="u1")
        await fake.hear(event, event_id="u1")
        assert len(await fake.messages()) == 1


async def test_cancel_leaves_nothing_behind():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.tap("ann", "Cancel")
        assert "forgotten" in await card(stage)
        assert await labels(stage) == ()


@pytest.mark.parametrize(
    ("drop", "asked", "confirmed"),
    [
        (None, ["find_venues", "slots", "venue"], ["venue", "slots"]),
        (
            WEEKS_AHEAD,
            ["find_venues", "slots", "venue", "days", "slots"],
            ["venue"],
        ),
    ],
)
async def test_a_turn_asks_each_question_of_the_platform_once(drop, asked, confirmed):
    """The tap that confirms asks anew. Before a release, other days are asked about, for their terms."""
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    venue = platform.add_venue(drop=drop, tables={"": 0} if drop is None else None)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/reserve luna 2 24 dec 19:00")
        assert [call.name for call in platform.calls] == asked
        assert {call.venue for call in platform.calls if call.venue is not None} == {venue.ref}
        platform.calls.clear()
        await stage.fake.tap("ann", "Yes, go for it" if drop else "Watch for a cancellation")
        assert [call.name for call in platform.calls][: len(confirmed)] == confirmed
        if drop is not None:
            assert len(platform.calls) == len(confirmed), "nothing but the venue as it is now"
