"""Who may use the HTTP APIs."""

from sqlalchemy import Column, Index, String, Table, text

from core.domain.api_key import Verb
from core.domain.venue import VenueRef
from core.persistence.columns import EMPTIED, Id, Instant, JsonColumn
from core.persistence.tables.metadata import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    # The host's word for who has it: it may be a guest's.
    Column("name", String(64), nullable=False, info=EMPTIED),
    Column("digest", String(64), nullable=False, unique=True),
    Column("verbs", JsonColumn[tuple[Verb, ...]](tuple[Verb, ...]), nullable=False),
    Column("venues", JsonColumn[tuple[VenueRef, ...]](tuple[VenueRef, ...]), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),  # the day alone
    Index(
        "uq_api_keys_one_of_a_name",
        "name",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)
