"""Connected accounts: what may be shown of them, and beside it what opens them, sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from core.domain.account import Account, AccountState, CardOnFile
from core.domain.job_state import JobState
from core.domain.plan_state import PlanState
from core.persistence.tables import accounts, jobs, mandates, plans

_OVER = [state.value for state in PlanState if state.over]
_ASKED = (JobState.FIRING, JobState.UNSURE)
_KEPT = accounts.c.state != AccountState.DISCONNECTED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Strongbox:
    """An account with what opens it, sealed; `version` grows with each new pair."""

    account: Account
    sealed: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whose account it is, and what opens it, sealed."""

    guest_id: int
    holder: str
    cards: tuple[CardOnFile, ...]
    sealed: str
    expires_at: datetime | None
    renewable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A new pair, sealed: both tokens in one."""

    sealed: str
    expires_at: datetime | None
    renewable: bool


def get(tx: Connection, account_id: int) -> Account:
    """The account, whatever its state."""
    return _account(tx.execute(select(accounts).where(accounts.c.id == account_id)).one())


def find(tx: Connection, account_id: int) -> Account | None:
    """The account, whatever its state; None for a number that never was one."""
    box = strongbox(tx, account_id)
    return None if box is None else box.account


def known_as(tx: Connection, platform: str, external_id: str) -> Strongbox | None:
    """The account that a platform knows by this id."""
    return _one(tx, (accounts.c.platform == platform) & (accounts.c.external_id == external_id))


def of_guest(tx: Connection, guest_id: int, *, platform: str | None = None) -> Sequence[Account]:
    """A guest's accounts, the one connected first in front; those that were disconnected are not among them."""
    query = select(accounts).where(accounts.c.guest_id == guest_id, _KEPT)
    if platform is not None:
        query = query.where(accounts.c.platform == platform)
    return [_account(row) for row in tx.execute(query.order_by(accounts.c.connected_at, accounts.c.id)).all()]


def strongbox(tx: Connection, account_id: int) -> Strongbox | None:
    """An account with what opens it."""
    return _one(tx, accounts.c.id == account_id)


def strongboxes(
    tx: Connection, *, state: AccountState | None = None, guest_id: int | None = None
) -> Sequence[Strongbox]:
    """Every account that is sealed, or those of one state, or of one guest, in order of their numbers."""
    query = select(accounts).where(accounts.c.sealed != "")
    if state is not None:
        query = query.where(accounts.c.state == state.value)
    if guest_id is not None:
        query = query.where(accounts.c.guest_id == guest_id)
    return [_strongbox(row) for row in tx.execute(query.order_by(accounts.c.id)).all()]


def count(tx: Connection) -> int:
    """How many accounts are connected, those that need their guest among them."""
    return tx.execute(select(func.count()).select_from(accounts).where(_KEPT)).scalar_one()


def add(tx: Connection, holding: Holding, *, platform: str, external_id: str, now: datetime) -> int:
    """A new account, and its number, which is never another account's."""
    row = insert(accounts).values(
        **_held(holding),
        platform=platform,
        external_id=external_id,
        connected_at=now,
        checked_at=now,
    )
    return tx.execute(row.returning(accounts.c.id)).scalar_one()


def connect_again(tx: Connection, account_id: int, holding: Holding, *, now: datetime) -> None:
    """A new pair that its guest brought, in place of whatever was there."""
    values = _held(holding) | {
        "version": accounts.c.version + 1,
        "told_days": None,
        "connected_at": now,
        "checked_at": now,
    }
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def renew(tx: Connection, account_id: int, new: Renewed, *, version: int, now: datetime) -> bool:
    """A new pair in place of the one of `version`; False when another was faster, and then nothing is written."""
    unchanged = (accounts.c.id == account_id) & (accounts.c.version == version) & _KEPT
    values = {
        "state": AccountState.CONNECTED.value,
        "sealed": new.sealed,
        "version": version + 1,
        "expires_at": new.expires_at,
        "renewable": new.renewable,
        "told_days": None,
        "checked_at": now,
    }
    return tx.execute(update(accounts).where(unchanged).values(values)).rowcount == 1


def not_renewable(tx: Connection, account_id: int, *, version: int) -> None:
    """The platform does not renew the pair of `version`: it ends with the token in use."""
    unchanged = (accounts.c.id == account_id) & (accounts.c.version == version)
    tx.execute(update(accounts).where(unchanged).values(renewable=False))


def seal_anew(tx: Connection, account_id: int, *, version: int, sealed: str) -> bool:
    """The same pair under another key; False when there is a newer pair."""
    unchanged = (accounts.c.id == account_id) & (accounts.c.version == version)
    return tx.execute(update(accounts).where(unchanged).values(sealed=sealed)).rowcount == 1


