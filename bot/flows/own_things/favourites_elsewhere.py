"""The venues that a guest has marked on platforms where their account is connected."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.conversation.ask_platforms import in_time
from bot.conversation.flow import Scene
from core.domain.account import Account, AccountState
from core.domain.booking import Booker
from core.domain.venue import Venue
from core.errors import NotConnected
from core.persistence import accounts, guests
from core.powers.extras import KeepsFavourites


async def kept_elsewhere(scene: Scene) -> Sequence[str]:
    """The names of those platforms."""
    opened = await scene.world.database.read(lambda tx: _opened(tx, scene.owner_id))
    names = dict.fromkeys(account.platform for account in opened)
    return [name for name in names if isinstance(scene.world.platforms.get(name), KeepsFavourites)]


async def marked_elsewhere(scene: Scene, name: str) -> Sequence[Venue]:
    """Ask one of them. Raises `NotConnected`, `SignInNeeded`, `PlatformDown`."""
    platform, owner_id = scene.world.platforms.get(name), scene.owner_id

    def whose(tx: Connection) -> Booker | None:
        account = next((one for one in _opened(tx, owner_id) if one.platform == name), None)
        if account is None:
            return None
        return Booker(guest_id=owner_id, name=guests.get(tx, owner_id).name, account_id=account.id)

    booker = await scene.world.database.read(whose)
    if platform is None or booker is None or not isinstance(platform, KeepsFavourites):
        raise NotConnected(name)
    return await in_time(scene.world.clock, platform, platform.favourites(booker=booker))


def _opened(tx: Connection, guest_id: int) -> Sequence[Account]:
    return [one for one in accounts.of_guest(tx, guest_id) if one.state is AccountState.CONNECTED]
