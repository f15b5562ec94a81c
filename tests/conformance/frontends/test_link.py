"""One human on two networks."""

import re

from tests.conformance.frontends.days import shown, typed
from tests.conformance.frontends.transcript import Acting, says, sees, taps, told
from tests.expect import present


async def test_whoever_links_two_networks_has_their_plans_on_both(gather, days):
    evening = await gather("telegram", "discord")
    telegram, discord = (Acting(driver=evening.drivers[name]) for name in ("telegram", "discord"))
    on_telegram, on_discord = shown(days.later), shown(days.open)
    await telegram.act(
        [
            says("bob", f"/reserve luna 4 {typed(days.later)} 19:30 patio"),
            sees("Casa Luna", offers=("Yes, go for it",)),
            taps("bob", "Yes, go for it"),
            sees("Tables are released"),
        ]
    )
    await evening.somebody_else_books("the-stool", days.open, 2)
    await discord.act(
        [
            says("bob", f"/reserve stool 2 {typed(days.open)} 20:00", private=True),
            sees("Nothing is free at 20:00", private_of="bob"),
            taps("bob", "Watch for a cancellation", private=True),
            sees("Watching for a cancellation", private_of="bob"),
            says("bob", "/link", private=True),
            sees("On your other network", private_of="bob"),
        ]
    )
    told_on_discord = (await discord.driver.messages(private_of="bob"))[-1].text
    code = present(re.search(r"/link (\S+)", told_on_discord))[1]
    await telegram.act(
        [
            says("bob", "/link ABCD-EFGH", private=True),
            told("bob", "That code opens nothing"),
            says("bob", f"/link {code}", private=True),
            sees("Linked.", private_of="bob"),
            says("bob", "/plans", private=True),
            sees("Your plans.", private_of="bob", offers=(on_telegram, on_discord)),
        ]
    )
    await discord.act(
        [
            says("bob", "/plans", private=True),
            sees("Your plans.", private_of="bob", offers=(on_telegram, on_discord)),
            taps("bob", "Casa Luna", private=True),
            sees("Casa Luna", "Tables are released", private_of="bob", offers=("Cancel plan",)),
            taps("bob", "Cancel plan", private=True),
            sees("Really cancel", private_of="bob"),
            taps("bob", "Yes, cancel the plan", private=True),
            sees("Cancelled.", private_of="bob"),
        ]
    )
    await telegram.act([sees("Cancelled.", number=0)])
