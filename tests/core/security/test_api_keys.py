"""Keys, on both databases: shown once, kept as a digest, known again until they are revoked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.domain.api_key import KeyScope, Verb
from core.domain.venue import VenueRef
from core.persistence import api_keys, tables
from core.persistence.open_database import open_database
from core.security.api_keys import KEPT_FOR, ApiKeys, make
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.keys import a_key
from tests.schema import create_tables

NOW = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
LUNA = VenueRef(platform="house", id="luna")


@pytest.fixture
async def database(database_url):
    database = open_database(database_url)
    create_tables(database.engine)
    yield database
    await database.aclose()


def bearer(key):
    return f"Bearer {key.reveal()}"


async def test_a_key_is_known_again_with_its_scope(database):
    scope = KeyScope(verbs=(Verb.READ,), venues=(LUNA,))
    key = present(await database.write(lambda tx: make(tx, name="Luna's site", scope=scope, now=NOW)))
    holder = present(await ApiKeys(database, FakeClock(NOW)).holder(bearer(key)))
    assert (holder.name, holder.scope, holder.made_at) == ("Luna's site", scope, NOW)
    assert holder.scope.covers(LUNA)
    assert not holder.scope.covers(VenueRef(platform="resy", id="luna"))
    assert not holder.scope.allows(Verb.ADMIN)


async def test_nothing_that_opens_anything_is_kept(database):
    key = await a_key(database)
    (row,) = await database.read(lambda tx: tx.execute(select(tables.api_keys)).all())
    assert key.reveal() not in repr(row)
    assert len(row.digest) == 64
    assert await ApiKeys(database, FakeClock(NOW)).holder(f"Bearer {row.digest}") is None


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer x", "Basic {}", "{}", "Bearer {}x", "Bearer é"]
)
async def test_what_is_no_key_opens_nothing(database, given):
    key = await a_key(database)
    assert await ApiKeys(database, FakeClock(NOW)).holder(given.format(key.reveal())) is None


async def test_a_revoked_key_is_out_of_use_after_a_second_and_its_name_free(database):
    clock = FakeClock(NOW)
    keys, key = ApiKeys(database, clock), await a_key(database, name="ann")
    assert await keys.holder(bearer(key)) is not None
    assert await database.write(lambda tx: api_keys.revoke(tx, "ann", now=NOW))
    assert not await database.write(lambda tx: api_keys.revoke(tx, "ann", now=NOW))
    await clock.advance(KEPT_FOR)
    assert await keys.holder(bearer(key)) is None
    again = await a_key(database, name="ann")
    assert await keys.holder(bearer(key)) is None
    assert await keys.holder(bearer(again)) is not None


async def test_one_name_has_one_key_in_use(database):
    await a_key(database, name="ann")
    scope = KeyScope(verbs=(Verb.READ,))
    assert await database.write(lambda tx: make(tx, name="ann", scope=scope, now=NOW)) is None
    assert len(await database.read(api_keys.all_keys)) == 1


async def test_of_its_use_the_day_is_kept_and_no_more(database):
    clock = FakeClock(NOW)
    keys, key = ApiKeys(database, clock), await a_key(database)

    async def last():
        (one,) = await database.read(api_keys.all_keys)
        return one.last_used_at

    assert await last() is None
    await keys.holder(bearer(key))
    assert await last() == datetime(2026, 12, 1, tzinfo=UTC)
    await clock.advance(timedelta(hours=3))
    await keys.holder(bearer(key))
    assert await last() == datetime(2026, 12, 1, tzinfo=UTC)
    await clock.advance(timedelta(hours=6))
    await keys.holder(bearer(key))
    assert await last() == datetime(2026, 12, 2, tzinfo=UTC)


async def test_a_database_that_cannot_be_written_keeps_nobody_out(database, monkeypatch):
    key = await a_key(database)

    def full(*_, **__):
        raise OperationalError("UPDATE", {}, Exception("disk is full"))

    monkeypatch.setattr(api_keys, "used", full)
    assert await ApiKeys(database, FakeClock(NOW)).holder(bearer(key)) is not None
