"""`/reserve` at its edges: odd answers, going back, people's own words."""

from datetime import UTC, datetime

import pytest

from bot.conversation.messages import Chose, Said
from tests.dialogues.acting import all_plans, arm, card, labels, toast
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, Fault
from tests.stage import NOON, Stage

WHOLE = "/reserve luna 4 24 dec 19:00-20:00 dining"


def elsewhere(*names: str, **venue) -> Stage:
    """A stage with a platform in memory instead of the house."""
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    for name in names or ("Casa Luna",):
        platform.add_venue(name, **venue)
    return Stage(clock=clock, platforms={"fake": platform})


# The venue.


async def test_favourites_are_offered_first():
    async with Stage() as stage:
        await stage.fake.say("ann", "/favourites the long table", private=True)
        await stage.fake.say("ann", "/reserve", private=True)
        assert (await labels(stage, private_of="ann"))[0] == "The Long Table"


async def test_a_venue_nobody_knows_is_asked_for_again_and_the_rest_is_kept():
    async with Stage() as stage:
        await stage.fake.say("ann", '/reserve "Noma" 4 24 dec 19:00-20:00 patio seating')
        assert "I don't know a venue called “Noma”" in await card(stage)
        await stage.fake.say("ann", "luna")
        assert "Casa Luna, Thu 24 Dec, 4 guests" in await card(stage)


async def test_several_that_may_be_meant_are_shown():
    async with elsewhere("Luna Park", "Casa Luna", "Bistro") as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec 19:00")
        assert "Which of these do you mean?" in await card(stage)
        assert await labels(stage) == ("Luna Park", "Casa Luna", "Another venue", "Cancel")
        await stage.fake.tap("ann", "Casa Luna")
        assert "Casa Luna, Thu 24 Dec, 4 guests" in await card(stage)


async def test_another_venue_than_those_keeps_the_other_answers():
    async with elsewhere("Luna Park", "Casa Luna", "Bistro") as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec 19:00")
        await stage.fake.tap("ann", "Another venue")
        assert "Where would you like to eat?" in await card(stage)
        await stage.fake.tap("ann", "Bistro")
        assert "Bistro, Thu 24 Dec, 4 guests" in await card(stage)


async def test_a_platform_that_is_down_is_said_and_the_question_stays():
    async with elsewhere() as stage:
        platform = stage.platforms["fake"]
        assert isinstance(platform, FakePlatform)
        await stage.fake.say("ann", "/reserve luna")
        platform.fail("days", Fault.DOWN, times=3)
        await stage.fake.say("ann", "24 dec")
        assert "does not answer just now" in await toast(stage, "ann")
        assert "which day?" in await card(stage)
        platform._faults.clear()
        await stage.fake.say("ann", "24 dec")
        assert "How many" in await card(stage)


# Sizes, days, times.


async def test_a_party_too_large_is_said_and_the_rest_is_kept():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna for 12 on 24 dec 19:00-20:00 dining")
        assert "Casa Luna takes parties of 1 to 8." in await card(stage)
        assert "How many are you?" in await card(stage)
        await stage.fake.say("ann", "six")
        assert "Thu 24 Dec, 6 guests" in await card(stage)
        assert "19:00" in await card(stage)


@pytest.mark.parametrize("typed", ["0", "nine", "-3", "many"])
async def test_a_party_that_does_not_do_gets_a_sentence_and_the_question_again(typed):
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 24 dec")
        await stage.fake.say("ann", typed)
        assert "How many are you?" in await card(stage)
        assert "4 guests" not in await card(stage)


async def test_the_horizon_is_told():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 mar")
        assert "takes reservations up to Sat 30 Jan" in await card(stage)
        assert "which day?" in await card(stage)


async def test_a_full_day_is_watched():
    async with elsewhere(tables={"": 0}) as stage:
        await stage.fake.say("ann", "/reserve luna 4")
        assert "full; I can watch for a cancellation" in await card(stage)
        await stage.fake.say("ann", "24 dec")
        await stage.fake.say("ann", "19:00")
        assert "free at 19:00 just now" in await card(stage)
        await stage.fake.tap("ann", "Watch for a cancellation")
        assert "Watching for a cancellation until Thu 24 Dec" in await card(stage)


