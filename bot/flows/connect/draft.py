"""What is known so far of an account that is being connected: never what opens it."""

from dataclasses import dataclass
from typing import Literal

from bot.conversation.flow import Scene
from core.errors import NotConnected
from core.powers.accounts import Accounts

Way = Literal["", "password", "token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectDraft:
    """`plan_id` is a plan that waits for the account, `again` one of the guest's that opens no more; `refused`
    counts how often what was typed did not do.
    """

    platform: str = ""
    way: Way = ""
    email: str = ""
    plan_id: str | None = None
    again: int | None = None
    refused: int = 0


def with_accounts(scene: Scene) -> dict[str, Accounts]:
    """The platforms that book for guests' own accounts."""
    return {name: one for name, one in scene.world.platforms.items() if isinstance(one, Accounts)}


def begun(scene: Scene) -> ConnectDraft:
    """The draft to begin with: where one platform alone has accounts, it is that one."""
    known = list(with_accounts(scene))
    return ConnectDraft(platform=known[0] if len(known) == 1 else "")


def accounts_at(scene: Scene, platform: str) -> Accounts:
    """That platform. Raises `NotConnected` for one that has no accounts (any more)."""
    try:
        return with_accounts(scene)[platform]
    except KeyError:
        raise NotConnected(platform) from None
