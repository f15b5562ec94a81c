"""What guests said may be booked for a plan in their name: a row an account, or one without where none is there yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from core.domain.account import AccountState
from core.domain.booking import Booker
from core.domain.mandate import Mandate, MandateScope
from core.domain.plan import Plan
from core.domain.terms import Ceiling
from core.persistence.tables import accounts, guests, mandates


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A guest's word as it is kept. `withdrawn_at`: the plan left what was spoken of, and they were asked again."""

    id: int
    plan_id: str
    guest_id: int
    account_id: int | None
    scope: MandateScope
    ceiling: Ceiling
    version: int
    until: datetime
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return self.withdrawn_at is None


def of_plan(tx: Connection, plan_id: str) -> Sequence[Given]:
    """Every word there is about a plan, in the order in which accounts are used."""
    query = select(mandates).where(mandates.c.plan_id == plan_id)
    return [_given(row) for row in tx.execute(query.order_by(mandates.c.place, mandates.c.id)).all()]


def usable(tx: Connection, plan: Plan, *, own_accounts: bool) -> Sequence[Mandate]:
    """What the plan may be booked under now, in order of use: words that stand and cover its wish.

    With `own_accounts` only those of accounts that open, else that of whoever's name it is.
    """
    query = select(mandates, guests.c.name).join(guests, guests.c.id == mandates.c.guest_id)
    if own_accounts:
        query = query.join(accounts, accounts.c.id == mandates.c.account_id)
        query = query.where(accounts.c.state == AccountState.CONNECTED.value)
    query = query.where(mandates.c.plan_id == plan.id, mandates.c.withdrawn_at.is_(None))
    rows = tx.execute(query.order_by(mandates.c.place, mandates.c.id)).all()
    return [_mandate(_given(row), row.name) for row in rows if row.scope.covers(plan.wish)]


def give(
    tx: Connection,
    plan_id: str,
    *,
    guest_id: int,
    account_id: int | None,
    scope: MandateScope,
    ceiling: Ceiling,
    until: datetime,
    first: bool = False,
    now: datetime,
) -> None:
    """A guest says it, for the first time or anew: with this account, or with none yet. `first`: it is used before
    all others.
    """
    before = of_plan(tx, plan_id)
    same = next((one for one in before if _is_same(one, guest_id, account_id)), None)
    place = _first_place(tx, plan_id) if first else _last_place(tx, plan_id)
    values: dict[str, object] = {
        "account_id": account_id,
        "scope": scope,
        "ceiling": ceiling,
        "until": until,
        "given_at": now,
        "withdrawn_at": None,
    }
    if same is None:
        tx.execute(
            insert(mandates).values(
                values | {"plan_id": plan_id, "guest_id": guest_id, "version": 1, "place": place}
            )
        )
        return
    if first:
        values["place"] = place
    tx.execute(
        update(mandates).where(mandates.c.id == same.id).values(values | {"version": same.version + 1})
    )


def use(tx: Connection, given: Given, account_id: int | None) -> None:
    """What was said without an account holds for this one of the same guest; None: for none any more."""
    tx.execute(update(mandates).where(mandates.c.id == given.id).values(account_id=account_id))


def agree(tx: Connection, given: Given, ceiling: Ceiling, *, now: datetime) -> None:
    """Its guest agrees to another cost."""
    values = {"ceiling": ceiling, "version": given.version + 1, "given_at": now, "withdrawn_at": None}
    tx.execute(update(mandates).where(mandates.c.id == given.id).values(values))


def withdraw(tx: Connection, given: Given, *, now: datetime) -> None:
    """It counts no more until its guest says it again."""
    tx.execute(update(mandates).where(mandates.c.id == given.id).values(withdrawn_at=now))


def take_back(tx: Connection, given: Given) -> None:
    """As if it had never been said."""
    tx.execute(delete(mandates).where(mandates.c.id == given.id))


def reassign(tx: Connection, before: int, after: int) -> None:
    """Two guests turn out to be the same human: what one said the other said."""
    tx.execute(update(mandates).where(mandates.c.guest_id == before).values(guest_id=after))


def _is_same(one: Given, guest_id: int, account_id: int | None) -> bool:
    """Whether the new word takes the place of this one: of the same account, or of the same guest without one."""
    if one.guest_id != guest_id:
        return False
    return one.account_id == account_id or one.account_id is None


def _first_place(tx: Connection, plan_id: str) -> int:
    query = select(func.min(mandates.c.place)).where(mandates.c.plan_id == plan_id)
    found = tx.execute(query).scalar_one()
    return 0 if found is None else found - 1


def _last_place(tx: Connection, plan_id: str) -> int:
    query = select(func.max(mandates.c.place)).where(mandates.c.plan_id == plan_id)
    found = tx.execute(query).scalar_one()
    return 0 if found is None else found + 1


def _given(row: Row[tuple[object, ...]]) -> Given:
    return Given(
        id=row.id,
        plan_id=row.plan_id,
        guest_id=row.guest_id,
        account_id=row.account_id,
        scope=row.scope,
        ceiling=row.ceiling,
        version=row.version,
        until=row.until,
        withdrawn_at=row.withdrawn_at,
    )


def _mandate(given: Given, name: str) -> Mandate:
    booker = Booker(guest_id=given.guest_id, name=name, account_id=given.account_id)
    return Mandate(
        booker=booker, scope=given.scope, ceiling=given.ceiling, version=given.version, until=given.until
    )
