"""Rules are kept in memory as they were read; what a host changes counts at once, in this process and others."""

from dataclasses import replace

import pytest

from core.persistence.open_database import open_database
from platforms.house.engine import venues
from tests.platforms.house.venues import NOW, a_venue
from tests.schema import create_tables

LUNA = a_venue()
WIDER = replace(LUNA, party_max=LUNA.party_max + 1)


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    create_tables(opened.engine)
    await opened.write(lambda tx: venues.save(tx, LUNA, now=NOW))
    yield opened
    await opened.aclose()


def party_max(tx):
    return venues.load(tx, LUNA.id).party_max


async def test_a_change_in_the_same_instant_counts(database):
    assert await database.read(party_max) == LUNA.party_max
    await database.write(lambda tx: venues.save(tx, WIDER, now=NOW))
    assert await database.read(party_max) == WIDER.party_max


async def test_a_change_that_was_undone_does_not_count(database):
    def undone(tx):
        venues.save(tx, WIDER, now=NOW)
        assert party_max(tx) == WIDER.party_max
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(undone)
    assert await database.read(party_max) == LUNA.party_max
    even_wider = replace(LUNA, party_max=LUNA.party_max + 2)
    await database.write(lambda tx: venues.save(tx, even_wider, now=NOW))
    assert await database.read(party_max) == even_wider.party_max


async def test_a_change_by_another_process_counts(database, database_url):
    assert await database.read(party_max) == LUNA.party_max
    other = open_database(database_url)
    await other.write(lambda tx: venues.save(tx, WIDER, now=NOW))
    await other.aclose()
    assert await database.read(party_max) == WIDER.party_max
