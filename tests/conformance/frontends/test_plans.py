"""What becomes of plans, on every network."""

from datetime import timedelta

from core.plans import arming
from tests.conformance.frontends.days import dropping, shown, typed
from tests.conformance.frontends.transcript import says, sees, taps, told


async def test_a_plan_is_found_kept_and_given_up(act, days):
    await act(
        [
            says("ann", "/plans"),
            sees("No plans."),
            says("ann", f"/reserve luna 4 {typed(days.later)} 19:30 patio"),
            sees("Casa Luna", offers=("Yes, go for it",)),
            taps("ann", "Yes, go for it"),
            sees("Tables are released", offers=("Cancel plan",)),
            says("bob", "/plans"),
            sees("Plans of this chat.", offers=("Casa Luna", "Mine")),
            taps("ann", "Casa Luna"),
            sees("Tables are released", offers=("I'm in", "Cancel plan")),
            taps("bob", "Cancel plan"),
            told("bob", "That is for the organiser to decide."),
            taps("ann", "Cancel plan"),
            sees("Really cancel this plan?", offers=("Yes, cancel the plan", "No, keep it")),
            taps("ann", "No, keep it"),
            sees("Tables are released", without=("Really",), offers=("Cancel plan",)),
            taps("ann", "Cancel plan"),
            sees("Really cancel this plan?"),
            taps("ann", "Yes, cancel the plan"),
            sees("Cancelled. /reserve starts a new plan.", offers=(), messages=3),
            sees("Cancelled. /reserve starts a new plan.", number=1),
        ]
    )


async def test_a_table_is_booked_joined_and_given_back(act, days):
    await act(
        [
            says("ann", f"/reserve luna 4 {typed(days.open)} 19:30 patio"),
            sees("I will book", offers=("Yes, book it",)),
            taps("ann", "Yes, book it"),
            sees("it is!", messages=2),
            sees("Booked", "In: Ann (Ann organises).", number=0),
            taps("bob", "I'm in"),
            told("bob", "You're in."),
            sees("In: Ann and Bob (Ann organises).", number=0),
            taps("bob", "I can't"),
            told("bob", "Noted: you can't come."),
            sees("In: Ann (Ann organises).", number=0),
            taps("cas", "Give the table back"),
            told("cas", "That is for the organiser to decide."),
            taps("ann", "Give the table back"),
            sees("Really give the table back?", "It costs nothing now", number=0),
            taps("ann", "Yes, give it back"),
            sees("Casa Luna", "Ann gave the table back.", messages=3),
            sees("The table was given back.", number=0, offers=()),
            says("ann", "/reservations", private=True),
            sees("No table booked.", private_of="ann"),
        ]
    )


async def test_a_result_is_also_told_in_private(act, days):
    await act(
        [
            says("ann", "/start", private=True),
            sees("Hello Ann!", private_of="ann"),
            says("ann", f"/reserve luna 2 {typed(days.open)} 20:00 dining room"),
            taps("ann", "Yes, book it"),
            sees("it is!", "20:00", private_of="ann", files=("reservation.ics",)),
            says("ann", "/reservations", private=True),
            sees("Your tables.", private_of="ann", offers=(f"Casa Luna, {shown(days.open)} at 20:00, 2",)),
            taps("ann", "Casa Luna", private=True),
            sees("Booked", private_of="ann", offers=("Give the table back",)),
        ]
    )


async def test_a_lost_table_is_watched_for(act, days, evening, monkeypatch):
    monkeypatch.setattr(arming, "DROP_WINDOW", timedelta(seconds=1.5))
    await evening.somebody_else_books("the-stool", days.open, 2)
    await evening.open(dropping(days.open, evening.clock.now() + timedelta(seconds=4)))
    await act(
        [
            says("ann", f"/reserve stool 2 {typed(days.open)} 19:00"),
            sees("are released on", offers=("Yes, go for it",)),
            taps("ann", "Yes, go for it"),
            sees("Tables are released", number=0),
            sees(
                "No table.",
                "No table appeared while I looked.",
                "first asked",
                number=0,
                offers=("Watch for a cancellation", "Another day", "Other times"),
            ),
            sees("No table.", "On the plan's card", messages=2),
            taps("ann", "Watch for a cancellation"),
            sees("Watching for a cancellation until", number=0, offers=("Cancel plan",)),
        ]
    )


async def test_tables_that_are_taken_can_be_watched_from_the_start(act, days, evening):
    await evening.somebody_else_books("the-stool", days.open, 2)
    await act(
        [
            says("ann", f"/reserve stool 2 {typed(days.open)} 19:00"),
            sees("Nothing is free at 19:00 just now.", offers=("Watch for a cancellation",)),
            taps("ann", "Watch for a cancellation"),
            sees("Watching for a cancellation until", messages=1),
        ]
    )


async def test_many_plans_are_all_within_reach(act, days, evening):
    """Thirty of them: more than a menu of Discord's holds, and more than Telegram shows on a page."""
    await act([says("cas", "/help"), sees("I get restaurant tables.")])
    await evening.plan_in_the_group([days.today + timedelta(days=25 + n) for n in range(30)])
    last = days.today + timedelta(days=25 + 29)
    await act(
        [
            says("ann", "/plans"),
            sees("Plans of this chat."),
            taps("ann", shown(last)),
            sees(f"Casa Luna, {shown(last)}, 2 guests", "Tables are released"),
        ]
    )
