"""One file and one line make a subscriber, and taking them away leaves nothing that fails."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection

import bot.subscribers
from bot.conversation.declared import Declared
from core.domain.fact import TableBooked
from core.domain.reservation import Reservation
from core.events.subscriber import Subscriber
from core.persistence import facts, plans, reservations
from core.persistence.facts import Recorded
from tests.core.plans.evening import DROP, arm, meet
from tests.dialogues.acting import book
from tests.expect import present
from tests.fakes.database import InlineDatabase
from tests.stage import Stage
from tests.tables_booked import TablesBooked, booked, per_venue

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/adding-a-subscriber.md").read_text()
LUNA = "house:casa-luna"


def listed() -> Callable[[Declared], Sequence[Subscriber]]:
    """`all_subscribers` as it is with the page's line in its list."""
    source = Path(bot.subscribers.__file__).read_text()
    line = re.search(r"^```\n( +TablesBooked\(\),\n)```$", PAGE, re.MULTILINE)
    head, end, rest = source.rpartition("    ]\n")
    assert end
    names: dict[str, object] = {"TablesBooked": TablesBooked}
    exec(compile(head + present(line)[1] + end + rest, bot.subscribers.__file__, "exec"), names)
    return cast("Callable[[Declared], Sequence[Subscriber]]", names["all_subscribers"])


@pytest.fixture
def with_line(monkeypatch):
    monkeypatch.setattr("bot.assembly.all_subscribers", listed())
    return monkeypatch


@pytest.fixture
async def tx():
    database = InlineDatabase()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        yield connection
        connection.exec_driver_sql("ROLLBACK")
    await database.aclose()


def test_the_page_shows_the_subscriber_that_is_tried_here():
    shown = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert present(shown)[1] == (ROOT / "tests/tables_booked.py").read_text()


def test_it_is_listed_with_the_others():
    assert [each.name for each in listed()(Declared())] == ["notifications", "tables booked"]


async def test_a_table_that_is_booked_is_counted_and_people_are_told_as_ever(with_line):
    async with Stage() as stage:
        await book(stage)
        assert await stage.database.read(per_venue) == {LUNA: 1}
        assert any("it is!" in one.text for one in await stage.fake.messages())


async def test_who_comes_later_counts_what_is_there_and_who_was_away_what_it_has_missed(monkeypatch):
    async with Stage() as stage:
        await book(stage)
        await stage.stop()
        with monkeypatch.context() as there:
            there.setattr("bot.assembly.all_subscribers", listed())
            await stage.start()
            assert await stage.database.read(per_venue) == {LUNA: 1}
            await stage.stop()

        await stage.start()  # without its line
        reached = await stage.database.read(lambda tx: facts.position(tx, TablesBooked.name))
        await stage.fake.tap("ann", "Give the table back")
        await stage.fake.tap("ann", "Yes, give it back")
        await stage.stop()
        assert await stage.database.read(lambda tx: facts.position(tx, TablesBooked.name)) == reached

        monkeypatch.setattr("bot.assembly.all_subscribers", listed())
        await stage.start()
        assert await stage.database.read(per_venue) == {LUNA: 1}, "given back, and booked all the same"
        assert await stage.database.read(lambda tx: facts.position(tx, TablesBooked.name)) != reached


async def test_a_table_is_counted_once_however_often_it_is_heard_of_and_though_it_was_missed(tx):
    booked.create(tx)
    arm(tx, meet(tx, "ann"))
    number = reservations.add(tx, "p1", _table(tx), now=DROP)
    heard = Recorded(id=1, at=DROP, fact=TableBooked(plan_id="p1", reservation_id=number))
    subscriber = TablesBooked()
    subscriber.missed(tx, heard, now=DROP + timedelta(minutes=1))
    assert per_venue(tx) == {"house:luna": 1}
    subscriber.hear(tx, heard)
    subscriber.hear(tx, Recorded(id=2, at=DROP, fact=TableBooked(plan_id="p1", reservation_id=number + 7)))
    assert per_venue(tx) == {"house:luna": 1}


def _table(tx: Connection) -> Reservation:
    plan = plans.get(tx, "p1")
    return Reservation(
        id="r1",
        venue=plan.wish.venue,
        starts_at=plan.wish.first_at(plan.zone),
        party_size=4,
        confirmation="ABC",
    )
