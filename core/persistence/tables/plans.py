"""What friends want, the effort to get it, the tables they have, and the accounts that book them."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.domain.account import CardOnFile
from core.domain.booking import NeedsGuest
from core.domain.mandate import MandateScope
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.terms import Ceiling
from core.persistence import leasing
from core.persistence.columns import EMPTIED, NUMBER, ROW, Id, Instant, JsonColumn
from core.persistence.tables.metadata import metadata

plans = Table(
    "plans",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organiser_id", Id, ForeignKey("guests.id"), nullable=False, index=True, info=NUMBER),
    Column("chat_id", Id, ForeignKey("chats.id"), index=True),  # none: it did not begin in a chat
    Column("thread_id", String(64)),
    Column("wish", JsonColumn[Wish](Wish), nullable=False),
    Column("venue_name", String(256), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
)

plan_friends = Table(
    "plan_friends",
    metadata,
    Column("plan_id", String(32), ForeignKey("plans.id"), primary_key=True),
    Column("guest_id", Id, ForeignKey("guests.id"), primary_key=True, info=ROW),
    Column("coming", Boolean, nullable=False, server_default=text("true")),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", String(32), ForeignKey("plans.id"), nullable=False, index=True),
    Column("strategy", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("drop_at", Instant),
    Column("until", Instant, nullable=False),
    Column("reason", String(32)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("account_id", Id, info=NUMBER),  # with which a booking call may be out, or was
    Column("needs", JsonColumn[NeedsGuest](NeedsGuest)),  # what the guest has to do, in `needs_guest`
    *leasing.columns(),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_jobs_state_due_at", "state", "due_at"),
    Index(
        "uq_jobs_one_live_a_plan",
        "plan_id",
        unique=True,
        sqlite_where=text("state NOT IN ('booked', 'lost', 'cancelled', 'failed')"),
        postgresql_where=text("state NOT IN ('booked', 'lost', 'cancelled', 'failed')"),
    ),
)

steps = Table(
    "steps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("job_id", Id, ForeignKey("jobs.id"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False, info=NUMBER),
)

reservations = Table(
    "reservations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", String(32), ForeignKey("plans.id"), nullable=False, index=True),
    Column("booker_id", Id, nullable=False, info=NUMBER),
    Column("account_id", Id, info=NUMBER),
    Column("platform", String(32), nullable=False),
    Column("platform_id", String(128), nullable=False),
    Column("reservation", JsonColumn[Reservation](Reservation), nullable=False, info=EMPTIED),
    Column("starts_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("booked_at", Instant, nullable=False),
    UniqueConstraint("platform", "platform_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True, info=ROW),
    Column("guest_id", Id, ForeignKey("guests.id"), nullable=False, index=True, info=ROW),
    Column("platform", String(32), nullable=False),
    Column("external_id", String(128), nullable=False, info=ROW),
    Column("holder", String(256), nullable=False, info=ROW),
    Column("state", String(16), nullable=False),
    Column("cards", JsonColumn[tuple[CardOnFile, ...]](tuple[CardOnFile, ...]), nullable=False, info=ROW),
    Column("sealed", Text, nullable=False, info=ROW),  # the credentials, as `core.security.vault` seals them
    Column("version", Integer, nullable=False, server_default="1"),
    Column("expires_at", Instant),
    Column("renewable", Boolean, nullable=False, server_default=text("false")),
    Column("told_days", Integer),  # with how many days left its guest was last told that it ends
    Column("connected_at", Instant, nullable=False),
    Column("checked_at", Instant, nullable=False),
    UniqueConstraint("platform", "external_id"),
)

mandates = Table(
    "mandates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan_id", String(32), ForeignKey("plans.id"), nullable=False, index=True),
    Column("guest_id", Id, nullable=False, info=NUMBER),
    Column("account_id", Id, ForeignKey("accounts.id"), index=True, info=NUMBER),
    Column("place", Integer, nullable=False),
    Column("scope", JsonColumn[MandateScope](MandateScope), nullable=False),
    Column("ceiling", JsonColumn[Ceiling](Ceiling), nullable=False),
    Column("version", Integer, nullable=False),
    Column("until", Instant, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    UniqueConstraint("plan_id", "account_id"),
)
