"""How other dialogues hand over to the card of a guest's accounts."""

from dataclasses import dataclass
from typing import Literal

from bot.conversation.flow_spec import FlowName

ACCOUNTS = FlowName("accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsDraft:
    """One account, or all (None); `fresh`: it was connected just now; `asking`: whether to disconnect it."""

    account_id: int | None = None
    fresh: bool = False
    asking: Literal["", "disconnect"] = ""
