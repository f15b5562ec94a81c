"""New pairs of tokens for old ones: asked for once, and written before anybody gets them."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from core.accounts.opened import Opened, OpenedAccounts
from core.clock import Clock
from core.domain.account import Account, AccountState
from core.errors import PlatformDown, SignInNeeded, SignInRefused
from core.persistence import accounts
from core.persistence.accounts import Renewed, Strongbox
from core.persistence.database import Database, Work
from core.powers.accounts import Credentials, Renewal

log = logging.getLogger(__name__)

_WRITE_AGAIN_AFTER = timedelta(seconds=0.2)
_WRITES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRefused:
    """The platform gave no new pair for the one in this row, with its own sentence, where it had one."""

    box: Strongbox
    reason: str = ""


class Renewals:
    """One at a time an account.

    Whoever dies after the write finds the new pair. Only who dies between the platform's answer and that write
    loses both, since the platform has taken the old one back: the next use finds that out.
    """

    def __init__(self, database: Database, clock: Clock, opened: OpenedAccounts) -> None:
        self._database = database
        self._clock = clock
        self._opened = opened
        self._unwritten: dict[int, Opened] = {}
        """Pairs that the platform gave and the database did not take yet, with the version they replace."""
        self._under_way: dict[int, asyncio.Task[Credentials | RenewalRefused]] = {}

    async def renewed(
        self, account_id: int, stale: Credentials, renew: Renewal
    ) -> Credentials | RenewalRefused:
        """What opens the account after `stale`. Raises `SignInNeeded`, `PlatformDown`."""
        known = self._opened.of(account_id)
        if known is not None and known.credentials.token != stale.token:
            return known.credentials
        task = self._under_way.get(account_id)
        if task is None:
            task = asyncio.create_task(
                self._renew(account_id, stale, renew), name=f"renew account {account_id}"
            )
            self._under_way[account_id] = task
            task.add_done_callback(_unheard)
        return await asyncio.shield(task)  # a caller who is called off must not take the pair along

    async def aclose(self) -> None:
        """Let those that are out come back and be written."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def box(self, account_id: int) -> Strongbox:
        """The account as it is kept. Raises `SignInNeeded` for one that can't be booked with."""
        box = await self._database.read(lambda tx: accounts.strongbox(tx, account_id))
        if box is None or box.account.state is not AccountState.CONNECTED:
            raise SignInNeeded(account_id)
        return box

    async def _renew(
        self, account_id: int, stale: Credentials, renew: Renewal
    ) -> Credentials | RenewalRefused:
        try:
            box = await self.box(account_id)
            opened = self._opened.unsealed(box)
            if opened.credentials.token == stale.token:
                fresh = await self._asked(box, opened.credentials, renew)
                if isinstance(fresh, RenewalRefused):
                    return await self._anothers(fresh, stale)
                opened = await self._kept(box, fresh)
            self._opened.remember(account_id, opened)
            return opened.credentials
        finally:
            del self._under_way[account_id]

    async def _asked(self, box: Strongbox, pair: Credentials, renew: Renewal) -> Credentials | RenewalRefused:
        """The platform's new pair, or the one that it gave and that was not written."""
        unwritten = self._unwritten.get(box.account.id)
        if unwritten is not None and unwritten.version == box.version:
            return unwritten.credentials
        ended = pair.refresh_expires_at is not None and pair.refresh_expires_at <= self._clock.now()
        if pair.refresh is None or ended:
            return RenewalRefused(box=box)
        try:
            return await renew(pair)
        except SignInRefused as error:
            return RenewalRefused(box=box, reason=error.reason)

    async def _anothers(self, refused: RenewalRefused, stale: Credentials) -> Credentials | RenewalRefused:
        """Another process may have been faster, and have been given the pair."""
        account_id = refused.box.account.id
        opened = self._opened.unsealed(await self.box(account_id))
        if opened.credentials.token == stale.token:
            return refused
        self._opened.remember(account_id, opened)
        return opened.credentials

    async def _kept(self, box: Strongbox, fresh: Credentials) -> Opened:
        """Both tokens in one write, unless another process has written newer ones: then those."""
        account_id, now = box.account.id, self._clock.now()
        new = Renewed(
            sealed=self._opened.sealed(box, fresh),
            expires_at=fresh.expires_at,
            renewable=fresh.refresh is not None,
        )

        def keep(tx: Connection) -> Strongbox | None:
            accounts.renew(tx, account_id, new, version=box.version, now=now)
            return accounts.strongbox(tx, account_id)

        self._unwritten[account_id] = Opened(credentials=fresh, version=box.version)
        stands = await self._written(keep, box.account)
        del self._unwritten[account_id]
        if stands is None:
            raise SignInNeeded(account_id)
        return self._opened.unsealed(stands)

    async def _written(self, keep: Work[Strongbox | None], account: Account) -> Strongbox | None:
        """Write, and insist: what is not written is lost with this process."""
        for _ in range(_WRITES):
            try:
                return await self._database.write(keep)
            except Exception as error:  # noqa: BLE001 - whatever the database raises
                reason = type(error).__name__
                log.warning("the new pair of account %d was not written: %s", account.id, reason)
                await self._clock.sleep(_WRITE_AGAIN_AFTER)
        raise PlatformDown(account.platform, "its new pair could not be kept")


def _unheard(task: asyncio.Task[Credentials | RenewalRefused]) -> None:
    """What it came to is taken note of even where every caller was called off."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.info("a renewal ended in %s", type(error).__name__)
