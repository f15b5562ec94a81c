"""Messages in the outbox, on both databases: asked for once or again, in order, found by their index."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import LeaseLost
from core.persistence import chats, outbox, outbox_leases
from core.persistence.open_database import open_database
from core.persistence.tables import metadata

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=15)


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
    return lambda tx: outbox_leases.due(tx, now=now, busy=busy, limit=limit)


def claim(owner="a", now=NOW, busy=(), limit=100):
    return lambda tx: outbox_leases.claim_due(tx, owner=owner, now=now, lease=LEASE, busy=busy, limit=limit)


async def test_a_message_is_written_once(database):
    await database.write(ask(subject="first"))
    await database.write(ask(subject="second"))
    assert [(one.subject, one.version) for one in await database.read(due())] == [("first", 1)]


async def test_asking_again_before_it_was_sent_keeps_the_sooner_time(database):
    await database.write(ask(again=True, due_at=NOW + 2 * MINUTE))
    await database.write(ask(again=True, due_at=NOW + MINUTE))
    await database.write(ask(again=True, due_at=NOW + 3 * MINUTE))
    assert await database.read(outbox_leases.next_due_at) == NOW + MINUTE


async def test_asking_again_after_it_was_sent_sets_a_new_time(database):
    await database.write(ask(again=True))
    (message,) = await database.read(due())
    await database.write(lambda tx: outbox.sent(tx, message, message_id="m", now=NOW))
    assert await database.read(due()) == []
    await database.write(ask(again=True, due_at=NOW + MINUTE))
    (message,) = await database.read(due(NOW + MINUTE))
    assert (message.version, message.message_id, message.attempts) == (2, "m", 0)


async def test_a_message_asked_for_while_it_was_sent_goes_again(database):
    await database.write(ask(again=True))
    (message,) = await database.read(due())
    await database.write(ask(again=True))
    await database.write(lambda tx: outbox.sent(tx, message, message_id="m", now=NOW))
    assert [one.version for one in await database.read(due())] == [2]


async def test_what_was_urgent_once_stays_urgent(database):
    await database.write(ask(again=True, urgent=True))
    await database.write(ask(again=True))
    assert [one.urgent for one in await database.read(due())] == [True]


async def test_one_message_a_chat_is_due_the_urgent_one_first(database):
    await database.write(ask("old", due_at=NOW - MINUTE))
    await database.write(ask("urgent", urgent=True))
    await database.write(ask("elsewhere", chat_id=2))
    await database.write(ask("later", chat_id=3, due_at=NOW + MINUTE))
    assert [one.key for one in await database.read(due())] == ["urgent", "elsewhere"]
    assert [one.key for one in await database.read(due(busy=[1]))] == ["elsewhere"]
    assert [one.key for one in await database.read(due(limit=1))] == ["urgent"]


async def test_pending_messages_are_found_by_their_index(tmp_path):
    """Among the many that were sent: this is asked after every utterance."""
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    metadata.create_all(database.engine)
    asked = []

    def look(tx):
        tx.connection.dbapi_connection.set_trace_callback(asked.append)
        outbox_leases.due(tx, now=NOW, busy=(), limit=10)
        outbox_leases.next_due_at(tx)
        tx.connection.dbapi_connection.set_trace_callback(None)
        queries = [one for one in asked if one.startswith("SELECT")]
        return [str(tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()) for query in queries]

    plans = await database.read(look)
    assert len(plans) == 2
    assert all("ix_outbox_open" in plan and "SCAN outbox\n" not in plan for plan in plans)
    await database.aclose()


# In hand.


async def test_what_one_has_in_hand_no_other_takes_and_nothing_else_of_its_chat(database):
    await database.write(ask("first"))
    await database.write(ask("second", urgent=True))
    await database.write(ask("elsewhere", chat_id=2))
    taken = await database.write(claim(limit=1))
    assert [(one.key, one.fence) for one in taken] == [("second", 1)]
    await database.write(ask("third", urgent=True))
    assert [one.key for one in await database.write(claim("b"))] == ["elsewhere"]
    await database.write(lambda tx: outbox.sent(tx, taken[0], message_id="m", now=NOW))
    assert [one.key for one in await database.write(claim("c"))] == ["third"]


async def test_many_that_claim_at_once_never_get_the_same_message(database):
    for number in range(3):
        await database.write(ask(f"m{number}", chat_id=number + 1))
        await database.write(ask(f"n{number}", chat_id=number + 1))
    batches = await asyncio.gather(*(database.write(claim(f"w{number}", limit=2)) for number in range(12)))
    assert sorted(one.key for batch in batches for one in batch) == ["m0", "m1", "m2"]


async def test_a_lapsed_message_is_found_again_as_pending_and_its_former_holder_writes_nothing(database):
    await database.write(ask(again=True))
    (before,) = await database.write(claim())
    assert await database.write(claim("b", NOW + LEASE - timedelta(seconds=1))) == []
    (after,) = await database.write(claim("b", NOW + LEASE))
    assert (after.unsure, after.attempts, after.fence) == (False, 0, 2)
    for write in (
        lambda tx: outbox.sent(tx, before, message_id="m", now=NOW),
        lambda tx: outbox.died(tx, before, "kicked"),
        lambda tx: outbox.later(tx, before, due_at=NOW, trouble="failed"),
        lambda tx: outbox.unsure(tx, before),
        lambda tx: outbox.give_back(tx, before),
    ):
        with pytest.raises(LeaseLost):
            await database.write(write)
    assert await database.write(lambda tx: renewed(tx, "b", after, NOW + LEASE)) == {(after.id, 2)}


async def test_only_its_holder_renews_a_message(database):
    await database.write(ask())
    (held,) = await database.write(claim())
    assert await database.write(lambda tx: renewed(tx, "b", held, NOW)) == set()
    assert await database.write(lambda tx: renewed(tx, "a", held, NOW + LEASE)) == set()


async def test_what_a_holder_lets_rest_it_takes_anew(database):
    await database.write(ask())
    await database.write(claim())
    assert [one.fence for one in await database.write(claim())] == [2]
    assert await database.write(claim(busy=[1])) == []


async def test_a_message_that_is_given_back_or_was_withdrawn_is_in_nobodys_hands(database):
    await database.write(ask())
    (held,) = await database.write(claim())
    await database.write(lambda tx: outbox.give_back(tx, held))
    (held,) = await database.write(claim("b"))
    await database.write(lambda tx: outbox.withdraw(tx, key_prefix="a"))
    await database.write(lambda tx: outbox.sent(tx, held, message_id="m", now=NOW))


async def test_what_a_dead_one_had_in_hand_is_free_at_once(database):
    await database.write(ask("a"))
    await database.write(ask("b", chat_id=2))
    await database.write(claim("dead", limit=1))
    await database.write(claim("alive"))
    await database.write(lambda tx: outbox_leases.lapse_all(tx, "dead"))
    assert [one.key for one in await database.write(claim("next"))] == ["a"]


def renewed(tx, owner, message, now):
    return outbox_leases.renew(tx, owner=owner, ids=[message.id], now=now, lease=LEASE)
