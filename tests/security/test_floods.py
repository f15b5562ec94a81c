"""One person, however busy, costs the others nothing."""

import asyncio
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.conversation.flood_limit import MOST
from bot.conversation.messages import Heard
from bot.conversation.ports import Pace
from bot.flows.own_things.settings import quiet_hours
from bot.parsing import hear_day, hear_party, hear_times, understand
from core.persistence import guests, plans
from core.persistence.open_database import open_database
from core.persistence.tables import dialogues, inbox
from core.plans import arming
from platforms.house.engine.name_match import best
from tests.drivers.fake import FakeDriver
from tests.expect import present
from tests.fakes.clock import settle
from tests.schema import create_tables
from tests.security.acts import command, dm
from tests.stage import NOON, Stage

ZONE = ZoneInfo("America/New_York")


def events(who: str, count: int, line: str = "/help") -> list[Heard]:
    place = dm(who)
    return [
        Heard(frontend="fake", id=f"{who}{number}", at=NOON, event=command(who, line, place))
        for number in range(count)
    ]


async def test_a_flood_is_not_taken_and_the_others_are():
    async with Stage() as stage:
        taken = await stage.switchboard.note([*events("bob", 1000), *events("cas", 1)])
        assert len(taken) == MOST + 1
        assert len(await stage.switchboard.note(events("bob", 2000)[1000:])) == 0
        assert len(await stage.switchboard.note(events("ann", 3))) == 3
        kept = await stage.database.read(
            lambda tx: tx.execute(select(func.count()).select_from(inbox)).scalar()
        )
        assert kept == MOST + 4


async def test_after_a_flood_a_person_is_heard_again():
    async with Stage() as stage:
        for one in await stage.switchboard.note(events("bob", 1000)):
            await stage.switchboard.hear(one)
        assert len(await stage.switchboard.note(events("bob", 1003)[1000:])) == 3


async def test_what_is_acted_on_by_two_at_once_makes_room_once():
    async with Stage() as stage:
        (one,) = await stage.switchboard.note(events("bob", 1))
        await asyncio.gather(stage.switchboard.hear(one), stage.switchboard.hear(one))
        assert len(await stage.switchboard.note(events("bob", 1000)[1:])) == MOST


async def test_starting_afresh_again_and_again_keeps_one_question_open():
    async with Stage() as stage:
        for one in await stage.switchboard.note(events("bob", MOST, "/reserve")):
            await stage.switchboard.hear(one)
        open_ = await stage.database.read(
            lambda tx: tx.execute(
                select(func.count()).select_from(dialogues).where(dialogues.c.open.is_(True))
            ).scalar()
        )
        assert open_ == 1


async def test_cards_that_nobody_saw_before_they_were_replaced_are_not_sent():
    driver = FakeDriver()
    driver.frontend.pace = Pace(per_chat_second=1, per_group_minute=20, per_second=30)
    async with Stage(driver) as stage:
        taken = await stage.switchboard.note(events("bob", 20, "/reserve"))
        await asyncio.gather(*(stage.switchboard.hear(one) for one in taken))
        await settle()
        shown = [one for one in stage.fake.frontend.messages if one.place.chat_id == "dm:bob"]
        assert len(shown) < 5


@pytest.mark.realtime
@pytest.mark.parametrize(
    "atom", ["1", "12 ", "1/", "on ", "24 dec ", "8pm,", "-", "luna ", '"', "a", "in 3 days ", " "]
)
def test_no_words_take_long_to_understand(atom):
    now, text = datetime(2026, 12, 1, 12, tzinfo=UTC), (atom * 1000)[:1000]
    understand("warm 24 dec", now=now, zone=ZONE)
    begun = time.process_time()
    understand(text, now=now, zone=ZONE)
    hear_day(text, now=now, zone=ZONE)
    hear_times(text)
    hear_party(text)
    quiet_hours(text)
    assert time.process_time() - begun < 1.5


@pytest.mark.realtime
def test_a_venue_is_looked_for_among_a_thousand_without_making_the_others_wait():
    names = [(f"v{number}", f"Venue number {number} the great") for number in range(1000)]
    begun = time.process_time()
    best("luna venus nomber grate " * 40, names, limit=8)
    assert time.process_time() - begun < 1.5


async def test_somebody_else_does_not_wait_for_the_end_of_a_flood(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'fourtop.db'}")  # with turns to wait for
    create_tables(database.engine)
    async with Stage(database=database) as stage:
        flood = await stage.switchboard.note(events("bob", MOST, "/reserve luna 4 fri"))
        hearing = [asyncio.create_task(stage.switchboard.hear(one)) for one in flood]
        await asyncio.sleep(0)
        (question,) = await stage.switchboard.note(events("ann", 1))
        await stage.switchboard.hear(question)
        assert not all(one.done() for one in hearing), "Ann waited for all of it"
        await asyncio.gather(*hearing)


async def test_one_guest_has_so_many_plans_under_way_and_no_more():
    async with Stage() as stage:
        open_days = [day for day in range(12, 30) if day not in {18, 25}]  # not on a Monday
        for day in open_days[: arming.MOST_PLANS + 1]:
            line = f"/reserve luna 2 {day} jan 19:00-20:00 bar"
            await stage.fake.say("bob", line, private=True)
            await stage.fake.tap("bob", "Yes, go for it", private=True)
        assert "You have 10 plans under way" in (await stage.fake.toasts("bob"))[-1]
        bob = await stage.database.read(lambda tx: guests.sign_in(tx, "fake", "bob"))
        live = await stage.database.read(lambda tx: plans.live_count_of(tx, present(bob).guest_id))
        assert live == arming.MOST_PLANS
        await stage.fake.say("cas", "/reserve luna 2 12 jan 19:00-20:00 bar", private=True)
        await stage.fake.tap("cas", "Yes, go for it", private=True)
        assert not await stage.fake.toasts("cas"), "somebody else's plans count for nothing"
