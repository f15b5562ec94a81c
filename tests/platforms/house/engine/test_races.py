"""Everybody wants the same tables at once; the control shows that this harness sees a double booking."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, MetaData, Table, delete, insert, select

from core.domain.reservation import Reservation
from core.persistence.database import Database
from core.persistence.open_database import open_database
from core.powers.booking import Hold
from platforms.house.engine import engine, occupancy, venues
from platforms.house.engine.booking_request import NoTable
from platforms.house.engine.tables import house_occupied, house_reservations
from platforms.house.engine.ticks import ticks_of
from tests.platforms.house.ledger import check, doubles
from tests.platforms.house.venues import NOW, a_request, a_table, a_venue
from tests.schema import metadata

GUESTS, TABLES = 200, 20
TWENTY = [a_table(f"T{n}") for n in range(TABLES)]


async def race(claimants: list[Callable[[], Awaitable[bool]]]) -> int:
    """Let everybody loose at the same time; how many were told that they have a table."""
    return sum(await asyncio.gather(*(claimant() for claimant in claimants)))


async def open_venue(database: Database, *tables) -> None:
    await database.write(lambda tx: venues.save(tx, a_venue(*tables), now=NOW))


@pytest.fixture
async def rival(database: Database):
    """A second process's way into the same database: its own connections, its own threads."""
    database = open_database(database.engine.url.render_as_string(hide_password=False))
    yield database
    await database.aclose()


async def test_200_guests_for_20_tables_end_in_exactly_20(database: Database, rival: Database):
    await open_venue(database, *TWENTY)

    def claimant(n: int) -> Callable[[], Awaitable[bool]]:
        async def book() -> bool:
            booking, through = a_request(f"plan-{n}", guest_id=n), (database, rival)[n % 2]
            answer = await through.write(lambda tx: engine.book(tx, booking, now=NOW))
            return isinstance(answer, Reservation)

        return book

    assert await race([claimant(n) for n in range(GUESTS)]) == TABLES
    await database.read(lambda tx: check(tx, now=NOW))
    assert await database.read(booked) == TABLES


async def test_200_holds_on_20_lapsed_holds_end_in_exactly_20(database: Database, rival: Database):
    await open_venue(database, *TWENTY)
    for n in range(TABLES):
        old = a_request(f"old-{n}")
        assert isinstance(await database.write(lambda tx, old=old: engine.hold(tx, old, now=NOW)), Hold)
    later = NOW + timedelta(minutes=5)

    def claimant(n: int) -> Callable[[], Awaitable[bool]]:
        async def hold() -> bool:
            booking, through = a_request(f"plan-{n}", guest_id=n), (database, rival)[n % 2]
            return isinstance(await through.write(lambda tx: engine.hold(tx, booking, now=later)), Hold)

        return hold

    assert await race([claimant(n) for n in range(GUESTS)]) == TABLES
    await database.read(lambda tx: check(tx, now=later))


async def test_one_key_from_two_processes_gets_one_table(database: Database, rival: Database):
    await open_venue(database, *TWENTY)
    answers = await asyncio.gather(
        *(
            (database, rival)[n % 2].write(
                lambda tx, n=n: engine.book(tx, a_request("plan", time(18 + n % 3)), now=NOW)
            )
            for n in range(24)
        )
    )
    assert len({answer.id for answer in answers if isinstance(answer, Reservation)}) == 1
    assert len({answer.starts_at for answer in answers if isinstance(answer, Reservation)}) == 1
    assert await database.read(booked) == 1


async def test_one_key_that_holds_a_table_from_two_processes_gets_one_table(
    database: Database, rival: Database
):
    await open_venue(database, *TWENTY)
    for attempt in range(5):
        key = f"plan-{attempt}"
        assert isinstance(
            await database.write(lambda tx, k=key: engine.hold(tx, a_request(k), now=NOW)), Hold
        )
        answers = await asyncio.gather(
            *(
                (database, rival)[n % 2].write(
                    lambda tx, n=n, k=key: engine.book(tx, a_request(k, time(18 + n % 3)), now=NOW)
                )
                for n in range(12)
            )
        )
        assert len({answer.starts_at for answer in answers if isinstance(answer, Reservation)}) == 1
        await database.read(lambda tx: check(tx, now=NOW))
    assert await database.read(booked) == 5


