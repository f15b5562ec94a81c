"""The credentials of connected accounts, as a platform asks for them."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from core.domain.account import AccountState
from core.powers.accounts import Credentials

Renewal = Callable[[Credentials], Awaitable[Credentials]]


class Wallet(Protocol):
    """Opens, renews and keeps. The keeper of the real one is `core.accounts.keeper.AccountKeeper`."""

    async def credentials(self, account_id: int) -> Credentials:
        """What opens the account, from memory where it was asked for before. Raises `SignInNeeded`."""
        ...

    async def renewed(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        """What opens it after `stale` was refused.

        One renewal at a time an account: whoever comes second gets what the first one got. The new pair is kept
        before it is given out. Raises `SignInNeeded` (and then the owner is told), `PlatformDown`.
        """
        ...

    async def lost(self, account_id: int, state: AccountState) -> None:
        """It opens no more, or the platform has closed it: it is not used again, and its owner is told."""
        ...
