"""Guests' own accounts on platforms: connected, kept renewed, taken away."""

from collections.abc import Sequence

from sqlalchemy import Connection

from core.accounts import sealing as pairs
from core.accounts.opened import OpenedAccounts
from core.accounts.renewals import RenewalRefused, Renewals
from core.clock import Clock
from core.domain.account import Account, AccountState
from core.domain.fact import (
    AccountConnected,
    AccountDisconnected,
    AccountLost,
    AccountSeenOtherwise,
    MendNeeded,
    PlanChanged,
)
from core.domain.trouble import Trouble
from core.errors import ConnectedElsewhere, NotYours, PlanBusy, SignInNeeded, SignInRefused
from core.persistence import accounts, facts, jobs
from core.persistence.accounts import Strongbox
from core.persistence.database import Database
from core.powers.accounts import Credentials, Renewal, SignedIn
from core.runtime.bell import Bell
from core.security.secret import Secret
from core.security.vault import Vault


class AccountKeeper:
    """`core.powers.accounts.Wallet` over the table of accounts, and what guests do with theirs."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock, bell: Bell) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._opened = OpenedAccounts(vault)
        self._renewals = Renewals(database, clock, self._opened)
        self._bell = bell

    async def open_all(self, *, of: int | None = None) -> Sequence[Account]:
        """Bring every connected account to memory, or those of one guest; those that no key opens are left out, and
        logged.
        """
        found = await self._database.read(
            lambda tx: accounts.strongboxes(tx, state=AccountState.CONNECTED, guest_id=of)
        )
        opened: list[Account] = []
        for box in found:
            try:
                self._opened.remember(box.account.id, self._opened.unsealed(box))
            except SignInNeeded:
                continue
            opened.append(box.account)
        return opened

    async def aclose(self) -> None:
        """Let the renewals that are out come back and be written."""
        await self._renewals.aclose()

    # The wallet.

    async def credentials(self, account_id: int) -> Credentials:
        opened = self._opened.of(account_id)
        if opened is None:
            opened = self._opened.unsealed(await self._renewals.box(account_id))
            self._opened.remember(account_id, opened)
        return opened.credentials

    async def renewed(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        answer = await self._renewals.renewed(account_id, stale, renew)
        if isinstance(answer, RenewalRefused):
            await self._lost(answer.box, AccountState.EXPIRED)
            raise SignInNeeded(account_id)
        return answer

    async def renew_ahead(self, account_id: int, *, stale: Credentials, renew: Renewal) -> Credentials:
        """The same while the pair still opens the account: refused, it stays in use until it ends.

        Raises `SignInRefused` then, and the account counts as one that can't be renewed; `SignInNeeded`,
        `PlatformDown`.
        """
        answer = await self._renewals.renewed(account_id, stale, renew)
        if isinstance(answer, RenewalRefused):
            box = answer.box
            await self._database.write(lambda tx: accounts.not_renewable(tx, account_id, version=box.version))
            raise SignInRefused(answer.reason)
        return answer

    # A sign-in under way.

    def sealed_step(self, state: Secret, *, dialogue_id: str) -> str:
        """What a platform wants to be given again, fit to be kept in a draft."""
        return pairs.seal_step(self._vault, state, dialogue_id=dialogue_id)

    def unsealed_step(self, sealed: str, *, dialogue_id: str) -> Secret:
        """Raises `Locked` when the key was changed meanwhile, or it is of another dialogue."""
        return pairs.unseal_step(self._vault, sealed, dialogue_id=dialogue_id)

    # What becomes of an account.

    async def lost(self, account_id: int, state: AccountState) -> None:
        """Its token has ended, or the platform has closed it: its guest is told, once."""
        try:
            box = await self._renewals.box(account_id)
        except SignInNeeded:  # which is known
            return
        await self._lost(box, state)

    async def looked_at(self, account_id: int, seen: SignedIn) -> None:
        """Keep what the platform says of the account: the name on it, the cards on file."""
        now = self._clock.now()

        def keep(tx: Connection) -> None:
            before = accounts.find(tx, account_id)
            accounts.looked_at(tx, account_id, holder=seen.holder, cards=seen.cards, now=now)
            if (after := accounts.find(tx, account_id)) is None or before is None:
                return
            if (after.holder, after.cards) != (before.holder, before.cards):
                facts.record(tx, AccountSeenOtherwise(account_id=account_id), now=now)

        await self._database.write(keep)
        self._bell.ring()

    def connectable(
        self, tx: Connection, *, guest_id: int, platform: str, signed_in: SignedIn
    ) -> Strongbox | None:
        """The account as it is known already, if it is. Raises `ConnectedElsewhere` when it is another guest's."""
        known = accounts.known_as(tx, platform, signed_in.external_id)
        if known is None:
            return None
        if known.account.guest_id != guest_id and known.account.state is not AccountState.DISCONNECTED:
            raise ConnectedElsewhere(known.account.holder)
        return known

    def connect_in(self, tx: Connection, *, guest_id: int, platform: str, signed_in: SignedIn) -> Account:
        """Keep an account that was opened; one that was known gets the new pair, under its old number, and is asked at
        once what became of a call with it. It is at hand from its first use, or `open_all`, after the commit.

        Raises `ConnectedElsewhere` when it is another guest's.
        """
        pair, now = signed_in.credentials, self._clock.now()
        known = self.connectable(tx, guest_id=guest_id, platform=platform, signed_in=signed_in)
        holding = accounts.Holding(
            guest_id=guest_id,
            holder=signed_in.holder,
            cards=signed_in.cards,
            sealed=pairs.seal(self._vault, pair, pairs.purpose(platform, signed_in.external_id)),
            expires_at=pair.expires_at,
            renewable=pair.refresh is not None,
        )
        if known is None:
            number = accounts.add(tx, holding, platform=platform, external_id=signed_in.external_id, now=now)
            facts.record(tx, AccountConnected(account_id=number), now=now)
            return accounts.get(tx, number)
        before = known.account
        self._opened.replace(before.id, known.version)
        accounts.connect_again(tx, before.id, holding, now=now)
        jobs.can_be_asked(tx, before.id, now)
        facts.record(tx, AccountConnected(account_id=before.id), now=now)
        return accounts.get(tx, before.id)

    def disconnect(self, tx: Connection, account_id: int, by: int) -> None:
        """Forget what opens the account for good, and take it off the plans under way. Twice is once.

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
        self._opened.replace(account_id, box.version)
        accounts.leave_plans(tx, account_id, left)
        accounts.disconnect(tx, account_id)
        now = self._clock.now()
        facts.record(tx, AccountDisconnected(account_id=account_id), now=now)
        for plan_id in left:
            facts.record(tx, PlanChanged(plan_id=plan_id), now=now)

    async def _lost(self, box: Strongbox, state: AccountState) -> None:
        account, now = box.account, self._clock.now()

        def tell(tx: Connection) -> None:
            if not accounts.stand(tx, account.id, state, version=box.version):
                return
            facts.record(tx, AccountLost(account_id=account.id, state=state), now=now)
            facts.record(tx, sign_in_needed(tx, account), now=now)

        await self._database.write(tell)
        opened = self._opened.of(account.id)
        if opened is not None and opened.version == box.version:
            self._opened.forget(account.id)
        self._bell.ring()


def sign_in_needed(tx: Connection, account: Account) -> MendNeeded:
    """Its guest has to sign in again: for the plan whose call is out with it, or the soonest that it books."""
    plan_id = accounts.asked_with(tx, account.id) or next(iter(accounts.live_plans(tx, account.id)), None)
    return MendNeeded(
        guest_id=account.guest_id, trouble=Trouble.SIGN_IN, account_id=account.id, plan_id=plan_id
    )
