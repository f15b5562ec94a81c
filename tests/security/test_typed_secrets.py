"""A password and a token, typed on each network: searched for afterwards in everything there is to search."""

import io
import json
import logging
import re
from contextlib import AsyncExitStack
from urllib.parse import quote

import httpx
import pytest

from bot.conversation.ports import Reply
from core.clock import SystemClock
from core.errors import PlatformDown
from core.powers.sign_in import SignInRefusal
from core.runtime.log import set_up_logging
from tests.conformance.frontends.conftest import NETWORKS, driver_of
from tests.conformance.frontends.days import venues
from tests.conformance.frontends.evening import Evening
from tests.conformance.frontends.transcript import Acting, hides, says, sees, taps
from tests.drivers.web import COOKIE, WebDriver
from tests.expect import present
from tests.fakes.accounts import EMAIL, FakeAccounts, Member

PASSWORD = "planted pass/word-7391"
WRONG = "planted wr0ng-word-5544"
TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJwbGFudGVkIjoxfQ.cGxhbnRlZC10b2tlbg"
SPOILT = "eyJ0eXAiOiJKV1QifQ.c3BvaWx0LXBsYW50ZWQ.d3Jvbmc"
HURRIED = "planted-with-the-address-8812"
PLANTED = (PASSWORD, WRONG, TOKEN, SPOILT, HURRIED)

pytestmark = pytest.mark.parametrize("network", NETWORKS)


class Echoing(FakeAccounts):
    """Refuses in words that repeat all that it was sent, as bad platforms do."""

    async def next_step(self, step, answer):
        try:
            came = await super().next_step(step, answer)
        except PlatformDown:
            raise PlatformDown("resy", f"POST email=…&password={answer.reveal()} was cut") from None
        return (
            SignInRefusal(reason=f"{answer.reveal()} is wrong") if isinstance(came, SignInRefusal) else came
        )


@pytest.fixture
def logged():
    """Everything at the debug level, as a host would have it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    set_up_logging("debug", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
async def evening(tmp_path, network):
    ann = Member(email=EMAIL, password=PASSWORD, token=TOKEN, external_id="771", holder="Ann Example")
    resy = Echoing(SystemClock(), members=(ann,))
    async with AsyncExitStack() as stack:
        driver = driver_of(network)
        there = Evening(tmp_path, driver, venues=venues(), platforms={"resy": resy})
        resy.wallet = lambda: there.wallet
        yield await stack.enter_async_context(there)


async def test_nothing_that_was_typed_is_left_anywhere(evening, network, tmp_path, logged):
    driver, resy = evening.drivers[network], evening._platforms["resy"]
    act = Acting(driver=driver).act
    await act(
        [
            says("ann", "/connect resy", private=True),
            taps("ann", "E-mail and password", private=True),
            sees("Which e-mail address", private_of="ann"),
            says("ann", f"{EMAIL} {HURRIED}", private=True),
            sees("not an e-mail address by itself", private_of="ann", number=0),
            says("ann", EMAIL, private=True),
            sees("the Resy password", private_of="ann", number=0),
            hides("ann", WRONG),
            sees("does not take that e-mail address", private_of="ann", number=0),
        ]
    )
    resy.down = True
    await act([hides("ann", PASSWORD), sees("does not answer just now", private_of="ann", number=0)])
    resy.down, resy.broken = False, RuntimeError(f"unexpected {PASSWORD!r}")
    await act([hides("ann", PASSWORD), sees("went wrong", private_of="ann", number=0)])
    resy.broken = None
    await act(
        [
            hides("ann", PASSWORD),
            sees("is connected", private_of="ann", number=0),
            taps("ann", "Sign in again", private=True),
            sees("Sign in to Resy again", private_of="ann", number=0),
            taps("ann", "Paste a token", private=True),
            sees("step by step", private_of="ann", number=0),
            hides("ann", f"x-resy-auth-token: {SPOILT}"),
            sees("There is no token in that", private_of="ann", number=0),
            hides("ann", f"x-resy-auth-token: {TOKEN}"),
            sees("is connected", private_of="ann", number=0),
        ]
    )
    assert len(resy.logins) == 6, "all of it was typed, and heard"

    shown = [await driver.messages()]
    shown += [await driver.messages(private_of=who) for who in ("ann", "bob", "cas")]
    toasts = [await driver.toasts(who) for who in ("ann", "bob", "cas")]
    typed = [await driver.typed(who) for who in ("ann", "bob", "cas")]
    if network == "discord":  # an address and more, sent as a message: only its author can delete that
        asked = [one.text for one in shown[1] if "please delete that message" in one.text]
        assert len(asked) == 1
        typed[0] = [words for words in typed[0] if HURRIED not in words]
    pages = await _pages(driver) if isinstance(driver, WebDriver) else []
    kept = await evening.database.read(_dump)
    assert not _found(repr(shown), repr(toasts), repr(typed), *pages, kept, logged.getvalue())
    assert EMAIL in repr(typed), "the search would have found it"
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert not [secret for secret in PLANTED if secret.encode() in files]


async def test_what_was_typed_to_a_process_that_died_is_not_on_its_disk(evening, network, tmp_path, logged):
    """Between hearing and acting: what is noted is sealed."""
    driver = evening.drivers[network]
    act = Acting(driver=driver).act
    await act(
        [
            says("ann", "/connect resy", private=True),
            taps("ann", "Paste a token", private=True),
            sees("step by step", private_of="ann"),
        ]
    )
    deaf, heard = evening.switchboard.hear, []

    async def never(event):
        heard.append(event)
        return Reply()

    evening.switchboard.hear = never
    await driver.hide("ann", TOKEN)
    evening.switchboard.hear = deaf
    assert heard
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert TOKEN.encode() not in files
    assert TOKEN not in await evening.database.read(_dump)
    await evening.switchboard.resume()
    await act([sees("is connected", private_of="ann", number=0)])
    assert not _found(logged.getvalue(), await evening.database.read(_dump))


def _dump(tx) -> str:
    """Every row of every table."""
    names = [row[0] for row in tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(repr(tx.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in names)


async def _pages(driver: WebDriver) -> list[str]:
    """All that the page's server tells anybody, and all that it keeps."""
    with driver.database.engine.connect() as connection:
        kept = "\n".join(present(connection.connection.driver_connection).iterdump())
    async with httpx.AsyncClient(base_url=driver.url, trust_env=False, headers=COOKIE) as http:
        states = [(await http.get(f"/chat/state?person={who}")).text for who in ("Ann", "Bob", "Cas", "Eve")]
    received = "".join(repr(person.events) for person in driver.people.values())
    # What was sent where an address was asked for stood there until it was erased.
    return [kept, *states, received.replace(HURRIED, "")]


def _found(*texts: str) -> list[str]:
    """What of the planted is in the texts, however it was put in."""
    forms = {
        form for one in PLANTED for form in (one, quote(one), quote(one, safe=""), json.dumps(one)[1:-1])
    }
    forms |= {re.split(r"[ .]", one)[-1] for one in PLANTED if one != HURRIED}
    return [f"{form} in {text[:80]}" for form in sorted(forms) for text in texts if form in text]
