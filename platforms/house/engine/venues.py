"""Venues' rules in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, Table, bindparam, delete, func, insert, or_, select, update

from core.errors import VenueGone
from platforms.house.engine import rules
from platforms.house.engine.rules import PLATFORM, HouseVenue, Shift
from platforms.house.engine.tables import house_occupied, house_shifts, house_tables, house_venues
from platforms.house.engine.ticks import tick_of

_MINUTE = timedelta(minutes=1)
_CHANGED_AT = select(house_venues.c.changed_at).where(house_venues.c.id == bindparam("id"))

_read: WeakKeyDictionary[Engine, dict[str, tuple[datetime, HouseVenue]]] = WeakKeyDictionary()
"""Venues as they were read, with when they had been changed: rules change rarely and are asked for at every
tap.
"""


def load(tx: Connection, venue_id: str) -> HouseVenue:
    """One venue. Raises `VenueGone`."""
    changed_at = tx.execute(_CHANGED_AT, {"id": venue_id}).scalar_one_or_none()
    if changed_at is None:
        raise VenueGone(f"{PLATFORM}:{venue_id}")
    kept = _read.setdefault(tx.engine, {})
    known = kept.get(venue_id)
    if known is None or known[0] != changed_at:
        row = tx.execute(select(house_venues).where(house_venues.c.id == venue_id)).one()
        rules = _venue(row, _rows_of(tx, house_shifts, venue_id), _rows_of(tx, house_tables, venue_id))
        kept[venue_id] = known = (changed_at, rules)
    return known[1]


def load_all(tx: Connection) -> list[HouseVenue]:
    """Every venue, in order of name."""
    ids = tx.scalars(select(house_venues.c.id).order_by(house_venues.c.name)).all()
    return [load(tx, venue_id) for venue_id in ids]


def names(tx: Connection) -> Sequence[tuple[str, str]]:
    """The id and name of every venue, in order of name."""
    query = select(house_venues.c.id, house_venues.c.name).order_by(house_venues.c.name)
    return [(row.id, row.name) for row in tx.execute(query)]


def save(tx: Connection, venue: HouseVenue, *, now: datetime) -> list[str]:
    """Put the venue's rules in place of what was there, keeping reservations and the ids of tables by name.

    Returns the names of tables that are gone though somebody is to sit there: when there are any, the caller
    undoes the transaction.
    """
    before = tx.execute(_CHANGED_AT, {"id": venue.id}).scalar_one_or_none()
    _read.get(tx.engine, {}).pop(venue.id, None)
    if before is not None:
        values = _venue_values(venue, max(now, before + timedelta.resolution))
        tx.execute(update(house_venues).where(house_venues.c.id == venue.id).values(values))
    else:
        tx.execute(insert(house_venues).values(id=venue.id, **_venue_values(venue, now)))
    tx.execute(delete(house_shifts).where(house_shifts.c.venue_id == venue.id))
    tx.execute(insert(house_shifts), [_shift_values(venue, n, s) for n, s in enumerate(venue.shifts)])
    return _save_tables(tx, venue, now)


def expected_at_others(tx: Connection, venue: HouseVenue, *, now: datetime) -> list[str]:
    """The names of tables that the venue has and would not have any more, though somebody is to sit there."""
    query = select(house_tables.c.name, house_tables.c.id).where(house_tables.c.venue_id == venue.id)
    stays = {table.name for table in venue.tables}
    return [row.name for row in tx.execute(query) if row.name not in stays and _expected(tx, row.id, now)]


def _save_tables(tx: Connection, venue: HouseVenue, now: datetime) -> list[str]:
    query = select(house_tables.c.name, house_tables.c.id).where(house_tables.c.venue_id == venue.id)
    # Locked: a booking in flight, whose rows refer to the table, is finished and seen, or waits for us.
    before = {row.name: row.id for row in tx.execute(query.with_for_update())}
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    for table in venue.tables:
        values = {"seating": table.seating, "seats_min": table.seats_min, "seats_max": table.seats_max}
        if (table_id := before.pop(table.name, None)) is not None:
            changed.append({"of": table_id, **values})
        else:
            new.append({"venue_id": venue.id, "name": table.name, **values})
    if changed:
        tx.execute(update(house_tables).where(house_tables.c.id == bindparam("of")), changed)
    if new:
        tx.execute(insert(house_tables), new)
    kept = [name for name, table_id in before.items() if _expected(tx, table_id, now)]
    tx.execute(delete(house_tables).where(house_tables.c.id.in_(before.values())))
    return kept


def _expected(tx: Connection, table_id: int, now: datetime) -> bool:
    """Whether anybody sits, or will, at the table."""
    taken = house_occupied.c
    query = (
        select(func.count())
        .where(taken.table_id == table_id, taken.tick >= tick_of(now))
        .where(or_(taken.expires_at.is_(None), taken.expires_at > now))
    )
    return bool(tx.scalar(query))


def _rows_of(tx: Connection, table: Table, venue_id: str) -> Sequence[Row[tuple[object, ...]]]:
    by = table.c.position if table is house_shifts else table.c.id
    return tx.execute(select(table).where(table.c.venue_id == venue_id).order_by(by)).all()


def _venue(
    row: Row[tuple[object, ...]],
    shifts: Iterable[Row[tuple[object, ...]]],
    tables: Iterable[Row[tuple[object, ...]]],
) -> HouseVenue:
    return HouseVenue(
        id=row.id,
        name=row.name,
        zone=row.zone,
        address=row.address,
        url=row.url,
        party_min=row.party_min,
        party_max=row.party_max,
        horizon_days=row.horizon_days,
        drop=row.drop_rule,
        turns=row.turns,
        closed=frozenset(row.closed),
        cancelling=row.cancelling,
        hold_for=timedelta(seconds=row.hold_seconds),
        shifts=tuple(
            Shift(
                name=shift.name,
                weekdays=frozenset(int(day) for day in shift.weekdays),
                first=shift.first,
                last=shift.last,
                every=shift.every_minutes * _MINUTE,
            )
            for shift in shifts
        ),
        tables=tuple(
            rules.Table(
                id=table.id,
                name=table.name,
                seating=table.seating,
                seats_min=table.seats_min,
                seats_max=table.seats_max,
            )
            for table in tables
        ),
    )


def _venue_values(venue: HouseVenue, now: datetime) -> dict[str, object]:
    return {
        "name": venue.name,
        "zone": venue.zone,
        "address": venue.address,
        "url": venue.url,
        "party_min": venue.party_min,
        "party_max": venue.party_max,
        "horizon_days": venue.horizon_days,
        "drop_rule": venue.drop,
        "turns": venue.turns,
        "closed": tuple(sorted(venue.closed)),
        "cancelling": venue.cancelling,
        "hold_seconds": int(venue.hold_for.total_seconds()),
        "changed_at": now,
    }


def _shift_values(venue: HouseVenue, position: int, shift: Shift) -> dict[str, object]:
    return {
        "venue_id": venue.id,
        "position": position,
        "name": shift.name,
        "weekdays": "".join(str(day) for day in sorted(shift.weekdays)),
        "first": shift.first,
        "last": shift.last,
        "every_minutes": shift.every // _MINUTE,
    }
