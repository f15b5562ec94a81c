"""The platforms that book with guests' own accounts, and what they say of one."""

from bot.conversation.flow import Scene
from bot.wording import common
from bot.wording.text import Text
from core.domain.account import Account
from core.errors import NotConnected, NotPossible, PlatformDown
from core.powers.accounts import Accounts, SignedIn


def with_accounts(scene: Scene) -> dict[str, Accounts]:
    """All of them, by name."""
    return {name: one for name, one in scene.world.platforms.items() if isinstance(one, Accounts)}


def accounts_at(scene: Scene, platform: str) -> Accounts:
    """That platform. Raises `NotConnected` for one that has no accounts (any more)."""
    try:
        return with_accounts(scene)[platform]
    except KeyError:
        raise NotConnected(platform) from None


async def look_again(scene: Scene, account: Account) -> SignedIn | Text:
    """A connected account as its platform has it now, kept; or why the platform says nothing."""
    try:
        seen = await accounts_at(scene, account.platform).look_at(account.id)
    except (NotPossible, PlatformDown) as error:
        return common.explained(error)
    await scene.world.wallet.looked_at(account.id, seen)
    return seen