async def test_a_time_the_venue_does_not_have_gets_a_sentence_and_the_question_again():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec 9am")
        assert "That day it seats from 17:30 to 22:00" in await card(stage)
        await stage.fake.say("ann", "soonish")
        assert "I can't read a time in that" in await card(stage)
        await stage.fake.say("ann", "19:30")
        assert "Where in Casa Luna" in await card(stage)


async def test_a_time_is_untapped_again():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.tap("ann", "19:30")
        await stage.fake.tap("ann", "19:00")
        await stage.fake.tap("ann", "1 · 19:30")
        assert "In this order: 19:00." in await card(stage)
        await stage.fake.tap("ann", "1 · 19:00")
        assert "Tap several" in await card(stage)
        assert "Done" not in await labels(stage)


async def test_times_that_have_passed_while_the_card_was_open_are_not_taken():
    async with elsewhere() as stage:
        await stage.fake.say("ann", "/reserve luna 4 today")
        assert "which times" in await card(stage)
        stage.time.jump(datetime(2026, 12, 2, 3, 0, tzinfo=UTC))  # 22:00 in New York
        await stage.fake.tap("ann", "Any time")
        text = await card(stage)
        assert "past" in text or "no such time" in text, text


async def test_seating_is_typed_or_any():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 2 24 dec 19:30")
        await stage.fake.say("ann", "rooftop")
        assert "Casa Luna has dining room, bar and patio." in await card(stage)
        await stage.fake.say("ann", "any")
        assert "2 guests\n" in await card(stage)


# Back, change, cancel.


async def test_back_from_a_changed_answer_returns_everything_as_it_was():
    async with Stage() as stage:
        await stage.fake.say("ann", WHOLE)
        before = await card(stage)
        for what in ("venue", "day", "guests", "times", "seating"):
            await stage.fake.tap("ann", f"Change {what}")
            assert await card(stage) != before
            if what != "venue":  # the first question has nothing behind it, and is left by answering
                await stage.fake.tap("ann", "Back")
            else:
                await stage.fake.tap("ann", "Casa Luna")
                await stage.fake.say("ann", "19:00-20:00") if "which times" in await card(stage) else None
                await stage.fake.say("ann", "dining") if "Where in" in await card(stage) else None
            assert await card(stage) == before, what


async def test_a_day_without_the_wanted_times_asks_for_them_again():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 sun 20 dec 11:00-12:00 dining")
        assert "11:00" in await card(stage), "brunch"
        await stage.fake.tap("ann", "Change day")
        await stage.fake.say("ann", "tue 22 dec")
        assert "Casa Luna has no table then. That day it seats from 17:30 to 22:00." in await card(stage)
        assert "which times would you take?" in await card(stage)


async def test_another_day_keeps_the_times_it_has_too():
    async with Stage() as stage:
        await stage.fake.say("ann", WHOLE)
        await stage.fake.tap("ann", "Change day")
        await stage.fake.say("ann", "22 dec")
        assert "Tue 22 Dec, 4 guests, dining room" in await card(stage)
        assert "I will try 19:00, 19:30 and 20:00 in that order." in await card(stage)


@pytest.mark.parametrize(
    "words",
    ["", "luna", "luna 24 dec", "luna 24 dec 4", "luna 24 dec 4 19:00", WHOLE.removeprefix("/reserve ")],
)
@pytest.mark.parametrize("how", ["button", "command"])
async def test_cancel_works_at_every_question(words, how):
    async with Stage() as stage:
        await stage.fake.say("ann", f"/reserve {words}")
        if how == "button":
            await stage.fake.tap("ann", "Cancel")
        else:
            await stage.fake.say("ann", "/cancel")
        assert "All right, forgotten." in await card(stage)
        assert await labels(stage) == ()
        assert await all_plans(stage) == []
        await stage.fake.say("ann", "/cancel")
        assert "I am not asking you anything here" in await toast(stage, "ann")


@pytest.mark.parametrize("words", ["", "luna", "luna 24 dec", "luna 24 dec 4", "luna 24 dec 4 19:00"])
async def test_help_interrupts_no_question(words):
    async with Stage() as stage:
        await stage.fake.say("ann", f"/reserve {words}", private=True)
        before = (await stage.fake.messages(private_of="ann"))[0].text
        await stage.fake.say("ann", "/help", private=True)
        assert (await stage.fake.messages(private_of="ann"))[0].text == before
        await stage.fake.say("ann", "luna", private=True)
        assert "I am not asking" not in " ".join(await stage.fake.toasts("ann"))


