"""`/reserve` on every network."""

import pytest

from tests.conformance.frontends.days import shown, typed
from tests.conformance.frontends.transcript import says, sees, taps, told


async def test_step_by_step_to_booked_on_one_card(act, days):
    await act(
        [
            says("ann", "/reserve"),
            sees("Where would you like to eat?", offers=("Casa Luna", "Stool")),
            taps("ann", "Casa Luna"),
            sees("Casa Luna: which day?", offers=(shown(days.open),)),
            taps("ann", shown(days.open)),
            sees("How many are you?", "1 to 8", offers=("1", "8")),
            taps("ann", "4"),
            sees("which times would you take?", offers=("17:30", "22:00", "Any time")),
            taps("ann", "19:30"),
            sees("In this order: 19:30."),
            taps("ann", "Done"),
            sees("Where in Casa Luna", offers=("Patio",)),
            taps("ann", "Patio"),
            sees(
                f"Casa Luna, {shown(days.open)}, 4 guests, patio",
                "19:30",
                "I will book",
                "at once",
                offers=("Yes, book it", "Change day", "Back", "Cancel"),
            ),
            taps("ann", "Yes, book it"),
            sees(
                f"Casa Luna, {shown(days.open)}",
                "Booked:",
                "19:30, 4 guests, patio",
                "Confirmation:",
                "212 Hudson Street",
                "Cancelling is free until",
                number=0,
                offers=("I'm in", "I can't", "Give the table back"),
                edits=9,  # an answer each, "trying" and the result
            ),
            sees("Ann", "Casa Luna", "it is!", "19:30", files=("reservation.ics",), messages=2),
        ]
    )


async def test_words_all_at_once_arm_a_plan_for_the_drop(act, days):
    await act(
        [
            says("ann", f"/reserve luna 4 {typed(days.later)} 19:00-20:00 dining room"),
            sees(
                f"Casa Luna, {shown(days.later)}, 4 guests, dining room",
                f"Tables for {shown(days.later)} are released on {shown(days.drop)}",
                "I will try 19:00, 19:30 and 20:00 in that order.",
                "Nothing is charged now.",
                offers=("Yes, go for it",),
            ),
            taps("ann", "Yes, go for it"),
            sees(
                f"Casa Luna, {shown(days.later)}, 4 guests, dining room",
                "Tables are released",
                "I will be there.",
                "In: Ann (Ann organises).",
                offers=("I'm in", "Change", "Cancel plan"),
                messages=1,
                edits=1,
            ),
        ]
    )


async def test_answers_are_typed_and_wrong_ones_asked_for_again(act, days):
    await act(
        [
            says("ann", "/reserve"),
            sees("Where would you like to eat?"),
            says("ann", "noma"),
            sees("I don't know a venue called “noma”", "Where would you like to eat?"),
            says("ann", "casa luna"),
            sees("which day?"),
            says("ann", "31 feb"),
            sees("That day does not exist.", "which day?"),
            says("ann", "yesterday"),
            sees("is in the past.", "which day?"),
            says("ann", typed(days.later)),
            sees("How many are you?", without=("is in the past",)),
            says("ann", "a dozen of us, 12"),
            sees("Casa Luna takes parties of 1 to 8.", "How many are you?"),
            says("ann", "for four"),
            sees("which times would you take?"),
            says("ann", "around noon"),
            sees("which times would you take?", offers=("19:00",)),
            says("ann", "between 7 and 8pm"),
            sees("Where in Casa Luna"),
            says("ann", "on the patio"),
            sees(
                "Casa Luna",
                "patio",
                "19:00, 19:30 and 20:00 in that order",
                offers=("Yes, go for it",),
                messages=1,
            ),
        ]
    )


