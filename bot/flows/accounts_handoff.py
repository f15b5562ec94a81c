"""How other dialogues hand over to the card of a guest's accounts, and have it drawn again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot import outgoing
from bot.conversation.declared import Declared
from bot.conversation.flow_spec import FlowName
from core.persistence import dialogues

ACCOUNTS = FlowName("accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsDraft:
    """One account, or all (None); `fresh`: it was connected just now; `asking`: whether to disconnect it."""

    account_id: int | None = None
    fresh: bool = False
    asking: Literal["", "disconnect"] = ""


def redraw_of(tx: Connection, guest_id: int, declared: Declared, *, now: datetime) -> None:
    """Have a guest's open cards drawn again that say something of their accounts."""
    for spec in declared.showing_accounts:
        for row in dialogues.open_of(tx, spec.name, guest_id):
            if not spec.live:  # it was drawn with a turn: as things stood then
                dialogues.save(tx, replace(row, card=None))
            outgoing.draw(tx, row, now=now)
