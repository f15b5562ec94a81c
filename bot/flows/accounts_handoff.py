"""How other dialogues hand over to the card of a guest's accounts, and have it drawn again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot import outgoing
from core.persistence import dialogues

_LIVE = ("mend", "accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsDraft:
    """One account, or all (None); `fresh`: it was connected just now; `asking`: whether to disconnect it."""

    account_id: int | None = None
    fresh: bool = False
    asking: Literal["", "disconnect"] = ""


def redraw_of(tx: Connection, guest_id: int, *, now: datetime) -> None:
    """Have a guest's open cards drawn again that say something of their accounts: what is to be mended, the
    accounts, and the table that they are about to ask for.
    """
    for flow in _LIVE:
        for row in dialogues.open_of(tx, flow, guest_id):
            outgoing.draw(tx, row, now=now)
    for row in dialogues.open_of(tx, "reserve", guest_id):
        dialogues.save(tx, replace(row, card=None, updated_at=row.updated_at))
        outgoing.draw(tx, row, now=now)
