"""What was told, and seen, of venues' drops."""

from sqlalchemy import Column, Date, String, Table, UniqueConstraint

from core.domain.almanac import Claim
from core.persistence.columns import EMPTIED, NUMBER, Id, Instant, JsonColumn
from core.persistence.tables.metadata import metadata

drop_claims = Table(
    "drop_claims",
    metadata,
    Column("platform", String(32), primary_key=True),
    Column("venue_id", String(128), primary_key=True),
    Column("source", String(16), primary_key=True),
    Column("guest_id", Id, primary_key=True, autoincrement=False, info=NUMBER),  # 0 where no guest said it
    Column("claim", JsonColumn[Claim](Claim), nullable=False, info=EMPTIED),
    Column("told_at", Instant, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("platform", String(32), nullable=False),
    Column("venue_id", String(128), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("empty_at", Instant),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("platform", "venue_id", "on_day"),
)
