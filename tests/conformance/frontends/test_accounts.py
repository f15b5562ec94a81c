"""An account is connected on every network, and what opens it stands nowhere afterwards."""

import pytest

from core.clock import SystemClock
from core.persistence import accounts
from core.persistence.tables import accounts as table
from tests.conformance.frontends.transcript import Acting, hides, says, sees, taps, told
from tests.fakes.accounts import ANN, EMAIL, PASSWORD, TOKEN, FakeAccounts
from tests.fakes.by_code import ByCode


@pytest.fixture
def resy():
    return FakeAccounts(SystemClock())


@pytest.fixture
async def evening(gather, network, resy):
    evening = await gather(network, platforms={"resy": resy})
    resy.wallet = lambda: evening.wallet
    return evening


@pytest.fixture
def typed(evening, network):
    """What Ann's own messages show."""
    driver = evening.drivers[network]
    return lambda: driver.typed("ann")


async def test_an_account_is_connected_by_password(act, evening, typed):
    await act(
        [
            says("ann", "/connect resy", private=True),
            sees(
                "Connect your Resy account", private_of="ann", offers=("E-mail and password", "Paste a token")
            ),
            taps("ann", "E-mail and password", private=True),
            sees("Which e-mail address", private_of="ann"),
            says("ann", EMAIL, private=True),
            sees("the Resy password", EMAIL, private_of="ann"),
            hides("ann", "wrong one"),
            sees("does not take that e-mail address", private_of="ann", without=("wrong one",)),
            hides("ann", PASSWORD),
            sees("is connected", "Ann Example", "4242", private_of="ann", offers=("Check now",), messages=1),
        ]
    )
    shown = await typed()
    assert not [words for words in shown if PASSWORD in words or "wrong one" in words]
    assert not [words for words in shown if words == "•••"], "what stood for it is gone, too"
    found = await evening.database.read(lambda tx: tx.execute(table.select()).all())
    assert [row.holder for row in found] == [ANN.holder]


async def test_an_account_is_connected_by_token_however_it_was_pasted(act, typed):
    await act(
        [
            says("ann", "/connect", private=True),
            taps("ann", "Paste a token", private=True),
            sees("step by step", "api.resy.com", private_of="ann"),
            hides("ann", f"x-resy-auth-token: {TOKEN}\n{'more: x ' * 150}"),
            sees("is connected", private_of="ann"),
        ]
    )
    assert not [words for words in await typed() if TOKEN in words]


async def test_an_account_is_connected_with_a_code_by_text_message(gather, network):
    tavola = ByCode(SystemClock())
    evening = await gather(network, platforms={"tavola": tavola})
    act = Acting(driver=evening.drivers[network]).act
    await act(
        [
            says("ann", "/connect tavola", private=True),
            sees("Connect your Tavola account", "Which e-mail address", private_of="ann"),
            says("ann", EMAIL, private=True),
            sees("Which code", private_of="ann"),
            hides("ann", "999999"),
            sees("not the code", "Which code", private_of="ann", without=("999999",)),
        ]
    )
    tavola.challenges.clear()
    await act(
        [
            hides("ann", tavola.sent[0]),
            sees("we begin again", "Which e-mail address", private_of="ann"),
            says("ann", EMAIL, private=True),
            sees("Which code", private_of="ann", without=("begin again",)),
        ]
    )
    await act(
        [
            hides("ann", tavola.sent[1]),
            sees("Your Tavola account is connected", "Ann Example", private_of="ann", messages=1),
        ]
    )
    shown = await evening.drivers[network].typed("ann")
    assert not [words for words in shown for code in ("999999", *tavola.sent) if code in words]


async def test_what_was_connected_is_shown_and_disconnected(act, evening):
    await act(
        [
            says("ann", "/connect resy", private=True),
            taps("ann", "Paste a token", private=True),
            sees("step by step", private_of="ann"),
            hides("ann", TOKEN),
            sees("is connected", private_of="ann"),
            says("ann", "/accounts", private=True),
            sees("Resy: Ann Example", "Visa ending in 4242", private_of="ann", offers=("Disconnect",)),
            taps("ann", "Disconnect", private=True),
            sees("Really disconnect", private_of="ann", offers=("Yes, disconnect",)),
            taps("ann", "Yes, disconnect", private=True),
            sees("No account of yours is connected", private_of="ann"),
        ]
    )
    rows = await evening.database.read(accounts.strongboxes)
    assert not rows


async def test_in_the_group_the_way_is_shown_and_why(act, network):
    await act(
        [
            says("ann", "/connect resy"),
            told("ann", "What opens your account is for nobody else's eyes."),
            sees("Connect your Resy account", private_of="ann"),
        ]
    )


async def test_a_secret_sent_as_a_message_is_erased_or_its_author_asked(gather, resy):
    evening = await gather("discord", platforms={"resy": resy})
    act = Acting(driver=evening.drivers["discord"]).act
    await act(
        [
            says("ann", "/connect resy", private=True),
            taps("ann", "E-mail and password", private=True),
            sees("Which e-mail address", private_of="ann"),
            says("ann", EMAIL, private=True),
            sees("the Resy password", private_of="ann"),
            says("ann", PASSWORD, private=True),
            sees("is connected", private_of="ann", number=0),
            sees("please delete that message", private_of="ann", messages=2),
        ]
    )
