"""Which fact is told to whom: letters of the outbox, written in the transaction of the fact."""

from core.notifications.cards import card_key, draw, erase, open_dialogue
from core.notifications.news import (
    chat_lost,
    door_closed,
    guest_judged,
    private_chat,
    tell_privately,
    write_to,
)
from core.notifications.plan_news import (
    plan_booked,
    plan_changed,
    plan_lost,
    plan_troubled,
    table_released,
    table_unlisted,
)
from core.notifications.reminders import forget_reminders, remind, remind_no_more
from core.notifications.requests import ask_to_mend, guest_needed
from core.notifications.topics import CARD, ERASE, NEWS, NOTICE

__all__ = [
    "CARD",
    "ERASE",
    "NEWS",
    "NOTICE",
    "ask_to_mend",
    "card_key",
    "chat_lost",
    "door_closed",
    "draw",
    "erase",
    "forget_reminders",
    "guest_judged",
    "guest_needed",
    "open_dialogue",
    "plan_booked",
    "plan_changed",
    "plan_lost",
    "plan_troubled",
    "private_chat",
    "remind",
    "remind_no_more",
    "table_released",
    "table_unlisted",
    "tell_privately",
    "write_to",
]