wishes = st.lists(
    st.tuples(
        st.sampled_from(["book", "hold"]),
        st.sampled_from([time(18), time(19), time(19, 30), time(21)]),
        st.sampled_from([1, 2, 4, 6]),
        st.sampled_from(["", "bar"]),
        st.integers(min_value=0, max_value=25),
    ),
    min_size=1,
    max_size=30,
)
rounds = st.lists(st.tuples(wishes, st.sampled_from([0, 1, 5, 6])), min_size=1, max_size=3)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=rounds)
async def test_whatever_is_wanted_nothing_is_given_twice(database: Database, rival: Database, rounds):
    await database.write(clear)
    tables = [a_table("A", (1, 2)), a_table("B", (1, 2)), a_table("C", (2, 6)), a_table("D", seating="bar")]
    await open_venue(database, *tables)
    now, promised = NOW, {}
    for asked, minutes in rounds:
        answers = await asyncio.gather(
            *(act(through, wish, now) for wish, through in zip(asked, (database, rival) * 15, strict=False))
        )
        for wish, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Reservation):
                assert promised.setdefault(wish[4], answer) == answer
        await database.read(lambda tx, now=now: check(tx, now=now))
        assert await database.read(booked) == len(promised)
        now += timedelta(minutes=minutes)


async def act(database: Database, wish, now) -> Reservation | Hold | NoTable:
    kind, at, size, seating, key = wish
    booking = a_request(f"key-{key}", at, size=size, seating=seating)
    if kind == "book":
        return await database.write(lambda tx: engine.book(tx, booking, now=now))
    return await database.write(lambda tx: engine.hold(tx, booking, now=now))


# The control: the same race without the guard, and with everybody having looked before anybody acts.


async def test_everybody_saw_the_table_free_and_the_guard_holds(database: Database):
    await open_venue(database, *TWENTY[:1])
    assert await race(naive(database, guarded_insert)) == 1
    assert await database.read(doubles) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_control_without_the_primary_key_the_race_is_lost(kind, tmp_path, request):
    url = f"sqlite:///{tmp_path}/c.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    database = open_database(url)
    others = [table for table in metadata.sorted_tables if table is not house_occupied]
    metadata.create_all(database.engine, tables=others)
    columns = [Column(column.name, column.type) for column in house_occupied.columns]
    Table("house_occupied", MetaData(), *columns).create(database.engine)
    await open_venue(database, *TWENTY[:1])
    assert await race(naive(database, plain_insert)) == 4
    assert await database.read(doubles) != []
    await database.aclose()


Insert = Callable[[Connection, str, int, range], bool]


def naive(database: Database, put: Insert) -> list[Callable[[], Awaitable[bool]]]:
    """Four who look whether the table is free, wait until all have looked, and then take it."""
    looked = asyncio.Barrier(4)

    def claimant(n: int) -> Callable[[], Awaitable[bool]]:
        async def look_then_take() -> bool:
            await database.write(lambda tx: add_reservation(tx, f"r{n}"))
            rules = await database.read(lambda tx: venues.load(tx, "luna"))
            starts_at = NOW + timedelta(days=1)
            ticks = ticks_of(starts_at, timedelta(hours=2))
            seen = await database.read(lambda tx: occupancy.busy(tx, rules, ticks, now=NOW))
            free = seen.free(rules.tables[0].id, ticks)
            await looked.wait()
            return free and await database.write(lambda tx: put(tx, f"r{n}", rules.tables[0].id, ticks))

        return look_then_take

    return [claimant(n) for n in range(4)]


def guarded_insert(tx: Connection, reservation_id: str, table_id: int, ticks: range) -> bool:
    return occupancy.claim(tx, reservation_id, [table_id], ticks, expires_at=None, now=NOW) is not None


def plain_insert(tx: Connection, reservation_id: str, table_id: int, ticks: range) -> bool:
    rows = [{"table_id": table_id, "tick": tick, "reservation_id": reservation_id} for tick in ticks]
    tx.execute(insert(house_occupied), rows)
    return True


def add_reservation(tx: Connection, reservation_id: str) -> None:
    booking = a_request(reservation_id)
    rules = venues.load(tx, "luna")
    tx.execute(
        insert(house_reservations).values(
            id=reservation_id,
            venue_id="luna",
            caller="",
            guest_id=1,
            guest_name="Ann",
            request_key=booking.key,
            confirmation="ABC",
            party_size=2,
            starts_at=NOW + timedelta(days=1),
            terms=rules.terms(NOW),
            state="held",
            created_at=NOW,
            changed_at=NOW,
        )
    )


def booked(tx: Connection) -> int:
    return len(tx.execute(select(house_reservations).where(house_reservations.c.state == "booked")).all())


def clear(tx: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        if table.name.startswith("house_"):
            tx.execute(delete(table))