async def test_starting_afresh_leaves_the_old_card_behind():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4")
        await stage.fake.say("ann", "/reserve the long table")
        messages = await stage.fake.messages()
        assert "You started afresh below." in messages[0].text
        assert messages[0].labels == ()
        assert "The Long Table" in messages[1].text


async def test_words_go_to_the_dialogue_that_asks_and_not_to_a_list_in_between():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna", private=True)
        for command in ("/plans", "/reservations", "/guests"):
            await stage.fake.say("ann", command, private=True)
        await stage.fake.say("dee", "/start", private=True)
        await stage.fake.say("ann", "24 dec", private=True)
        assert "How many" in (await stage.fake.messages(private_of="ann"))[0].text


async def test_in_a_group_words_are_heard_as_replies_only():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna")
        place = stage.fake.place("bob", private=False)
        await stage.fake.hear(Said(person=stage.fake.person("bob"), place=place, text="24 dec"))
        assert "which day?" in await card(stage)
        assert await stage.fake.toasts("bob") == []
        await stage.fake.say("bob", "24 dec")
        assert "How many" in await card(stage)


# People's own words.

ODD = (
    "*bold* _under_ `code` [x](y) <b>&amp;</b>",
    "{venue} {0} %s $HOME",
    "@everyone <@1> <@&2> <#3> @here",
    "\u202eRTL\u202c \u200f\u2066mark\u2069",
    "👩‍👩‍👧‍👦𝔘𝔫𝔦𝔠𝔬𝔡𝔢🇺🇳",
)


@pytest.mark.parametrize("words", ODD)
async def test_peoples_words_come_back_as_they_were_typed(words):
    async with Stage() as stage:
        await stage.fake.say("ann", f'/reserve "{words}"')
        text = stage.fake.frontend.messages[-1].text
        assert any(getattr(span, "text", "") for span in text.spans)
        plain = await card(stage)
        assert "I don't know a venue called" in plain
        assert all(span.kind in {"plain", "bold"} for span in text.spans), "nobody is mentioned or linked"


@pytest.mark.parametrize("name", [*ODD, "N" * 200, "a\nb\nc", " ", ""])
async def test_a_guests_name_breaks_nothing(name):
    async with Stage() as stage:
        stage.fake.person = lambda who, plain=stage.fake.person: (  # type: ignore[method-assign]
            plain(who) if who != "dee" else plain(who).__class__(frontend="fake", account_id="dee", name=name)
        )
        await stage.allow(stage.fake, "friends")
        await arm(stage, who="dee")
        assert "organises" in await card(stage)
        await stage.fake.say("ann", "/guests", private=True)
        assert "Guests 1–" in await card(stage, private_of="ann")


async def test_a_venue_is_called_as_it_is_written_wherever_it_is_shown():
    async with elsewhere("*Le {Chat}* @everyone") as stage:
        await stage.fake.say("ann", "/reserve chat 4 24 dec 19:00")
        assert "*Le {Chat}* @everyone, Thu 24 Dec" in await card(stage)
        await stage.fake.tap("ann", "Yes, book it")
        assert "*Le {Chat}* @everyone" in (await stage.fake.messages())[0].text


# Taps that should not be.


async def test_a_made_up_button_is_refused():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna")
        place = stage.fake.place("bob", private=False)
        for dialogue_id, ref in (("nonsense", "x"), ("", ""), ("a" * 500, "b" * 500)):
            await stage.fake.hear(
                Chose(person=stage.fake.person("bob"), place=place, dialogue_id=dialogue_id, ref=ref)
            )
            assert "I don't know that card any more" in await toast(stage, "bob")


async def test_a_finished_card_says_so():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        message, ref = stage.fake.button("19:30", stage.fake.place("ann", private=False))
        await stage.fake.tap("ann", "Cancel")
        tap = Chose(
            person=stage.fake.person("bob"),
            place=stage.fake.place("bob", private=False),
            dialogue_id=message.dialogue_id or "",
            ref=ref,
        )
        await stage.fake.hear(tap)
        assert "That card is finished" in await toast(stage, "bob")


async def test_a_guest_who_was_shut_out_taps_in_vain():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await stage.fake.say("ann", "/block bob", private=True)
        await stage.fake.tap("bob", "19:30")
        await stage.fake.tap("bob", "19:30")
        assert len(await stage.fake.toasts("bob")) == 1
        assert "Tap several" in await card(stage)
