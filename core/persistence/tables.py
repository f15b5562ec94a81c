"""Every table of the chat side and of the jobs. A platform with inventory of its own keeps its tables with it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.domain.account import CardOnFile
from core.domain.almanac import Claim
from core.domain.api_key import Verb
from core.domain.booking import NeedsGuest
from core.domain.guest import Preferences
from core.domain.plan import Wish
from core.domain.reservation import Reservation
from core.domain.venue import Venue, VenueRef
from core.persistence import leasing
from core.persistence.columns import EMPTIED, IN_TIME, NUMBER, ROW, Id, Instant, JsonColumn

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

plan_accounts = Table(
    "plan_accounts",
    metadata,
    Column("plan_id", String(32), ForeignKey("plans.id"), primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True, info=ROW),
    Column("place", Integer, nullable=False),
)

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

names = Table(
    "names",
    metadata,
    Column("what", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
)

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

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "name", String(64), nullable=False, info=EMPTIED
    ),  # the host's word for who has it: it may be a guest's
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

leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("until", Instant, nullable=False),
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
