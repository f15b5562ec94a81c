"""How long what is kept is kept: the rule that SECURITY.md tells, in one place."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.persistence import codes, dialogues, facts, inbox, outbox, steps, web_messages

INBOX = timedelta(days=3)
OUTBOX = timedelta(days=30)
FACTS = timedelta(days=30)
WEB_MESSAGES = timedelta(days=30)
IDLE_QUESTIONS = timedelta(days=3)
"""Then they are closed."""
CLOSED_DIALOGUES = timedelta(days=30)
STEPS = timedelta(days=90)
"""After the end of their job; what became of the plan is kept."""
AT_ONCE = 5000
"""Rows of a kind in one go: a guest's write does not wait for years of them, and the next hour takes more."""


def forget(tx: Connection, *, now: datetime) -> None:
    """Drop what is older than it is kept for."""
    inbox.forget(tx, before=now - INBOX)
    outbox.forget(tx, before=now - OUTBOX)
    codes.forget_expired(tx, before=now)
    facts.prune(tx, before=now - FACTS)
    web_messages.forget(tx, before=now - WEB_MESSAGES, most=AT_ONCE)
    dialogues.close_idle(tx, before=now - IDLE_QUESTIONS)
    dialogues.forget_closed(tx, before=now - CLOSED_DIALOGUES, most=AT_ONCE)
    steps.forget(tx, before=now - STEPS, most=AT_ONCE)
