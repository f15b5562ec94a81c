"""Guests' own accounts on platforms: connected, kept renewed, taken away."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core import credentials as pairs
from core import notifications
from core.clock import Clock
from core.domain.account import Account, AccountState
from core.domain.news import Trouble
from core.errors import (
    ConnectedElsewhere,
    Locked,
    NotYours,
    PlanBusy,
    PlatformDown,
    SignInNeeded,
    SignInRefused,
)
from core.persistence import accounts
from core.persistence.accounts import Strongbox
from core.persistence.database import Database, Work
from core.powers import Credentials, SignedIn
from core.vault import Vault
from core.wallet import Renewal

log = logging.getLogger(__name__)

_WRITE_AGAIN_AFTER = timedelta(seconds=0.2)
_WRITES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What opens an account, and of which version of its row it is."""

    credentials: Credentials
    version: int


class AccountKeeper:
    """`core.wallet.Wallet` over the table of accounts.

    What was opened once stays in memory, so that nothing is read between a drop and a booking. A new pair is
    written before it is given out: whoever dies later finds it again. Only who dies between the platform's answer
    and that write loses both pairs, since the platform has taken the old one back; the next use finds that out,
    and the account's guest is asked to sign in.
    """

    def __init__(self, *, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._opened: dict[int, _Opened] = {}
        self._changing: dict[int, int] = {}
        """Accounts that a transaction is about to change, and the version it replaces: not to be remembered."""
        self._unwritten: dict[int, _Opened] = {}
        """Pairs that the platform gave and the database did not take yet, with the version they replace."""
        self._renewals: dict[int, asyncio.Task[Credentials]] = {}
        self._poke: Callable[[], None] = lambda: None

    def on_news(self, poke: Callable[[], None]) -> None:
        """Have `poke` called after a write that may have left messages to send."""
        self._poke = poke

    async def open_all(self) -> Sequence[Account]:
        """Bring every connected account to memory; those that no key opens are left out, and logged."""
        boxes = await self._database.read(lambda tx: accounts.strongboxes(tx, state=AccountState.CONNECTED))
        open_: list[Account] = []
        for box in boxes:
            try:
                self._remember(box.account.id, self._unsealed(box))
            except SignInNeeded:
                continue
            open_.append(box.account)
        return open_

    async def aclose(self) -> None:
        """Let the renewals that are out come back and be written."""
        while self._renewals:
            await asyncio.wait(list(self._renewals.values()))

    # The wallet.

    async def credentials(self, account_id: int) -> Credentials:
        opened = self._opened.get(account_id)
        if opened is None:
            opened = self._unsealed(await self._box(account_id))
            self._remember(account_id, opened)
        return opened.credentials

    async def renewed(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        try:
            return await self._renewal(account_id, stale, renew)
        except SignInRefused:
            box = await self._box(account_id)
            opened = self._unsealed(box)
            if opened.credentials.token != stale.token:  # another process was faster, and was given the pair
                self._remember(account_id, opened)
                return opened.credentials
            await self._lost(box, AccountState.EXPIRED)
            raise SignInNeeded(account_id) from None

    async def renew_ahead(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        """The same while the pair still opens the account: refused, it stays in use until it ends.

        Raises `SignInRefused` then, and the account counts as one that can't be renewed; `SignInNeeded`,
        `PlatformDown`.
        """
        try:
            return await self._renewal(account_id, stale, renew)
        except SignInRefused:
            await self._database.write(lambda tx: accounts.not_renewable(tx, account_id))
            raise

    async def lost(self, account_id: int, state: AccountState) -> None:
        """Its token ended, or the platform has closed it: it is not used any more, and its guest is told, once."""
        await self._lost(await self._box(account_id), state)

    async def looked_at(self, account_id: int, seen: SignedIn) -> None:
        """Keep what the platform said of the account: the name on it, the cards on file."""
        now = self._clock.now()
        await self._database.write(
            lambda tx: accounts.looked_at(tx, account_id, holder=seen.holder, cards=seen.cards, now=now)
        )

    async def connect(self, guest_id: int, platform: str, signed_in: SignedIn) -> Account:
        """Keep an account that was opened, as `connect_in` does."""
        return await self._database.write(
            lambda tx: self.connect_in(tx, guest_id=guest_id, platform=platform, signed_in=signed_in)
        )

    # Inside a transaction.

    def connect_in(self, tx: Connection, *, guest_id: int, platform: str, signed_in: SignedIn) -> Account:
        """Keep an account that was opened; one that the guest had before gets the new pair, under its number.

        Raises `ConnectedElsewhere` when it is another guest's.
        """
        pair, now = signed_in.credentials, self._clock.now()
        known = accounts.known_as(tx, platform, signed_in.external_id)
        purpose = pairs.purpose(platform, signed_in.external_id)
        holding = accounts.Holding(
            guest_id=guest_id,
            holder=signed_in.holder,
            cards=signed_in.cards,
            sealed=pairs.seal(self._vault, pair, purpose),
            expires_at=pair.expires_at,
            renewable=pair.refresh is not None,
        )
        if known is None:
            account_id = accounts.add(
                tx, holding, platform=platform, external_id=signed_in.external_id, now=now
            )
            return accounts.get(tx, account_id)
        before = known.account
        if before.guest_id != guest_id and before.state is not AccountState.DISCONNECTED:
            raise ConnectedElsewhere(before.holder)
        self._forget(before.id, known.version)
        accounts.connect_again(tx, before.id, holding, now=now)
        self._redraw(tx, accounts.live_plans(tx, before.id), now)
        return accounts.get(tx, before.id)

    def disconnect(self, tx: Connection, account_id: int, by: int) -> None:
        """Forget what opens the account, and take it off the plans under way. Twice is once.

        `by` is the guest who asks. Raises `NotYours` for another's, `PlanBusy` while a booking call may be out.
        """
        box = accounts.strongbox(tx, account_id)
        if box is None or box.account.state is AccountState.DISCONNECTED:
            return
        if box.account.guest_id != by:
            raise NotYours
        if (plan_id := accounts.asked_with(tx, account_id)) is not None:
            raise PlanBusy(plan_id)
        left = accounts.live_plans(tx, account_id)
        self._forget(account_id, box.version)
        accounts.leave_plans(tx, account_id, left)
        accounts.disconnect(tx, account_id)
        self._redraw(tx, left, self._clock.now())

    def of_guest(self, tx: Connection, guest_id: int, *, platform: str | None = None) -> Sequence[Account]:
        """A guest's accounts, on all platforms or on one."""
        return accounts.of_guest(tx, guest_id, platform=platform)

    def get(self, tx: Connection, account_id: int) -> Account:
        """The account, whatever its state."""
        return accounts.get(tx, account_id)

    def _redraw(self, tx: Connection, plan_ids: Sequence[str], now: datetime) -> None:
        for plan_id in plan_ids:
            notifications.plan_changed(tx, plan_id, now=now)

    # Renewing.

    async def _renewal(self, account_id: int, stale: Credentials, renew: Renewal) -> Credentials:
        """One at a time an account, to its end: a caller who is called off must not take a pair along."""
        opened = self._opened.get(account_id)
        if opened is not None and opened.credentials.token != stale.token:
            return opened.credentials
        under_way = self._renewals.get(account_id)
        if under_way is None:
            under_way = asyncio.create_task(self._renew(account_id, stale, renew), name=f"renew {account_id}")
            self._renewals[account_id] = under_way
            under_way.add_done_callback(_unheard)
        return await asyncio.shield(under_way)

    async def _renew(self, account_id: int, stale: Credentials, renew: Renewal) -> Credentials:
        try:
            box = await self._box(account_id)
            opened = self._unsealed(box)
            if opened.credentials.token == stale.token:
                fresh = await self._asked(box, opened.credentials, renew)
                opened = await self._kept(box, fresh)
            self._remember(account_id, opened)
            return opened.credentials
        finally:
            del self._renewals[account_id]

    async def _asked(self, box: Strongbox, pair: Credentials, renew: Renewal) -> Credentials:
        """The platform's new pair; one that could not be written before is as new."""
        unwritten = self._unwritten.get(box.account.id)
        if unwritten is not None and unwritten.version == box.version:
            return unwritten.credentials
        ended = pair.refresh_expires_at is not None and pair.refresh_expires_at <= self._clock.now()
        if pair.refresh is None or ended:
            raise SignInRefused
        return await renew(pair)

    async def _kept(self, box: Strongbox, fresh: Credentials) -> _Opened:
        """Both tokens in one write, unless another process has written newer ones: then those."""
        account = box.account
        sealed = pairs.seal(self._vault, fresh, pairs.purpose(account.platform, account.external_id))
        now = self._clock.now()

        def keep(tx: Connection) -> Strongbox | None:
            new = accounts.Renewed(
                sealed=sealed, expires_at=fresh.expires_at, renewable=fresh.refresh is not None
            )
            accounts.renew(tx, account.id, new, version=box.version, now=now)
            return accounts.strongbox(tx, account.id)

        self._unwritten[account.id] = _Opened(credentials=fresh, version=box.version)
        stands = await self._written(keep, account)
        del self._unwritten[account.id]
        if stands is None:
            raise SignInNeeded(account.id)
        return self._unsealed(stands)

    async def _written(self, keep: Work[Strongbox | None], account: Account) -> Strongbox | None:
        """Write, and insist: a pair that is not written would be lost with this process."""
        for _ in range(_WRITES):
            try:
                return await self._database.write(keep)
            except Exception as error:  # noqa: BLE001 - whatever the database raises
                reason = type(error).__name__
                log.warning("the new pair of account %d was not written: %s", account.id, reason)
                await self._clock.sleep(_WRITE_AGAIN_AFTER)
        raise PlatformDown(account.platform, "its new pair could not be kept")

    async def _lost(self, box: Strongbox, state: AccountState) -> None:
        account, now = box.account, self._clock.now()

        def tell(tx: Connection) -> None:
            if not accounts.stand(tx, account.id, state, version=box.version):
                return
            waiting = accounts.live_plans(tx, account.id)
            notifications.ask_to_mend(
                tx,
                account.guest_id,
                plan_id=next(iter(waiting), None),
                account_id=account.id,
                trouble=Trouble.SIGN_IN,
                now=now,
            )
            self._redraw(tx, waiting, now)

        await self._database.write(tell)
        if (opened := self._opened.get(account.id)) is not None and opened.version == box.version:
            del self._opened[account.id]
        self._poke()

    # Memory.

    async def _box(self, account_id: int) -> Strongbox:
        """The account as it is kept. Raises `SignInNeeded` for one that can't be booked with."""
        box = await self._database.read(lambda tx: accounts.strongbox(tx, account_id))
        if box is None or box.account.state is not AccountState.CONNECTED:
            raise SignInNeeded(account_id)
        return box

    def _unsealed(self, box: Strongbox) -> _Opened:
        account = box.account
        if account.state is not AccountState.CONNECTED:
            raise SignInNeeded(account.id)
        try:
            pair = pairs.unseal(self._vault, box.sealed, pairs.purpose(account.platform, account.external_id))
        except Locked:
            log.error("account %d does not open: put the key back that sealed it", account.id)  # noqa: TRY400
            raise SignInNeeded(account.id) from None
        return _Opened(credentials=pair, version=box.version)

    def _remember(self, account_id: int, opened: _Opened) -> None:
        if self._changing.get(account_id) == opened.version:
            return
        self._changing.pop(account_id, None)
        known = self._opened.get(account_id)
        if known is None or known.version <= opened.version:
            self._opened[account_id] = opened

    def _forget(self, account_id: int, version: int) -> None:
        """A transaction is replacing that version, and may still be undone."""
        self._changing[account_id] = version
        self._opened.pop(account_id, None)


def _unheard(task: asyncio.Task[Credentials]) -> None:
    """What a renewal came to is taken note of even where every caller was called off."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.info("a renewal ended in %s", type(error).__name__)
