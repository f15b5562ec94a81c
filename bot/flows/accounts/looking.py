"""A look at a connected account as its platform has it now."""

from bot.conversation.flow import Scene
from bot.flows.connect.draft import accounts_at
from bot.wording import common
from bot.wording.text import Text
from core.domain.account import Account
from core.errors import NotPossible, PlatformDown
from core.powers.accounts import SignedIn


async def look_again(scene: Scene, account: Account) -> SignedIn | Text:
    """What the platform says, kept; or why it says nothing."""
    try:
        seen = await accounts_at(scene, account.platform).look_at(account.id)
    except (NotPossible, PlatformDown) as error:
        return common.explained(error)
    await scene.world.wallet.looked_at(account.id, seen)
    return seen
