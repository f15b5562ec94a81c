"""Whom a fact speaks of, once guests have turned out to be others."""

import pytest
from sqlalchemy import Connection

from core import members
from core.domain.fact import GuestsLinked
from core.domain.guest import Guest
from core.persistence import facts, guests, tables
from core.persistence.guest_of_now import guest_of_now
from core.persistence.open_database import open_database
from tests.core.plans.evening import NOW, meet

SECRET = b"s" * 32


@pytest.fixture
async def tx(database_url):
    database = open_database(database_url)
    tables.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        yield connection
        connection.rollback()
    await database.aclose()


def link(tx: Connection, keep: Guest, gone: Guest) -> None:
    members.link(tx, SECRET, members.offer_link(tx, SECRET, keep, now=NOW), gone, now=NOW)


def test_who_is_there_is_who_they_were(tx):
    ann = meet(tx, "ann")
    assert guest_of_now(tx, ann.id) == ann.id


def test_who_turned_out_to_be_another_is_that_one_and_so_on(tx):
    ann, bob, cas, dan = (meet(tx, who) for who in ("ann", "bob", "cas", "dan"))
    link(tx, bob, cas)
    assert guest_of_now(tx, cas.id) == bob.id
    link(tx, ann, bob)
    assert [guest_of_now(tx, each.id) for each in (ann, bob, cas, dan)] == [ann.id, ann.id, ann.id, dan.id]


def test_of_whom_nothing_is_known_any_more_the_number_stays(tx):
    ann = meet(tx, "ann")
    assert guest_of_now(tx, ann.id + 70) == ann.id + 70
    for guest_id, gone_id in ((ann.id + 8, ann.id + 7), (ann.id + 7, ann.id + 8)):
        facts.record(tx, GuestsLinked(guest_id=guest_id, gone_id=gone_id), now=NOW)
    assert guests.find(tx, guest_of_now(tx, ann.id + 7)) is None, "and nobody looks for ever"
