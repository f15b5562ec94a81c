"""A dialogue that was added by one folder and one line, on every network."""

import pytest

from tests.conformance.frontends.transcript import Acting, says, sees, taps, told
from tests.dialogues.lots import LotsFlow


@pytest.fixture
async def evening(gather, network):
    return await gather(network, flows=[LotsFlow()])


async def test_friends_draw_lots(evening, act):
    await act(
        [
            says("bob", "/lots"),
            sees("Who pays?", "In the hat: nobody.", offers=("Me, too", "Draw")),
            taps("bob", "Draw"),
            told("bob", "Nobody is in the hat."),
            taps("bob", "Me, too"),
            sees("In the hat: Bob."),
            taps("cas", "Me, too"),
            sees("In the hat: Bob, Cas."),
            says("cas", "Dan"),
            sees("In the hat: Bob, Cas, Dan.", offers=("✕ Bob", "✕ Cas", "✕ Dan", "Me, too", "Draw")),
            taps("cas", "✕ Bob"),
            told("cas", "That is for the organiser to decide."),
            taps("cas", "Draw"),
            told("cas", "That is for the organiser to decide."),
            taps("bob", "✕ Cas"),
            sees("In the hat: Bob, Dan."),
            taps("ann", "✕ Bob"),  # an admin may step in
            sees("In the hat: Dan."),
            taps("bob", "Draw"),
            sees("Dan pays.", offers=(), messages=1),
            says("bob", "/help", private=True),
            sees("/reserve · Get a table", "/lots · Draw who pays", "/cancel", private_of="bob"),
        ]
    )


async def test_what_was_begun_is_called_off(evening, network):
    driver = evening.drivers[network]
    await Acting(driver=driver).act(
        [
            says("cas", "/lots", private=True),
            sees("In the hat: nobody.", private_of="cas"),
            says("cas", "Eve", private=True),
            sees("In the hat: Eve.", private_of="cas"),
            says("cas", "/cancel", private=True),
            sees("All right", private_of="cas", offers=()),
        ]
    )
