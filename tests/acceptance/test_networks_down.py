"""A network that cannot be had costs its own friends, and nobody else."""

from datetime import timedelta

import httpx
from pydantic import SecretStr

from core.clock import SystemClock
from tests.acceptance.moves import book_now
from tests.acceptance.venue import Alcove
from tests.conformance.frontends.transcript import Acting, says, sees
from tests.drivers.telegram import until

_NOBODY_LISTENS = "http://127.0.0.1:9"


def released():
    """The Alcove with its tables out."""
    return Alcove(SystemClock().now() - timedelta(minutes=1), "2")


async def test_the_others_go_on_without_a_token_and_without_a_network(run, settings):
    broken = settings.model_copy(
        update={"telegram_token": SecretStr("8001:another"), "discord_api_url": _NOBODY_LISTENS}
    )
    venue = released()
    built, page = await run(broken, venue)
    await Acting(driver=page).act(book_now(venue))
    telegram, discord = built.frontends["telegram"], built.frontends["discord"]
    await until(lambda: "refuses the token" in telegram.state.reason)
    await until(lambda: "can't be reached" in discord.state.reason)
    async with httpx.AsyncClient(base_url=built.http.url, trust_env=False) as http:
        answer = await http.get(built.page_token.address("", "/readyz"))
        assert (await http.get("/healthz")).status_code == 200
    parts = answer.json()["parts"]
    assert answer.status_code == 503
    assert {name: part["up"] for name, part in parts.items()} == {
        "telegram": False,
        "discord": False,
        "web": True,
    }
    assert "FOURTOP_TELEGRAM_TOKEN" in parts["telegram"]["reason"]
    assert "another" not in answer.text


async def test_a_network_that_comes_back_is_heard_again(run, settings, telegram):
    await telegram.api.stop()
    venue = released()
    built, _ = await run(settings, venue)
    await until(lambda: "can't be reached" in built.frontends["telegram"].state.reason)
    await telegram.api.start()
    await until(lambda: built.frontends["telegram"].state.up)
    await Acting(driver=telegram).act(book_now(venue))


async def test_a_network_that_goes_away_for_a_while_loses_nothing(run, settings, telegram):
    venue = released()
    built, page = await run(settings, venue)
    await until(lambda: built.frontends["telegram"].state.up)
    await Acting(driver=telegram).act(book_now(venue)[:2])
    await telegram.api.stop()
    await until(lambda: not built.frontends["telegram"].state.up)
    telegram.people["ann"].tap(telegram.group.shown[-1], "Yes, book it")
    await Acting(driver=page).act([says("bob", "/help"), sees("I get restaurant tables.")])
    await telegram.api.start()
    await Acting(driver=telegram).act([sees("Booked", number=0), sees("The Alcove it is!")])
