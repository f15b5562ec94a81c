"""`fourtop job N --picture out.png` writes the timeline of a drop."""

from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import insert

from bot.cli.admin import draw_job
from bot.store import open_store
from core.domain.guest import Preferences
from core.domain.job_state import Strategy
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.domain.step import SlotsSeen, Step
from core.errors import BadInput
from core.persistence import jobs, plans, steps, tables
from core.runtime.settings import Settings
from tests.core.jobs.drops import DROP_AT, ms, wish
from tests.settings import settings_of


@pytest.fixture
def settings(tmp_path) -> Settings:
    return settings_of(data_dir=tmp_path)


async def with_job(settings, *story: Step) -> int:
    database, now = open_store(settings), DROP_AT - timedelta(days=1)

    def add(tx) -> int:
        tx.execute(
            insert(tables.guests).values(
                id=1,
                name="Ana",
                state="approved",
                preferences=Preferences(),
                first_seen_at=now,
                last_seen_at=now,
            )
        )
        tx.execute(insert(tables.chats).values(id=1, frontend="web", external_id="1", private=False))
        plan = Plan(
            id="p1",
            organiser_id=1,
            chat_id=1,
            thread_id=None,
            wish=wish("19:30"),
            venue_name="Chez Amélie",
            zone="Europe/Paris",
            state=PlanState.ARMED,
            created_at=now,
        )
        plans.add(tx, plan)
        until = DROP_AT + timedelta(minutes=10)
        number = jobs.add(
            tx, plan_id="p1", strategy=Strategy.DROP, due_at=now, drop_at=DROP_AT, until=until, now=now
        )
        steps.append(tx, number, story)
        return number

    try:
        return await database.write(add)
    finally:
        await database.aclose()


async def test_the_picture_of_a_drop_is_written(settings, tmp_path):
    seen = SlotsSeen(listed=3, wanted="19:30", offered="19:30")
    number = await with_job(settings, Step(at=DROP_AT + ms(41), attempt=1, what=seen))
    out = tmp_path / "out.png"
    said = await draw_job(settings, number, str(out))
    assert said.startswith(f"{out}: Timeline of the release at Chez Amélie")
    with Image.open(out) as drawn:
        assert drawn.format == "PNG"


async def test_a_job_without_a_story_has_no_picture(settings, tmp_path):
    number = await with_job(settings)
    with pytest.raises(BadInput, match="no drop"):
        await draw_job(settings, number, str(tmp_path / "out.png"))
    with pytest.raises(BadInput, match="no drop"):
        await draw_job(settings, 99, str(tmp_path / "out.png"))


async def test_where_nothing_can_be_written_is_said(settings, tmp_path):
    seen = SlotsSeen()
    number = await with_job(settings, Step(at=DROP_AT + ms(41), attempt=1, what=seen))
    with pytest.raises(BadInput, match="can't be written"):
        await draw_job(settings, number, str(tmp_path / "not" / "there.png"))
