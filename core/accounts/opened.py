"""What opens connected accounts, in memory: nothing is read between a drop and a booking."""

import logging
from dataclasses import dataclass

from core.accounts import sealing as pairs
from core.domain.account import AccountState
from core.errors import Locked, SignInNeeded
from core.persistence.accounts import Strongbox
from core.powers.accounts import Credentials
from core.security.vault import Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What opens an account, and of which version of its row it is."""

    credentials: Credentials
    version: int


class OpenedAccounts:
    """Remembers the newest pair of each account that was opened."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._opened: dict[int, Opened] = {}
        self._changing: dict[int, int] = {}
        """Accounts that a transaction is about to change, and the version it replaces."""

    def of(self, account_id: int) -> Opened | None:
        return self._opened.get(account_id)

    def unsealed(self, box: Strongbox) -> Opened:
        """Open it. Raises `SignInNeeded` for one that can't be booked with, or that no key at hand opens."""
        account = box.account
        if account.state is not AccountState.CONNECTED:
            raise SignInNeeded(account.id)
        purpose = pairs.purpose(account.platform, account.external_id)
        try:
            return Opened(credentials=pairs.unseal(self.vault, box.sealed, purpose), version=box.version)
        except Locked:
            log.error("account %d does not open: put the key back that sealed it", account.id)  # noqa: TRY400
            raise SignInNeeded(account.id) from None

    def sealed(self, box: Strongbox, pair: Credentials) -> str:
        """Another pair for the same account."""
        return pairs.seal(self.vault, pair, pairs.purpose(box.account.platform, box.account.external_id))

    def remember(self, account_id: int, opened: Opened) -> None:
        """Keep it, unless it is being replaced or a newer one is known."""
        if self._changing.get(account_id) == opened.version:
            return
        self._changing.pop(account_id, None)
        known = self._opened.get(account_id)
        if known is None or known.version <= opened.version:
            self._opened[account_id] = opened

    def forget(self, account_id: int) -> None:
        self._opened.pop(account_id, None)

    def replace(self, account_id: int, version: int) -> None:
        """A transaction is replacing that version, and may still be undone: it is not to be remembered again."""
        self._changing[account_id] = version
        self.forget(account_id)
