"""The power of booking for guests' own accounts: signing in, renewing, looking."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.domain.account import CardOnFile
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
class PasswordLogin:
    """Used once, never kept."""

    email: str = field(repr=False)
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """What a guest copied out of their browser, as they pasted it."""

    pasted: Secret


Login = PasswordLogin | TokenLogin


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account that was opened: who it is of, on the platform, and the cards it has on file."""

    credentials: Credentials
    external_id: str
    holder: str
    cards: tuple[CardOnFile, ...] = ()


@runtime_checkable
class Accounts(Protocol):
    """The power of platforms that book for guests' own accounts.

    Such a platform asks the `core.accounts.wallet.Wallet` it was built with for the credentials of `Booker.account_id`.
    """

    async def sign_in(self, login: Login) -> SignedIn:
        """Open an account. Raises `SignInRefused`, `PlatformDown`."""
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
