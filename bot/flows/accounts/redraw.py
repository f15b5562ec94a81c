"""Cards that say something of a guest's accounts, and so change with them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core import notifications
from core.persistence import dialogues

_LIVE = ("mend", "accounts")


def redraw_of(tx: Connection, guest_id: int, *, now: datetime) -> None:
    """Have a guest's open cards drawn again: what is to be mended, the accounts, and the table that they are
    about to ask for.
    """
    for flow in _LIVE:
        for row in dialogues.open_of(tx, flow, guest_id):
            notifications.draw(tx, row, now=now)
    for row in dialogues.open_of(tx, "reserve", guest_id):
        dialogues.save(tx, replace(row, card=None, updated_at=row.updated_at))
        notifications.draw(tx, row, now=now)
