"""Which fact is told to whom: messages of the outbox, written in the transaction of the fact."""

from core.notifications.cards import (
    CARD,
    ERASE,
    NOTICE,
    card_key,
    draw,
    erase,
    open_dialogue,
    plan_changed,
)
from core.notifications.guest_news import NEWS, guest_judged
from core.notifications.plan_news import (
    door_closed,
    plan_booked,
    plan_lost,
    plan_troubled,
    table_released,
    table_unlisted,
    tell_privately,
)
from core.notifications.reach import chat_lost, private_chat
from core.notifications.reminders import forget_reminders, remind, remind_no_more
from core.notifications.requests import ask_to_mend, guest_needed

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
]