async def test_friends_tap_one_card_and_its_organiser_confirms(act, days):
    await act(
        [
            says("ann", f"/reserve luna 4 {typed(days.later)}"),
            sees("Tap several, the one you want most first."),
            taps("bob", "19:30"),
            sees("In this order: 19:30."),
            taps("cas", "19:00"),
            sees("In this order: 19:30, then 19:00."),
            taps("ann", "20:00"),
            sees("In this order: 19:30, then 19:00, then 20:00."),
            taps("bob", "1 · 19:30"),
            sees("In this order: 19:00, then 20:00."),
            taps("cas", "Done"),
            sees("Where in Casa Luna"),
            taps("bob", "Any of them"),
            sees("I will try 19:00 and 20:00 in that order."),
            taps("bob", "Yes, go for it"),
            told("bob", "That is for the organiser to decide."),
            sees("I will try 19:00", offers=("Yes, go for it",)),
            taps("ann", "Yes, go for it"),
            sees("Tables are released", messages=1),
        ]
    )


async def test_one_goes_back_changes_one_answer_and_leaves(act, days):
    await act(
        [
            says("ann", f"/reserve luna 4 {typed(days.later)}"),
            sees("which times would you take?"),
            taps("ann", "Back"),
            sees("How many are you?"),
            taps("ann", "Back"),
            sees("which day?"),
            says("ann", typed(days.later)),
            sees("How many are you?"),
            taps("ann", "2"),
            sees("which times would you take?"),
            taps("ann", "Any time"),
            sees("Where in Casa Luna"),
            taps("ann", "Dining room"),
            sees(f"{shown(days.later)}, 2 guests, dining room", offers=("Change guests",)),
            taps("ann", "Change guests"),
            sees("How many are you?"),
            taps("ann", "6"),
            sees(f"{shown(days.later)}, 6 guests, dining room"),
            taps("ann", "Cancel"),
            sees("All right, forgotten.", offers=(), messages=1),
        ]
    )


async def test_cancel_is_a_command_too(act, days):
    await act(
        [
            says("ann", f"/reserve luna 4 {typed(days.later)}", private=True),
            sees("which times", private_of="ann"),
            says("ann", "/cancel", private=True),
            sees("All right, forgotten.", private_of="ann", offers=()),
            says("ann", "/cancel", private=True),
            told("ann", "I am not asking you anything here."),
        ]
    )


async def test_a_calendar_goes_on_for_as_long_as_the_venue_does(act, days):
    await act(
        [
            says("ann", "/reserve luna 2"),
            sees("which day?", offers=("Later ›",)),
            taps("ann", "Later ›"),
            sees("which day?", "not released yet", offers=("‹ Earlier", "Later ›")),
            taps("bob", shown(days.later)),
            sees(shown(days.later), "2 guests", "which times"),
        ]
    )


@pytest.mark.parametrize(
    "words", ["*zz* _zz_ ~zz~ <zz>&quot;", "@everyone <@123> <#1>", "[zz](http://zz) ||zz|| \\q/"]
)
async def test_peoples_own_words_come_back_as_they_were(act, words):
    await act([says("ann", f'/reserve "{words}"'), sees(f"I don't know a venue called “{words}”.")])


async def test_a_venues_name_is_shown_as_it_is_written(act, days):
    await act(
        [
            says("ann", f"/reserve stool 2 {typed(days.open)} 19:00"),
            sees(f"The _Stool_ *&* <Bar>, {shown(days.open)}, 2 guests"),
            taps("ann", "Yes, book it"),
            sees("The _Stool_ *&* <Bar>", "Booked", "One table & a <b>stool</b>", number=0),
            sees("The _Stool_ *&* <Bar> it is!", messages=2),
        ]
    )


async def test_a_tap_on_what_has_moved_on_meanwhile_says_so(act, days, evening):
    await act([says("ann", f"/reserve luna 4 {typed(days.later)}"), sees("which times")])
    evening.messages_wait()
    await act(
        [
            taps("ann", "Any time"),
            taps("bob", "19:30"),
            told("bob", "That card has moved on."),
            sees("which times"),
        ]
    )
    evening.messages_flow()
    await act([sees("Where in Casa Luna", messages=1)])


async def test_a_question_that_was_left_for_days_is_closed_and_says_so(act, days, evening):
    await act([says("ann", "/reserve luna"), sees("which day?")])
    await evening.leave_for_days()
    await act(
        [taps("ann", shown(days.open)), told("ann", "That card is finished."), sees("which day?", offers=())]
    )
