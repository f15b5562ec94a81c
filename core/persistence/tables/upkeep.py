"""What became true, who has heard of it, and what an install keeps of itself."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from core.persistence.columns import IN_TIME, Id, Instant
from core.persistence.tables.metadata import metadata

facts = Table(
    "facts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("txid", BigInteger, nullable=False),  # the transaction, as PostgreSQL counts them; 0 in SQLite
    Column("at", Instant, nullable=False, index=True),
    Column("subject", String(192), nullable=False, info=IN_TIME),
    Column("fact", Text, nullable=False, info=IN_TIME),
    Index("ix_facts_subject_id", "subject", "id"),
    Index("ix_facts_txid_id", "txid", "id"),
    sqlite_autoincrement=True,  # no number is given out again after the newest facts were pruned
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("closed", BigInteger, nullable=False),
    Column("after", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("until", Instant, nullable=False),
)

names = Table(
    "names",
    metadata,
    Column("what", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
)
