"""Who may use Fourtop, and what each guest sets for themselves, on every network."""

import pytest

from core import members
from tests.conformance.frontends.days import shown, typed
from tests.conformance.frontends.evening import SECRET
from tests.conformance.frontends.transcript import Acting, says, sees, taps, told


@pytest.fixture
async def strangers(gather, network):
    """Nobody is known, and the host has a claim code."""
    evening = await gather(network, strangers=True)
    now = evening.clock.now()
    evening.code = await evening.database.write(lambda tx: members.offer_claim(tx, SECRET, now=now))
    return evening


async def test_a_stranger_is_let_in_and_what_they_wanted_is_taken_up(strangers, network, days):
    await Acting(driver=strangers.drivers[network]).act(
        [
            says("ann", "/claim ABCD-EFGH", private=True),
            told("ann", "That code opens nothing"),
            says("ann", f"/claim {strangers.code}", private=True),
            sees("You are my admin now.", private_of="ann", messages=1),
            says("bob", "/plans"),
            told("bob", "An admin has to let you in first."),
            says("bob", f"/reserve luna 4 {typed(days.later)} 19:30 patio"),
            sees("An admin has to let you in first", "What you wanted is kept", number=0),
            sees("Bob wants to use me.", private_of="ann", offers=("Approve", "Decline", "Block")),
            says("bob", "Bob, from @work & <home>"),
            told("bob", "I have passed that on."),
            sees("Says: “Bob, from @work & <home>”", private_of="ann"),
            taps("ann", "Approve", private=True),
            told("ann", "Bob is in."),
            sees("An admin has let you in.", number=0, offers=()),
            sees(f"Casa Luna, {shown(days.later)}, 4 guests, patio", offers=("Yes, go for it",), messages=2),
            taps("bob", "Yes, go for it"),
            sees("In: Bob (Bob organises)."),
        ]
    )


async def test_admins_judge_by_command_and_vouch_for_a_group(strangers, network):
    await Acting(driver=strangers.drivers[network]).act(
        [
            says("ann", f"/claim {strangers.code}", private=True),
            sees("You are my admin now.", private_of="ann"),
            says("bob", "/reserve"),
            sees("An admin has to let you in first"),
            says("ann", "/block Bob", private=True),
            sees("Bob is shut out.", private_of="ann"),
            says("bob", "/reserve"),
            told("bob", "I will be silent from here on."),
            says("ann", "/guests", private=True),
            sees("Guests 1–2 of 2", "Bob", "blocked", private_of="ann", offers=("Bob",)),
            says("ann", "/allow"),
            sees("I trust this group."),
            says("cas", "/reserve"),
            sees("Where would you like to eat?", offers=("Casa Luna",)),
        ]
    )


async def test_favourites_are_kept_and_offered_first(act):
    await act(
        [
            says("ann", "/favourites", private=True),
            sees("No favourites yet.", private_of="ann"),
            says("ann", "noma", private=True),
            told("ann", "I don't know a venue called “noma”."),
            says("ann", "the stool", private=True),
            sees("Your favourites.", private_of="ann", offers=("✕ The _Stool_",)),
            taps("ann", "Stool", private=True),
            sees("No favourites yet.", private_of="ann", messages=1),
        ]
    )


async def test_settings_are_tapped_and_typed(act):
    await act(
        [
            says("ann", "/settings", private=True),
            sees("Your settings", "Time zone: each venue's own", "Quiet hours: none", private_of="ann"),
            taps("ann", "Time zone", private=True),
            sees("Which time zone?", private_of="ann"),
            says("ann", "Atlantis", private=True),
            told("ann", "I don't know that one."),
            says("ann", "Berlin", private=True),
            sees("Time zone: Europe/Berlin", private_of="ann"),
            told("ann", "These settings are kept."),
            taps("ann", "Quiet hours", private=True),
            sees("When shall I be quiet?", private_of="ann"),
            says("ann", "22-8", private=True),
            sees("Quiet hours: 22:00–08:00", private_of="ann"),
            taps("ann", "Results by private message: on", private=True),
            sees("Your settings", private_of="ann", offers=("Results by private message: off",), messages=1),
        ]
    )


async def test_help_tells_what_can_be_done_here(act):
    await act(
        [
            says("bob", "/help"),
            sees("/reserve luna 4 fri 19:00-21:00", "/plans", "In a private chat", without=("/settings ·",)),
            says("bob", "/help", private=True),
            sees("/reserve", "/settings ·", private_of="bob", without=("/guests",)),
            says("ann", "/help", private=True),
            sees("/guests", private_of="ann"),
        ]
    )


async def test_a_private_command_in_the_group_goes_on_in_private(act):
    await act(
        [
            says("bob", "/help", private=True),
            sees("I get restaurant tables.", private_of="bob"),
            says("bob", "/settings"),
            told("bob", "I have answered you in private."),
            sees("Your settings", private_of="bob", offers=("Time zone",)),
        ]
    )


async def test_words_that_nobody_asked_for_get_a_hint_in_private(act):
    await act([says("bob", "hello there", private=True), told("bob", "I am not asking anything just now.")])
