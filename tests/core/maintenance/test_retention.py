"""What is kept no longer than it has to be, and what is kept all the same."""

from datetime import timedelta

from sqlalchemy import func, select

from core.maintenance import retention
from core.persistence import jobs, web_messages
from core.persistence.tables import dialogues, steps
from tests.dialogues.acting import all_plans, arm, book, card, toast
from tests.stage import Stage

DAY = timedelta(days=1)


async def count(stage: Stage, table) -> int:
    return await stage.database.read(
        lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one()
    )


async def tidy(stage: Stage, *, after: timedelta) -> None:
    now = stage.clock.now() + after
    await stage.database.write(lambda tx: retention.forget(tx, now=now))


async def test_steps_stay_for_ninety_days_after_their_job_ended_and_the_job_stays():
    async with Stage() as stage:
        await book(stage)
        before = await count(stage, steps)
        assert before
        await tidy(stage, after=retention.STEPS - DAY)
        assert await count(stage, steps) == before
        await tidy(stage, after=retention.STEPS + DAY)
        assert await count(stage, steps) == 0
        (plan,) = await all_plans(stage)
        (job,) = await stage.database.read(lambda tx: jobs.of_plan(tx, plan.id))
        assert job.state.over


async def test_steps_of_a_job_that_goes_on_stay():
    async with Stage() as stage:
        await arm(stage)
        before = await count(stage, steps)
        await tidy(stage, after=retention.STEPS * 10)
        assert await count(stage, steps) == before


async def test_a_closed_question_goes_after_thirty_days_and_its_card_is_not_known_any_more():
    async with Stage() as stage:
        await stage.fake.say("ann", "/reserve luna 4 24 dec")
        await tidy(stage, after=retention.CLOSED_DIALOGUES - DAY)
        assert await count(stage, dialogues) == 1
        await tidy(stage, after=retention.CLOSED_DIALOGUES + DAY)
        assert await count(stage, dialogues) == 0
        await stage.fake.tap("ann", "19:30")
        assert "don't know that card" in await toast(stage, "ann")


async def test_the_card_of_a_plan_that_goes_on_stays():
    async with Stage() as stage:
        await arm(stage)
        await tidy(stage, after=retention.CLOSED_DIALOGUES * 10)
        await stage.fake.say("ann", "/plans")
        assert "Plans of this chat" in await card(stage)
        assert await count(stage, dialogues) == 2


async def test_messages_of_the_page_go_after_thirty_days_so_many_at_once(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    async with Stage() as stage:
        now = stage.clock.now()

        def post(tx) -> None:
            for number in range(5):
                web_messages.add(tx, chat="friends", author="Ann", body="{}", key=str(number), sent_at=now)

        await stage.database.write(post)
        await tidy(stage, after=retention.WEB_MESSAGES - DAY)
        assert len(await stage.database.read(lambda tx: web_messages.latest(tx, "friends", limit=9))) == 5
        await tidy(stage, after=retention.WEB_MESSAGES + DAY)
        left = await stage.database.read(lambda tx: web_messages.latest(tx, "friends", limit=9))
        assert len(left) == 2
