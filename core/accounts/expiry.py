"""Accounts whose tokens end: renewed in good time, or their guests told in good time that nobody else can."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.accounts.keeper import AccountKeeper, sign_in_needed
from core.clock import Clock
from core.domain.account import Account, AccountState
from core.domain.quiet_hours import awake
from core.errors import PlatformDown, SignInNeeded, SignInRefused
from core.persistence import accounts, facts, guests
from core.persistence.database import Database
from core.ports import Platform
from core.powers.accounts import Accounts, Credentials

log = logging.getLogger(__name__)

RENEWED_BEFORE = timedelta(days=10)
TOLD_BEFORE = (7, 3, 1)
"""Days; each is told once."""
_ASKED_AGAIN_AFTER = timedelta(days=1)
"""A token that is short-lived anyway, or was not renewed, is not asked for at every look."""


class Expiry:
    """Looks at every connected account."""

    def __init__(
        self, *, database: Database, clock: Clock, wallet: AccountKeeper, platforms: Mapping[str, Platform]
    ) -> None:
        self._database = database
        self._clock = clock
        self._wallet = wallet
        self._platforms = platforms
        self._asked_at: dict[int, datetime] = {}

    async def look(self) -> None:
        """Renew what is near its end; tell the guests of what can't be renewed."""
        for account in await self._wallet.open_all():
            platform = self._platforms.get(account.platform)
            if isinstance(platform, Accounts):
                try:
                    await self._see_to(account, platform)
                except SignInNeeded:  # its guest has been told
                    continue

    async def _see_to(self, account: Account, platform: Accounts) -> None:
        pair = await self._wallet.credentials(account.id)
        if pair.refresh is not None and self._is_due(account.id, pair):
            try:
                pair = await self._wallet.renew_ahead(account.id, stale=pair, renew=platform.renew)
            except SignInRefused:
                log.info("account %d can't be renewed any more", account.id)
            except PlatformDown:
                if account.renewable:  # the next look tries again
                    return
            else:
                self._asked_at[account.id] = self._clock.now()
                return
            self._asked_at[account.id] = self._clock.now()
        elif pair.refresh is not None and account.renewable:
            return
        if pair.expires_at is not None:
            await self._tell(account, pair.expires_at)

    def _is_due(self, account_id: int, pair: Credentials) -> bool:
        now, asked_at = self._clock.now(), self._asked_at.get(account_id)
        ends_at = min(
            (at for at in (pair.expires_at, pair.refresh_expires_at) if at is not None), default=None
        )
        if ends_at is None or ends_at - now >= RENEWED_BEFORE:
            return False
        return asked_at is None or now - asked_at >= _ASKED_AGAIN_AFTER or ends_at - now < _ASKED_AGAIN_AFTER

    async def _tell(self, account: Account, ends_at: datetime) -> None:
        now = self._clock.now()
        if ends_at <= now:
            await self._wallet.lost(account.id, AccountState.EXPIRED)
            return
        passed = [days for days in TOLD_BEFORE if ends_at - now <= timedelta(days=days)]
        if passed:
            await self._database.write(lambda tx: _tell_guest(tx, account, min(passed), now))


def _tell_guest(tx: Connection, account: Account, days: int, now: datetime) -> None:
    """Once for so many days, and not at night: the next look is in an hour."""
    if awake(guests.get(tx, account.guest_id).preferences, now) > now or not accounts.told(
        tx, account.id, days
    ):
        return
    facts.record(tx, sign_in_needed(tx, account), now=now)
