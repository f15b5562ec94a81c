"""Whoever gives out tokens: a new pair for the last one, and nothing for any other."""

import asyncio
from collections import deque
from datetime import datetime, timedelta

from core.clock import Clock
from core.errors import PlatformDown, SignInRefused
from core.powers.accounts import Credentials, SignedIn
from core.security.secret import Secret

TOKEN_LASTS = timedelta(days=45)


class Issuer:
    """`renew` as a platform has it; `down` and `refusing` are what can be wrong with it."""

    def __init__(self, clock: Clock, *, lasts: timedelta = TOKEN_LASTS) -> None:
        self.clock = clock
        self.lasts = lasts
        self.given = 0
        self.asked = 0
        self.down = False
        self.refusing = False
        self.held: deque[asyncio.Event] = deque()
        """A renewal that finds one here waits for it after the platform has made the new pair."""

    def pair(self, *, renewable: bool = True) -> Credentials:
        """The newest pair; those before it are of no use any more."""
        self.given += 1
        return Credentials(
            token=Secret(f"token-{self.given}"),
            expires_at=self.clock.now() + self.lasts,
            refresh=Secret(f"refresh-{self.given}") if renewable else None,
        )

    def signed_in(
        self, external_id: str = "771", *, holder: str = "Ann Example", renewable: bool = True
    ) -> SignedIn:
        return SignedIn(credentials=self.pair(renewable=renewable), external_id=external_id, holder=holder)

    async def renew(self, credentials: Credentials) -> Credentials:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise PlatformDown("fake", "down")
        if self.refusing or credentials.refresh != Secret(f"refresh-{self.given}"):
            raise SignInRefused("Unauthorized")
        fresh = self.pair()
        if self.held:
            await self.held.popleft().wait()
        return fresh


def ends(credentials: Credentials) -> datetime:
    """When the token in use ends."""
    assert credentials.expires_at is not None
    return credentials.expires_at
