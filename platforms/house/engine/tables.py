"""The inventory's tables. The primary key of `house_occupied` keeps a table from being booked twice."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Time, UniqueConstraint, text

from core.domain.drop import DropRule
from core.domain.terms import Terms
from core.persistence.columns import EMPTIED, NUMBER, Id, Instant, JsonColumn
from core.persistence.tables import metadata
from platforms.house.engine.rules import Cancelling, TurnTime

LIVE = text("state IN ('held', 'booked')")

house_venues = Table(
    "house_venues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("address", String(256), nullable=False, server_default=""),
    Column("url", String(512)),
    Column("party_min", Integer, nullable=False),
    Column("party_max", Integer, nullable=False),
    Column("horizon_days", Integer, nullable=False),
    Column("drop_rule", JsonColumn[DropRule](DropRule)),
    Column("turns", JsonColumn[tuple[TurnTime, ...]](tuple[TurnTime, ...]), nullable=False),
    Column("closed", JsonColumn[tuple[str, ...]](tuple[str, ...]), nullable=False),
    Column("cancelling", JsonColumn[Cancelling](Cancelling)),
    Column("hold_seconds", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

house_shifts = Table(
    "house_shifts",
    metadata,
    Column("venue_id", String(64), ForeignKey("house_venues.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("weekdays", String(7), nullable=False),
    Column("first", Time, nullable=False),
    Column("last", Time, nullable=False),
    Column("every_minutes", Integer, nullable=False),
)

house_tables = Table(
    "house_tables",
    metadata,
    Column("id", Id, primary_key=True),
    Column("venue_id", String(64), ForeignKey("house_venues.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("seating", String(64), nullable=False, server_default=""),
    Column("seats_min", Integer, nullable=False),
    Column("seats_max", Integer, nullable=False),
    UniqueConstraint("venue_id", "name"),
)

house_reservations = Table(
    "house_reservations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("venue_id", String(64), ForeignKey("house_venues.id"), nullable=False, index=True),
    Column("table_id", Id, ForeignKey("house_tables.id", ondelete="SET NULL"), index=True),
    Column("caller", String(64), nullable=False),
    Column("guest_id", Id, nullable=False, info=NUMBER),
    Column("guest_name", String(128), nullable=False, info=EMPTIED),
    Column("request_key", String(64), nullable=False),
    Column("confirmation", String(16), nullable=False),
    Column("party_size", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("seating", String(64), nullable=False, server_default=""),
    Column("terms", JsonColumn[Terms](Terms), nullable=False),
    Column("state", String(16), nullable=False),
    Column("expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(
        "uq_house_reservations_one_live_a_key",
        "caller",
        "request_key",
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    ),
    Index("ix_house_reservations_owner", "caller", "guest_id", "starts_at"),
)

house_occupied = Table(
    "house_occupied",
    metadata,
    Column("table_id", Id, ForeignKey("house_tables.id", ondelete="CASCADE"), primary_key=True),
    Column("tick", Integer, primary_key=True, autoincrement=False),
    Column(
        "reservation_id",
        String(32),
        ForeignKey("house_reservations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("expires_at", Instant),
)
"""A row is a table taken for a quarter of an hour; `expires_at` is NULL once the reservation is confirmed."""
