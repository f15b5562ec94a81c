"""Guests, how they are known on chat networks, and what is theirs."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, UniqueConstraint, text

from core.domain.guest import Preferences
from core.domain.venue import Venue
from core.persistence.columns import EMPTIED, IN_TIME, NUMBER, ROW, Id, Instant, JsonColumn
from core.persistence.tables.metadata import metadata

guests = Table(
    "guests",
    metadata,
    Column("id", Id, primary_key=True, info=NUMBER),
    Column("name", String(128), nullable=False, info=EMPTIED),
    Column("state", String(16), nullable=False, index=True),
    Column("is_admin", Boolean, nullable=False, server_default=text("false")),
    Column("preferences", JsonColumn[Preferences](Preferences), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("origin", String(256), nullable=False, server_default="", info=EMPTIED),
    Column("note", String(512), nullable=False, server_default="", info=EMPTIED),
    Column("silenced_at", Instant),
)

chats = Table(
    "chats",
    metadata,
    Column("id", Id, primary_key=True),
    Column("frontend", String(16), nullable=False),
    Column("external_id", String(64), nullable=False, info=ROW),
    Column("private", Boolean, nullable=False),
    Column("title", String(256), nullable=False, server_default="", info=ROW),
    Column("allowed_at", Instant),
    Column("dead_at", Instant),
    UniqueConstraint("frontend", "external_id"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("frontend", String(16), primary_key=True),
    Column("account_id", String(64), primary_key=True, info=ROW),
    Column("guest_id", Id, ForeignKey("guests.id"), nullable=False, index=True, info=ROW),
    Column("name", String(128), nullable=False, info=ROW),
    Column("handle", String(128), info=ROW),
    Column("dm_chat_id", Id, ForeignKey("chats.id")),
    Column("last_seen_at", Instant, nullable=False),
)

codes = Table(
    "codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("guest_id", Id, ForeignKey("guests.id"), info=IN_TIME),
    Column("expires_at", Instant, nullable=False),
)

favourites = Table(
    "favourites",
    metadata,
    Column("guest_id", Id, ForeignKey("guests.id"), primary_key=True, info=ROW),
    Column("platform", String(32), primary_key=True),
    Column("venue_id", String(128), primary_key=True),
    Column("venue", JsonColumn[Venue](Venue), nullable=False),
    Column("added_at", Instant, nullable=False),
)
