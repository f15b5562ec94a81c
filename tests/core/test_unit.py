"""A unit of work says once, at its end, what there is to say of it."""

import asyncio
import logging

import pytest
from sqlalchemy import text

from core import unit
from core.persistence.open_database import open_database


@pytest.fixture(autouse=True)
def _everything(caplog):
    caplog.set_level(logging.DEBUG)


def the_line(caplog, name):
    (line,) = [record for record in caplog.records if record.name == name]
    return line


def test_one_line_at_the_end_says_who_how_long_and_how_much(caplog):
    with unit.begin("turn", chat=3) as turn:
        turn.bind(flow="reserve")
        unit.bind(guest=5)
        unit.add(queries=2)
        unit.add(queries=1, cards=4)
        assert caplog.records == []
    line = the_line(caplog, "turn")
    assert (line.chat, line.flow, line.guest) == (3, "reserve", 5)
    assert (line.queries, line.requests, line.cards) == (3, 0, 4)
    assert line.ms >= 0
    assert line.errors == []
    assert line.levelno == logging.INFO


async def test_what_is_bound_follows_into_what_is_awaited_and_into_tasks_and_nowhere_else(caplog):
    async def deep(guest):
        await asyncio.sleep(0)
        unit.bind(**{f"guest{guest}": guest})
        unit.add(queries=1)

    async def turn(chat):
        with unit.begin("turn", chat=chat):
            await deep(1)
            await asyncio.gather(asyncio.create_task(deep(2)), deep(3))

    await asyncio.gather(turn(1), turn(2))
    lines = [record for record in caplog.records if record.name == "turn"]
    assert sorted(line.chat for line in lines) == [1, 2]
    assert all((line.guest1, line.guest2, line.guest3, line.queries) == (1, 2, 3, 3) for line in lines)
    assert unit.current() is None


async def test_a_task_that_outlives_its_unit_adds_nothing_to_it(caplog):
    go_on = asyncio.Event()

    async def later():
        await go_on.wait()
        assert unit.current() is None
        unit.bind(chat=9)
        unit.add(queries=1)
        unit.failed(OSError())

    with unit.begin("start"):
        task = asyncio.create_task(later())
    go_on.set()
    await task
    line = the_line(caplog, "start")
    assert line.queries == 0
    assert not hasattr(line, "chat")


def test_a_unit_within_another_is_counted_by_itself(caplog):
    with unit.begin("outer"):
        with unit.begin("inner"):
            unit.add(queries=1)
        unit.add(queries=2)
    assert the_line(caplog, "inner").queries == 1
    assert the_line(caplog, "outer").queries == 2


def test_what_went_wrong_is_collected_by_kind_and_makes_it_a_warning(caplog):
    with unit.begin("job") as job:
        job.failed(TimeoutError("resy said something about Ann"))
        job.failed(TimeoutError("again"))
        job.failed(OSError())
    line = the_line(caplog, "job")
    assert line.errors == ["TimeoutError", "OSError"]
    assert line.levelno == logging.WARNING
    assert "Ann" not in str(vars(line))
    assert line.exc_info is None


def test_a_bug_is_an_error_with_its_traceback(caplog):
    with unit.begin("turn") as turn:
        try:
            raise KeyError("slot")
        except KeyError as error:
            turn.failed(error, broken=True)
    line = the_line(caplog, "turn")
    assert line.levelno == logging.ERROR
    assert line.exc_info[0] is KeyError


def test_what_is_raised_through_it_is_said_and_raised_on(caplog):
    with pytest.raises(LookupError), unit.begin("http"):
        raise LookupError("nothing there")
    assert the_line(caplog, "http").errors == ["LookupError"]


async def test_one_that_is_cancelled_says_so(caplog):
    async def endless():
        with unit.begin("job"):
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert the_line(caplog, "job").outcome == "cancelled"
    assert the_line(caplog, "job").errors == []


def test_what_happens_all_the_time_is_said_only_when_it_went_wrong(caplog):
    with unit.begin("maintenance", level=logging.DEBUG):
        pass
    assert the_line(caplog, "maintenance").levelno == logging.DEBUG
    caplog.clear()
    with unit.begin("maintenance", level=logging.DEBUG) as looking:
        looking.failed(OSError())
    assert the_line(caplog, "maintenance").levelno == logging.WARNING


async def test_the_database_counts_the_statements_of_whoever_asked(database_url, caplog):
    database = open_database(database_url)
    await database.write(lambda tx: tx.execute(text("CREATE TABLE notes(id INTEGER)")))

    def three(tx):
        for number in range(3):
            tx.execute(text(f"INSERT INTO notes VALUES ({number})"))

    async def turn(chat, reads):
        with unit.begin("turn", chat=chat):
            await database.write(three)
            for _ in range(reads):
                await database.read(lambda tx: tx.execute(text("SELECT 1")).scalar())

    await asyncio.gather(*(turn(chat, chat) for chat in range(8)))
    counted = {record.chat: record.queries for record in caplog.records if record.name == "turn"}
    assert counted == {chat: 3 + chat for chat in range(8)}
    await database.aclose()
