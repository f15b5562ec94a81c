"""Calls for a guest's account: with its token, and once more with a new one where the old one had ended."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.domain.account import AccountState
from core.errors import SignInNeeded
from core.powers.accounts import Credentials, Wallet
from core.security.secret import Secret
from platforms.resy.client import ResyClient
from platforms.resy.sign_in import renewed_pair
from platforms.resy.statuses import Meaning, Rejected

T = TypeVar("T")


class AccountCalls:
    """The wallet's credentials, put to use."""

    def __init__(self, client: ResyClient, wallet: Wallet) -> None:
        self._client = client
        self._wallet = wallet

    async def credentials(self, account_id: int) -> Credentials:
        """Raises `SignInNeeded`."""
        return await self._wallet.credentials(account_id)

    async def call(self, account_id: int, what: Callable[[Secret], Awaitable[T]]) -> T:
        """Raises `SignInNeeded` where a new token is refused as well or the account is closed, and `Rejected`."""
        pair = await self._wallet.credentials(account_id)
        try:
            return await what(pair.token)
        except Rejected as refused:
            if refused.meaning is not Meaning.SIGN_IN:
                await self.look_after(account_id, refused)
                raise
        pair = await self.renewed(account_id, pair)
        try:
            return await what(pair.token)
        except Rejected as refused:
            await self.look_after(account_id, refused, fresh=True)
            raise

    async def renewed(self, account_id: int, stale: Credentials) -> Credentials:
        """What opens it after `stale` was refused. Raises `SignInNeeded`, `PlatformDown`."""
        return await self._wallet.renewed(
            account_id, stale=stale, renew=lambda pair: renewed_pair(self._client, pair)
        )

    async def look_after(self, account_id: int, refused: Rejected, *, fresh: bool = False) -> None:
        """Raises `SignInNeeded`, its owner being told, if that is what was said; `fresh`: of a token just renewed."""
        if refused.meaning is Meaning.CLOSED:
            await self._wallet.lost(account_id, AccountState.CLOSED)
            raise SignInNeeded(account_id)
        if refused.meaning is Meaning.SIGN_IN and fresh:
            await self._wallet.lost(account_id, AccountState.EXPIRED)
            raise SignInNeeded(account_id)