def stand(tx: Connection, account_id: int, state: AccountState, *, version: int) -> bool:
    """The pair of `version` does not open the account any more; False when that was known, or there is a newer one."""
    connected = accounts.c.state == AccountState.CONNECTED.value
    unchanged = (accounts.c.id == account_id) & (accounts.c.version == version) & connected
    return tx.execute(update(accounts).where(unchanged).values(state=state.value)).rowcount == 1


def looked_at(
    tx: Connection, account_id: int, *, holder: str, cards: Sequence[CardOnFile], now: datetime
) -> None:
    """What the platform said of the account just now."""
    values = {"holder": holder, "cards": tuple(cards), "checked_at": now}
    tx.execute(update(accounts).where((accounts.c.id == account_id) & _KEPT).values(values))


def told(tx: Connection, account_id: int, days: int) -> bool:
    """Its guest is told that it ends in so many days; False when they were told that, or less, before."""
    untold = accounts.c.told_days.is_(None) | (accounts.c.told_days > days)
    told_now = update(accounts).where((accounts.c.id == account_id) & untold).values(told_days=days)
    return tx.execute(told_now).rowcount == 1


def disconnect(tx: Connection, account_id: int) -> None:
    """Forget what opens the account and whose it is. Its number stays: tables were booked with it."""
    values = {
        "state": AccountState.DISCONNECTED.value,
        "holder": "",
        "cards": (),
        "sealed": "",
        "version": accounts.c.version + 1,
        "expires_at": None,
        "renewable": False,
        "told_days": None,
    }
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(values))


def reassign(tx: Connection, before: int, after: int) -> None:
    """Give one guest's accounts to another, when two turn out to be the same human."""
    tx.execute(update(accounts).where(accounts.c.guest_id == before).values(guest_id=after))


def live_plans(tx: Connection, account_id: int) -> Sequence[str]:
    """Plans under way that may be booked with the account, the soonest day first."""
    query = (
        select(plans.c.id)
        .join(mandates, mandates.c.plan_id == plans.c.id)
        .where(mandates.c.account_id == account_id, plans.c.state.not_in(_OVER))
        .order_by(plans.c.on_day, plans.c.id)
    )
    return tx.execute(query).scalars().all()


def asked_with(tx: Connection, account_id: int) -> str | None:
    """The plan for which a booking call with the account may be out, or is being looked up."""
    asked = (jobs.c.account_id == account_id) & jobs.c.state.in_(_ASKED) & jobs.c.needs.is_(None)
    query = select(jobs.c.plan_id).where(asked).limit(1)
    return tx.execute(query).scalar_one_or_none()


def hangs_on(tx: Connection, account_id: int) -> str | None:
    """The plan that rests until the account can be asked what became of a call with it."""
    resting = (
        (jobs.c.account_id == account_id) & (jobs.c.state == JobState.UNSURE) & jobs.c.needs.is_not(None)
    )
    return tx.execute(select(jobs.c.plan_id).where(resting).limit(1)).scalar_one_or_none()


def leave_plans(tx: Connection, account_id: int, plan_ids: Sequence[str]) -> None:
    """These plans can't be booked with the account any more. What its guest said of a plan of their own stays."""
    theirs = (mandates.c.account_id == account_id) & mandates.c.plan_id.in_(plan_ids)
    own = select(plans.c.id).where(plans.c.organiser_id == mandates.c.guest_id)
    tx.execute(update(mandates).where(theirs, mandates.c.plan_id.in_(own)).values(account_id=None))
    tx.execute(delete(mandates).where(theirs))


def _held(holding: Holding) -> dict[str, object]:
    return {
        "guest_id": holding.guest_id,
        "holder": holding.holder[:256],
        "state": AccountState.CONNECTED.value,
        "cards": holding.cards,
        "sealed": holding.sealed,
        "expires_at": holding.expires_at,
        "renewable": holding.renewable,
    }


def _one(tx: Connection, condition: ColumnElement[bool]) -> Strongbox | None:
    row = tx.execute(select(accounts).where(condition)).one_or_none()
    return None if row is None else _strongbox(row)


def _strongbox(row: Row[tuple[object, ...]]) -> Strongbox:
    return Strongbox(account=_account(row), sealed=row.sealed, version=row.version)


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        id=row.id,
        guest_id=row.guest_id,
        platform=row.platform,
        external_id=row.external_id,
        holder=row.holder,
        state=AccountState(row.state),
        cards=row.cards,
        expires_at=row.expires_at,
        renewable=row.renewable,
        connected_at=row.connected_at,
        checked_at=row.checked_at,
    )
