"""What must be true of the inventory whatever happened: read straight from the rows."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, select

from platforms.house.engine import venues
from platforms.house.engine.tables import house_occupied, house_reservations
from platforms.house.engine.ticks import ticks_of


def doubles(tx: Connection) -> list[tuple[int, int]]:
    """Every table and tick that two have; the whole point is that there is none."""
    counted = Counter((row.table_id, row.tick) for row in tx.execute(select(house_occupied)))
    return [place for place, times in counted.items() if times > 1]


def check(tx: Connection, *, now: datetime) -> None:
    """Nothing is double; every booked party has one fitting table for all of its turn, and nothing else."""
    assert doubles(tx) == []
    rules = venues.load(tx, "luna")
    tables = {table.id: table for table in rules.tables}
    rows = tx.execute(select(house_occupied)).all()
    for row in tx.execute(select(house_reservations)).all():
        mine = [(taken.table_id, taken.tick) for taken in rows if taken.reservation_id == row.id]
        if row.state == "booked":
            turn = rules.turn(row.party_size, rules.shifts[0])
            assert sorted(mine) == [(row.table_id, tick) for tick in ticks_of(row.starts_at, turn)]
            assert tables[row.table_id].seats(row.party_size)
            assert tables[row.table_id].seating == row.seating
            assert all(taken.expires_at is None for taken in rows if taken.reservation_id == row.id)
        elif row.state == "held" and row.expires_at > now:
            assert len({table for table, _ in mine}) == 1
            assert mine
        elif row.state in {"cancelled", "released"}:
            assert mine == []
