"""What is heard, asked and said, and what is on its way."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.persistence import leasing
from core.persistence.columns import EMPTIED, IN_TIME, NUMBER, ROW, Id, Instant
from core.persistence.tables.metadata import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("frontend", String(16), nullable=False),
    Column("event_id", String(128), nullable=False),
    Column("heard", Text, nullable=False, info=IN_TIME),
    Column("heard_at", Instant, nullable=False),
    Column("handled_at", Instant),
    UniqueConstraint("frontend", "event_id"),
    Index(
        "ix_inbox_open",
        "id",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True, info=IN_TIME),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("kind", String(16), nullable=False, server_default="chat"),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("thread_id", String(64)),
    Column("topic", String(32), nullable=False),
    Column("subject", Text, nullable=False, info=IN_TIME),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("due_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unsure", Boolean, nullable=False, server_default=text("false")),
    *leasing.columns(),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("message_id", String(64)),
    Column("trouble", String(512), nullable=False, server_default="", info=IN_TIME),
    Index(
        "ix_outbox_open",
        "due_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("flow", String(32), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False, index=True),
    Column("thread_id", String(64)),
    Column("guest_id", Id, ForeignKey("guests.id"), nullable=False, index=True, info=NUMBER),
    Column("plan_id", String(32), ForeignKey("plans.id"), index=True),
    Column("draft", Text, nullable=False, info=EMPTIED),
    Column("card", Text, info=EMPTIED),
    Column("message_id", String(64)),
    Column("shown", String(32), nullable=False, server_default=""),  # digest of the card that arrived last
    Column("open", Boolean, nullable=False),
    Column("last_tap", String(128), nullable=False, server_default="", info=EMPTIED),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

web_messages = Table(
    "web_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat", String(64), nullable=False, info=ROW),
    Column("author", String(64), nullable=False, info=ROW),
    Column("body", Text, nullable=False, info=ROW),
    Column("file", LargeBinary, info=ROW),
    Column("key", String(192), nullable=False, unique=True, info=ROW),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("sent_at", Instant, nullable=False),
    Index("ix_web_messages_chat_id", "chat", "id"),
)
