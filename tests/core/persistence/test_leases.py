"""A lease changes hands once, however many reach for it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.persistence import leases
from core.persistence.leases import Lease
from core.persistence.open_database import open_database
from core.persistence.tables import metadata

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def lease(owner, seconds=6):
    return Lease(owner=owner, until=NOW + timedelta(seconds=seconds))


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    metadata.create_all(opened.engine)
    yield opened
    await opened.aclose()


async def take(database, new, *, seen):
    return await database.write(lambda tx: leases.take(tx, "x", new, seen=seen))


async def find(database):
    return await database.read(lambda tx: leases.find(tx, "x"))


async def test_a_free_lease_is_taken_by_one_of_many(database):
    taken = await asyncio.gather(*(take(database, lease(str(n)), seen=None) for n in range(20)))
    assert taken.count(True) == 1
    assert await find(database) == lease(str(taken.index(True)))


async def test_a_lapsed_lease_is_taken_by_one_of_many(database):
    await take(database, lease("old"), seen=None)
    taken = await asyncio.gather(*(take(database, lease(str(n)), seen=lease("old")) for n in range(20)))
    assert taken.count(True) == 1
    assert (await find(database)).owner == str(taken.index(True))


async def test_a_lease_renewed_since_it_was_seen_is_not_taken(database):
    await take(database, lease("old"), seen=None)
    assert await database.write(lambda tx: leases.renew(tx, "x", lease("old", 8)))
    assert not await take(database, lease("new"), seen=lease("old", 6))
    assert await find(database) == lease("old", 8)


async def test_only_its_owner_renews_a_lease_or_gives_it_back(database):
    await take(database, lease("a"), seen=None)
    assert not await database.write(lambda tx: leases.renew(tx, "x", lease("b", 60)))
    await database.write(lambda tx: leases.give_back(tx, "x", "b"))
    assert await find(database) == lease("a")
    await database.write(lambda tx: leases.give_back(tx, "x", "a"))
    assert await find(database) is None
