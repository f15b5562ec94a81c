from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import func, select

from core.domain.reservation import Reservation
from core.errors import BadInput
from core.persistence.database import Database
from core.powers.booking import Hold
from platforms.house.engine import engine, venues
from platforms.house.engine.booking_request import Owner
from platforms.house.engine.tables import house_tables
from platforms.house.venue_files.import_venues import bring_in_venues, import_venues, samples
from tests.fakes.clock import FakeClock
from tests.platforms.house.venue_files.test_venue_file import GOOD
from tests.platforms.house.venues import NOW, a_request

ANN = Owner(caller="", guest_id=1)


async def bring_in(database: Database, text: str, *, now=NOW):
    return await database.write(lambda tx: import_venues(tx, text, file="venues.yaml", now=now))


async def book(database: Database, key: str, *, now=NOW) -> Reservation:
    answer = await database.write(lambda tx: engine.book(tx, a_request(key), now=now))
    assert isinstance(answer, Reservation)
    return answer


async def test_what_is_read_is_what_is_in_the_database(database: Database):
    read = await bring_in(database, samples())
    kept = await database.read(lambda tx: {venue.id: venue for venue in venues.load_all(tx)})
    assert len(kept) == 3
    for venue in read:
        saved = kept[venue.id]
        assert saved.as_venue() == venue.as_venue()
        assert (saved.shifts, saved.turns, saved.closed) == (venue.shifts, venue.turns, venue.closed)
        assert (saved.cancelling, saved.hold_for) == (venue.cancelling, venue.hold_for)
        assert [(t.name, t.seats_min, t.seats_max) for t in saved.tables] == [
            (t.name, t.seats_min, t.seats_max) for t in venue.tables
        ]


async def test_importing_again_changes_rules_and_keeps_reservations(database: Database):
    await bring_in(database, GOOD)
    before = await database.read(lambda tx: venues.load(tx, "luna"))
    mine = await book(database, "plan")
    await bring_in(
        database, GOOD.replace("Casa Luna", "Casa Sole").replace("2-4", "2-6").replace("4: 120", "6: 90")
    )
    after = await database.read(lambda tx: venues.load(tx, "luna"))
    assert (after.name, after.party_max) == ("Casa Sole", 6)
    assert [table.id for table in after.tables] == [table.id for table in before.tables]
    assert await database.read(lambda tx: engine.reservations_of(tx, ANN, now=NOW)) == [mine]


async def test_a_table_with_a_reservation_cannot_be_taken_away(database: Database):
    await bring_in(database, GOOD)
    first, second = await book(database, "one"), await book(database, "two")
    smaller = GOOD.replace("T, count: 2", "T1").replace("Casa Luna", "Casa Sole")
    with pytest.raises(BadInput) as bad:
        await bring_in(database, smaller)
    assert bad.value.why.startswith(
        "In venue “luna”, tables: T2 cannot be taken away while somebody is to sit there."
    )
    kept = await database.read(lambda tx: venues.load(tx, "luna"))
    assert (kept.name, len(kept.tables)) == ("Casa Luna", 2)
    assert await database.read(lambda tx: engine.reservations_of(tx, ANN, now=NOW)) == [first, second]


async def test_a_table_goes_once_its_reservations_are_over_and_they_stay_in_the_books(database: Database):
    await bring_in(database, GOOD)
    first = await book(database, "one")
    await book(database, "two")
    later = first.starts_at + timedelta(hours=3)
    await bring_in(database, GOOD.replace("T, count: 2", "T1"), now=later)
    assert len((await database.read(lambda tx: venues.load(tx, "luna"))).tables) == 1
    assert len(await database.read(lambda tx: engine.reservations_of(tx, ANN, now=NOW))) == 2


async def test_a_table_that_was_held_too_long_may_go(database: Database):
    await bring_in(database, GOOD)
    for key in ("one", "two"):
        held = await database.write(lambda tx, key=key: engine.hold(tx, a_request(key), now=NOW))
        assert isinstance(held, Hold)
    with pytest.raises(BadInput):
        await bring_in(database, GOOD.replace("T, count: 2", "T1"))
    await bring_in(database, GOOD.replace("T, count: 2", "T1"), now=NOW + timedelta(minutes=5))


async def test_a_file_is_taken_whole_or_not_at_all(database: Database):
    await bring_in(database, GOOD)
    await book(database, "one")
    await book(database, "two")
    other = GOOD.removeprefix("venues:\n").replace("id: luna", "id: sole")
    with pytest.raises(BadInput):
        await bring_in(
            database, "venues:\n" + other + GOOD.removeprefix("venues:\n").replace("T, count: 2", "T1")
        )
    assert [venue.id for venue in await database.read(venues.load_all)] == ["luna"]


async def test_a_venue_that_is_not_in_the_file_stays(database: Database):
    await bring_in(database, samples())
    await bring_in(database, GOOD)
    assert len(await database.read(venues.load_all)) == 4


def many(count: int, tables: int) -> str:
    head, _, rest = GOOD.partition("  - id: luna\n")
    entry = "  - id: {id}\n" + rest.replace("count: 2", f"count: {tables}")
    return head + "".join(entry.replace("{id}", f"v{number}") for number in range(count))


class Counting:
    """The database, and how many tables each transaction wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.wrote: list[int] = []
        self.read = database.read

    async def write(self, work):
        def counted(tx):
            before = tx.scalar(select(func.count()).select_from(house_tables))
            answer = work(tx)
            self.wrote.append(tx.scalar(select(func.count()).select_from(house_tables)) - before)
            return answer

        return await self._database.write(counted)


async def test_a_long_file_is_written_in_parts_so_that_others_write_in_between(database: Database):
    counting, clock = Counting(database), FakeClock(NOW)
    await bring_in_venues(cast("Database", counting), many(7, 200), file="venues.yaml", clock=clock)
    assert counting.wrote == [400, 400, 400, 200]
    assert len(await database.read(venues.names)) == 7


async def test_a_short_file_is_written_at_once(database: Database):
    counting = Counting(database)
    await bring_in_venues(cast("Database", counting), samples(), file="x.yaml", clock=FakeClock(NOW))
    assert len(counting.wrote) == 1


async def test_nothing_of_a_long_file_is_written_when_a_table_of_its_last_venue_is_taken(database: Database):
    await bring_in(database, GOOD)
    await book(database, "plan")
    last = GOOD.removeprefix("venues:\n").replace("{name: T", "{name: U")
    with pytest.raises(BadInput, match="cannot be taken away"):
        await bring_in_venues(database, many(3, 400) + last, file="venues.yaml", clock=FakeClock(NOW))
    assert [venue_id for venue_id, _ in await database.read(venues.names)] == ["luna"]


async def test_more_tables_than_any_venue_has_are_refused_before_one_is_made(database: Database):
    rows = "".join(f"      - {{name: T{n}, count: 500, seats: 2-4}}\n" for n in range(100))
    text = GOOD.replace("      - {name: T, count: 2, seats: 2-4}\n", rows)
    with pytest.raises(BadInput, match="it has 50000 tables, and 500 are the most"):
        await bring_in_venues(database, text, file="venues.yaml", clock=FakeClock(NOW))
    assert not await database.read(venues.names)
