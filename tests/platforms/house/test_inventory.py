from sqlalchemy import func, select

from core.persistence.database import Database
from platforms.house.engine import venues
from platforms.house.engine.tables import house_occupied, house_reservations
from platforms.house.inventory import LocalInventory
from tests.fakes.clock import FakeClock
from tests.platforms.house.venues import NOW, a_table, a_venue


async def test_warming_up_leaves_no_trace(database: Database):
    door = LocalInventory(database, FakeClock(NOW))
    await door.warm()
    await database.write(lambda tx: venues.save(tx, a_venue(a_table("T1")), now=NOW))
    await door.warm()
    await door.warm()
    for table in (house_reservations, house_occupied):
        assert await database.read(lambda tx, t=table: tx.scalar(select(func.count()).select_from(t))) == 0
