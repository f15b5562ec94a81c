"""Every table of the chat side and of the jobs. A platform with inventory of its own keeps its tables with it."""

from core.persistence.tables.drops import drop_claims, sightings
from core.persistence.tables.keys import api_keys
from core.persistence.tables.metadata import metadata
from core.persistence.tables.people import chats, codes, favourites, guests, sign_ins
from core.persistence.tables.plans import (
    accounts,
    jobs,
    mandates,
    plan_friends,
    plans,
    reservations,
    steps,
)
from core.persistence.tables.talk import dialogues, inbox, outbox, web_messages
from core.persistence.tables.upkeep import facts, leases, names, subscribers

__all__ = [
    "accounts",
    "api_keys",
    "chats",
    "codes",
    "dialogues",
    "drop_claims",
    "facts",
    "favourites",
    "guests",
    "inbox",
    "jobs",
    "leases",
    "mandates",
    "metadata",
    "names",
    "outbox",
    "plan_friends",
    "plans",
    "reservations",
    "sightings",
    "sign_ins",
    "steps",
    "subscribers",
    "web_messages",
]
