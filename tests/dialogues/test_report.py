"""After a drop, and after its result, the chat is told how it went."""

import asyncio
import io
from datetime import timedelta

from PIL import Image

from bot.notifications import plan_news
from bot.notifications.news import ReportNews, dump_news, load_news
from core.domain.booking import SlotTaken
from core.domain.job_state import Strategy
from core.persistence import jobs, tables
from core.ports import at_will
from tests.dialogues.acting import DROP, all_plans, arm, book
from tests.fakes.clock import FakeClock, settle
from tests.stage import NOON, Stage

REPORT = "How the release went"


async def drawn(stage: Stage, *, pictures: int = 1) -> None:
    """Wait for the thread that draws."""
    for _ in range(2000):
        await settle(5)
        if sum(bool(one.pictures) for one in await stage.fake.messages()) >= pictures:
            return
        await asyncio.sleep(0.002)


async def reports(stage: Stage, **where) -> list[str]:
    return [one.text for one in await stage.fake.messages(**where) if REPORT in one.text]


async def test_the_report_comes_after_the_result_with_a_picture_and_one_lesson():
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP + timedelta(seconds=3))
        assert await reports(stage) == []
        assert any("it is!" in one.text for one in await stage.fake.messages())
        await stage.time.run_until(DROP + timedelta(seconds=20))
        await drawn(stage)
        last = (await stage.fake.messages())[-1]
        assert last.pictures == ("release.png",)
        assert "How the release went: Casa Luna, Tue 22 Dec" in last.text
        assert "First request" in last.text
        assert "1 of 30 requests" in last.text
        assert "Tables were first seen" in last.text
        assert "19:00 dining room: asked at" in last.text
        assert last.text.count("💡") == 1
        assert "the first table I asked for was ours" in last.text


async def test_the_picture_can_be_opened_and_says_in_words_what_it_shows():
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP + timedelta(seconds=20))
        await drawn(stage)
        file = stage.fake.frontend.messages[-1].file
        assert file is not None
        assert Image.open(io.BytesIO(file.content)).size[0] == 1000
        assert "Timeline of the release at Casa Luna" in file.alt
        assert stage.fake.frontend.messages[-1].quiet


async def test_a_report_is_for_the_chat_and_wakes_nobody_in_private():
    async with Stage() as stage:
        await arm(stage)
        await stage.fake.tap("bob", "I'm in")
        await stage.time.run_until(DROP + timedelta(seconds=20))
        await drawn(stage)
        assert len(await reports(stage)) == 1
        for who in ("ann", "bob"):
            assert await reports(stage, private_of=who) == []


async def test_a_drop_that_was_lost_is_reported_as_well():
    clock = FakeClock(NOON)
    async with Stage(clock=clock) as stage:
        await arm(stage)
        stage.house.book = taken  # everybody else is faster
        await stage.time.run_until(DROP + timedelta(minutes=30))
        await drawn(stage)
        (told,) = await reports(stage)
        assert "taken" in told
        assert "💡" in told


async def taken(slot, *, mandate, key, permit=at_will):
    return SlotTaken()


async def test_what_was_no_drop_has_no_report():
    async with Stage() as stage:
        await book(stage)
        await stage.time.advance(timedelta(minutes=1))
        await settle()
        assert await reports(stage) == []


async def test_a_drop_at_which_nobody_was_has_no_report():
    async with Stage() as stage:
        await arm(stage)
        await stage.stop()
        stage.time.jump(DROP + timedelta(days=3))
        await stage.start()
        await stage.time.advance(timedelta(minutes=2))
        await settle()
        assert any("No table" in one.text for one in await stage.fake.messages())
        assert await reports(stage) == []


async def test_no_report_is_drawn_near_another_drop():
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP + timedelta(seconds=5))

        def another(tx):
            plan_id = tx.execute(tables.plans.select()).one().id
            now = stage.clock.now()
            jobs.add(
                tx,
                plan_id=plan_id,
                strategy=Strategy.DROP,
                due_at=DROP + timedelta(days=9),
                drop_at=DROP + timedelta(seconds=18),
                until=DROP + timedelta(days=9),
                now=now,
            )

        await stage.database.write(another)
        await stage.time.run_until(DROP + timedelta(seconds=27))

        def waiting(tx):
            report = tables.outbox.c.key.startswith("report:")
            return tx.execute(tables.outbox.select().where(report)).one()

        message = await stage.database.read(waiting)
        assert (message.state, message.due_at) == ("pending", DROP + timedelta(seconds=28))
        assert await reports(stage) == []
        await stage.time.run_until(DROP + timedelta(seconds=30))
        await drawn(stage)
        assert len(await reports(stage)) == 1


async def test_a_report_without_its_picture_is_still_told(monkeypatch):
    def broken(told, heading):
        raise OSError("no memory")

    monkeypatch.setattr("bot.report.drop_report.draw", broken)
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP + timedelta(seconds=20))
        for _ in range(500):
            await settle(5)
            if await reports(stage):
                break
            await asyncio.sleep(0.002)
        (told,) = await reports(stage)
        assert "💡" in told
        assert stage.fake.frontend.messages[-1].file is None


async def test_a_drop_is_reported_once():
    async with Stage() as stage:
        await arm(stage)
        await stage.time.run_until(DROP + timedelta(seconds=20))
        await drawn(stage)
        plan = (await all_plans(stage))[0]
        now = stage.clock.now()
        await stage.database.write(lambda tx: plan_news.lost(tx, plan, now=now))
        await stage.time.advance(timedelta(seconds=40))
        await drawn(stage)
        assert len(await reports(stage)) == 1


def test_news_of_a_report_are_kept_as_they_are():
    news = ReportNews(plan_id="p", job_id=7)
    assert load_news(dump_news(news)) == news
