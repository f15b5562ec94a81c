"""Wallets: one in memory that opens whatever it was given, and the real keeper with a key that stays the same."""

from collections.abc import Awaitable, Callable

from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.domain.account import Account, AccountState
from core.errors import SignInNeeded, SignInRefused
from core.persistence.database import Database
from core.powers.accounts import Credentials, Renewal, SignedIn
from core.runtime.bell import Bell
from core.security.vault import Vault

KEY = b"v" * 32

Opens = Callable[[int], Awaitable[Credentials]]


def vault() -> Vault:
    return Vault([KEY])


def keeper(database: Database, clock: Clock, bell: Bell | None = None) -> AccountKeeper:
    return AccountKeeper(database=database, vault=vault(), clock=clock, bell=bell or Bell())


async def connected(
    database: Database, wallet: AccountKeeper, guest_id: int, platform: str, signed_in: SignedIn
) -> Account:
    """An account, kept and at hand: as at the end of `/connect`."""
    account = await database.write(
        lambda tx: wallet.connect_in(tx, guest_id=guest_id, platform=platform, signed_in=signed_in)
    )
    await wallet.open_all(of=guest_id)
    return account


class FakeWallet:
    """`core.powers.accounts.Wallet`; `opens` may connect an account the first time that it is asked for."""

    def __init__(self, opens: Opens | None = None) -> None:
        self.kept: dict[int, Credentials] = {}
        self.lost_accounts: list[tuple[int, AccountState]] = []
        self.renewals = 0
        self._opens = opens

    async def credentials(self, account_id: int) -> Credentials:
        if account_id not in self.kept:
            if self._opens is None or account_id in {lost for lost, _ in self.lost_accounts}:
                raise SignInNeeded(account_id)
            self.kept[account_id] = await self._opens(account_id)
        return self.kept[account_id]

    async def renewed(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        now = await self.credentials(account_id)
        if now.token != stale.token:
            return now
        self.renewals += 1
        try:
            self.kept[account_id] = await renew(now)
        except SignInRefused:
            await self.lost(account_id, AccountState.EXPIRED)
            raise SignInNeeded(account_id) from None
        return self.kept[account_id]

    async def lost(self, account_id: int, state: AccountState) -> None:
        self.lost_accounts.append((account_id, state))
        self.kept.pop(account_id, None)
