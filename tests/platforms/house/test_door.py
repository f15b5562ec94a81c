from sqlalchemy import func, select

from core.persistence.database import Database
from platforms.house import venues
from platforms.house.door import LocalDoor
from platforms.house.tables import house_occupied, house_reservations
from tests.fakes.clock import FakeClock
from tests.platforms.house.venues import NOW, a_table, a_venue


async def test_warming_up_leaves_no_trace(database: Database):
    door = LocalDoor(database, FakeClock(NOW))
    await door.warm()
    await database.write(lambda tx: venues.save(tx, a_venue(a_table("T1")), now=NOW))
    await door.warm()
    await door.warm()
    for table in (house_reservations, house_occupied):
        assert await database.read(lambda tx, t=table: tx.scalar(select(func.count()).select_from(t))) == 0
