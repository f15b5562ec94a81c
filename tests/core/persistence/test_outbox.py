"""Letters in the outbox, on both databases: asked for once or again, in order, found by their index."""

from datetime import UTC, datetime, timedelta

import pytest

from core.persistence import chats, outbox
from core.persistence.database import open_database
from core.persistence.tables import metadata

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    metadata.create_all(opened.engine)
    for number in range(3):
        await opened.write(
            lambda tx, number=number: chats.of_place(
                tx, frontend="web", external_id=str(number), private=False, title=""
            )
        )
    yield opened
    await opened.aclose()


def ask(key="a", *, again=False, chat_id=1, subject="s", **more):
    write = outbox.put_again if again else outbox.put
    return lambda tx: write(tx, key=key, chat_id=chat_id, topic="card", subject=subject, now=NOW, **more)


def due(now=NOW, busy=(), limit=100):
    return lambda tx: outbox.due(tx, now=now, busy=busy, limit=limit)


async def test_a_letter_is_written_once(database):
    await database.write(ask(subject="first"))
    await database.write(ask(subject="second"))
    assert [(one.subject, one.version) for one in await database.read(due())] == [("first", 1)]


async def test_asking_again_before_it_was_sent_keeps_the_sooner_time(database):
    await database.write(ask(again=True, due_at=NOW + 2 * MINUTE))
    await database.write(ask(again=True, due_at=NOW + MINUTE))
    await database.write(ask(again=True, due_at=NOW + 3 * MINUTE))
    assert await database.read(outbox.next_due_at) == NOW + MINUTE


async def test_asking_again_after_it_was_sent_sets_a_new_time(database):
    await database.write(ask(again=True))
    (letter,) = await database.read(due())
    await database.write(lambda tx: outbox.sent(tx, letter, message_id="m", now=NOW))
    assert await database.read(due()) == []
    await database.write(ask(again=True, due_at=NOW + MINUTE))
    (letter,) = await database.read(due(NOW + MINUTE))
    assert (letter.version, letter.message_id, letter.attempts) == (2, "m", 0)


async def test_a_letter_asked_for_while_it_was_sent_goes_again(database):
    await database.write(ask(again=True))
    (letter,) = await database.read(due())
    await database.write(ask(again=True))
    await database.write(lambda tx: outbox.sent(tx, letter, message_id="m", now=NOW))
    assert [one.version for one in await database.read(due())] == [2]


async def test_what_was_urgent_once_stays_urgent(database):
    await database.write(ask(again=True, urgent=True))
    await database.write(ask(again=True))
    assert [one.urgent for one in await database.read(due())] == [True]


async def test_one_letter_a_chat_is_due_the_urgent_one_first(database):
    await database.write(ask("old", due_at=NOW - MINUTE))
    await database.write(ask("urgent", urgent=True))
    await database.write(ask("elsewhere", chat_id=2))
    await database.write(ask("later", chat_id=3, due_at=NOW + MINUTE))
    assert [one.key for one in await database.read(due())] == ["urgent", "elsewhere"]
    assert [one.key for one in await database.read(due(busy=[1]))] == ["elsewhere"]
    assert [one.key for one in await database.read(due(limit=1))] == ["urgent"]


async def test_pending_letters_are_found_by_their_index(tmp_path):
    """Among the many that were sent: this is asked after every utterance."""
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    metadata.create_all(database.engine)
    asked = []

    def look(tx):
        tx.connection.dbapi_connection.set_trace_callback(asked.append)
        outbox.due(tx, now=NOW, busy=(), limit=10)
        outbox.next_due_at(tx)
        tx.connection.dbapi_connection.set_trace_callback(None)
        queries = [one for one in asked if one.startswith("SELECT")]
        return [str(tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()) for query in queries]

    plans = await database.read(look)
    assert len(plans) == 2
    assert all("ix_outbox_open" in plan and "SCAN outbox\n" not in plan for plan in plans)
    await database.aclose()
