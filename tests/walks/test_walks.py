"""The three ways that a newcomer follows first: they are as short as `docs/architecture.md` says, and go where it says.

A way is who handed it to whom, each file once: what a file asks on the side is not on it.
"""

import re
from datetime import timedelta

from bot.frontends.discord.sender import DiscordSender
from core.clock import SystemClock
from core.domain.fact import TableBooked
from core.persistence import facts, jobs, outbox
from platforms.resy.statuses import Endpoint
from platforms.resy.wire import ResyWire
from tests.commands import COMMANDS
from tests.conformance.frontends.days import Days, typed, venues
from tests.conformance.frontends.evening import Evening
from tests.conformance.frontends.transcript import Acting, says, sees, taps
from tests.drivers.discord import DiscordDriver
from tests.drivers.telegram import TelegramDriver
from tests.fakes.database import InlineDatabase
from tests.faults.resy.evening import DROP, ResyEvening
from tests.walks.walk import ROOT, End, Walk

MOST = {"armed": 9, "called": 10, "told": 11}


def told(name: str) -> list[str]:
    """The files that the page names for a way, in order."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    section = re.search(rf"<!-- way: {name} -->(.*?)<!-- end -->", page, re.DOTALL)
    assert section, f"docs/architecture.md does not tell the way of {name!r}"
    return re.findall(r"^\d+\. \*\*`([^`]+)`\*\*", section.group(1), re.MULTILINE)


async def test_from_reserve_on_telegram_to_an_armed_plan(tmp_path):
    driver, days = TelegramDriver(clock=SystemClock(), commands=COMMANDS), Days()
    async with Evening(tmp_path, driver, venues=venues(), database=InlineDatabase()) as evening:
        act = Acting(driver=evening.drivers["telegram"]).act
        with Walk(armed=End(jobs.add)) as walk:
            await act(
                [
                    says("ann", f"/reserve luna 4 {typed(days.later)} 19:00-20:00 dining room"),
                    sees(offers=("Yes, go for it",)),
                    taps("ann", "Yes, go for it"),
                    sees("I will be there."),
                ]
            )
    passed = walk.since("bot/frontends/telegram/polling.py", "armed")
    assert passed == told("armed")
    assert len(passed) <= MOST["armed"]


async def test_from_a_due_drop_to_the_booking_call_at_resy(monkeypatch):
    evening = ResyEvening(monkeypatch, now=DROP - timedelta(minutes=6))
    await evening.open()
    books = End(ResyWire.ask_once, lambda given: given["endpoint"] is Endpoint.BOOK)
    with Walk(called=books) as walk:
        await evening.begin()
        await evening.wait(DROP + timedelta(minutes=1))
    await evening.end()
    passed = walk.since("core/jobs/worker.py", "called")
    assert passed == told("called")
    assert len(passed) <= MOST["called"]


async def test_from_a_result_to_its_message_on_discord(tmp_path):
    driver, days = DiscordDriver(clock=SystemClock()), Days()
    async with Evening(tmp_path, driver, venues=venues(), database=InlineDatabase()) as evening:
        act = Acting(driver=evening.drivers["discord"]).act
        await act(
            [
                says("ann", f"/reserve luna 4 {typed(days.open)} 19:30 patio"),
                sees(offers=("Yes, book it",)),
            ]
        )
        written = End(outbox.put, lambda given: str(given["key"]).startswith("booked:"))
        recorded = End(facts.record, lambda given: isinstance(given["fact"], TableBooked))
        with Walk(recorded=recorded, written=written, told=End(DiscordSender.tell)) as walk:
            await act([taps("ann", "Yes, book it"), sees("it is!", messages=2)])
    passed = walk.since("core/jobs/leased_job.py", "recorded", "written", "told")
    assert passed == told("told")
    assert len(passed) <= MOST["told"]
