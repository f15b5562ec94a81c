"""How many tables were booked at each venue, given back or not: counted as facts say so, and kept for good."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, func, insert, select

from core.domain.fact import TableBooked
from core.persistence import reservations, tables
from core.persistence.facts import Recorded

booked = Table(
    "tables_booked",
    MetaData(),
    Column("reservation_id", BigInteger, primary_key=True),
    Column("venue", String(160), nullable=False),
)


class TablesBooked:
    """`core.events.subscriber.Subscriber`: a row for each table, so that a table is counted once."""

    name = "tables booked"

    def start_over(self, tx: Connection, *, now: datetime) -> None:
        """Count what there is; what was counted before stays counted."""
        booked.create(tx, checkfirst=True)
        for number in tx.execute(select(tables.reservations.c.id)).scalars().all():
            _count(tx, number)

    def hear(self, tx: Connection, recorded: Recorded) -> None:
        match recorded.fact:
            case TableBooked(reservation_id=number):
                _count(tx, number)
            case _:  # all the others are nothing to it
                pass

    def missed(self, tx: Connection, recorded: Recorded, *, now: datetime) -> None:
        """Find the table among those that there are."""
        self.start_over(tx, now=now)


def per_venue(tx: Connection) -> dict[str, int]:
    """How many it were, by venue."""
    rows = tx.execute(select(booked.c.venue, func.count()).group_by(booked.c.venue)).all()
    return {row[0]: row[1] for row in rows}


def _count(tx: Connection, number: int) -> None:
    kept = reservations.get(tx, number)
    known = tx.execute(select(booked).where(booked.c.reservation_id == number)).first()
    if kept is not None and known is None:
        tx.execute(insert(booked).values(reservation_id=number, venue=str(kept.reservation.venue)))
