"""The power of booking for guests' own accounts: signing in step by step, renewing, looking."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.domain.account import AccountState, CardOnFile
from core.powers.sign_in import SignInLapsed, SignInRefusal, SignInStep
from core.security.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens an account: the token in use and, where there is one, what renews it. Nothing prints them.

    Each ends at its `…expires_at` (UTC; None: not known).
    """

    token: Secret
    expires_at: datetime | None = None
    refresh: Secret | None = None
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account that was opened: who it is of, on the platform, and the cards it has on file."""

    credentials: Credentials
    external_id: str
    holder: str
    cards: tuple[CardOnFile, ...] = ()


SignInAnswer = SignInStep | SignedIn | SignInRefusal | SignInLapsed
"""What one answer of a guest came to."""


@runtime_checkable
class Accounts(Protocol):
    """The power of platforms that book for guests' own accounts.

    Such a platform asks the `core.powers.accounts.Wallet` it was built with for the credentials of `Booker.account_id`.
    """

    def first_step(self) -> SignInStep:
        """What whoever connects an account is asked first: always the same, without a state, and nobody is called."""
        ...

    async def next_step(self, step: SignInStep, answer: Secret) -> SignInAnswer:
        """What the answer to `step` came to. Raises `PlatformDown`: the same may be answered again."""
        ...

    async def renew(self, credentials: Credentials) -> Credentials:
        """A new pair for an old one, which is of no use afterwards. Raises `SignInRefused`, `PlatformDown`."""
        ...

    async def look_at(self, account_id: int) -> SignedIn:
        """The connected account as it is now, with its cards. Raises `SignInNeeded`, `PlatformDown`."""
        ...

    def mending_page(self) -> str:
        """Where a person puts a card on file or sees to their account, in a browser."""
        ...


Renewal = Callable[[Credentials], Awaitable[Credentials]]


class Wallet(Protocol):
    """The credentials of connected accounts, as a platform asks for them: opened, renewed and kept.

    The real one is `core.accounts.keeper.AccountKeeper`.
    """

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
