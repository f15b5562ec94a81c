"""Tables that a platform has confirmed, and whether they are still ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from core.domain.reservation import Reservation, ReservationState
from core.persistence.tables import accounts, plan_friends, plans, reservations


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A reservation with the row it is kept in and the plan it came from.

    `booker_id` is the guest in whose name it was booked, and `account_id` the account with which, where the
    platform has accounts: the platform knows it by that, whoever organises now.
    """

    id: int
    plan_id: str
    booker_id: int
    reservation: Reservation
    booked_at: datetime
    account_id: int | None = None


def add(
    tx: Connection, plan_id: str, reservation: Reservation, *, account_id: int | None = None, now: datetime
) -> int:
    """Keep a confirmed reservation; the same one again changes nothing. Our number of it."""
    if account_id is None:
        booker_id = select(plans.c.organiser_id).where(plans.c.id == plan_id).scalar_subquery()
    else:
        booker_id = select(accounts.c.guest_id).where(accounts.c.id == account_id).scalar_subquery()
    known = of_platform(tx, reservation.venue.platform, reservation.id)
    if known is not None:
        return known.id
    kept = insert(reservations).values(
        plan_id=plan_id,
        booker_id=booker_id,
        account_id=account_id,
        platform=reservation.venue.platform,
        platform_id=reservation.id,
        reservation=reservation,
        starts_at=reservation.starts_at,
        state=reservation.state.value,
        booked_at=now,
    )
    return tx.execute(kept.returning(reservations.c.id)).scalar_one()


def of_platform(tx: Connection, platform: str, platform_id: str) -> Kept | None:
    """The reservation that a platform knows by this id."""
    return _one(tx, (reservations.c.platform == platform) & (reservations.c.platform_id == platform_id))


def get(tx: Connection, row_id: int) -> Kept | None:
    return _one(tx, reservations.c.id == row_id)


def live_of_plan(tx: Connection, plan_id: str) -> Kept | None:
    """The table that a plan holds."""
    live = reservations.c.state == ReservationState.BOOKED.value
    return _one(tx, (reservations.c.plan_id == plan_id) & live)


def any_of_plan(tx: Connection, plan_id: str) -> bool:
    """Whether the plan ever held a table."""
    return _one(tx, reservations.c.plan_id == plan_id) is not None


def upcoming_of(tx: Connection, guest_id: int, now: datetime) -> Sequence[Kept]:
    """Live reservations of plans that a guest organises or comes to, the soonest first."""
    theirs = select(plan_friends.c.plan_id).where(
        plan_friends.c.guest_id == guest_id, plan_friends.c.coming.is_(True)
    )
    query = (
        select(reservations)
        .join(plans, plans.c.id == reservations.c.plan_id)
        .where(
            (plans.c.organiser_id == guest_id) | plans.c.id.in_(theirs),
            reservations.c.state == ReservationState.BOOKED.value,
            reservations.c.starts_at > now,
        )
        .order_by(reservations.c.starts_at)
    )
    return [_kept(row) for row in tx.execute(query).all()]


def not_read_back(tx: Connection, *, booked_after: datetime, now: datetime) -> Sequence[Kept]:
    """Live upcoming tables that their platform has confirmed and not yet listed, the first booked in front."""
    query = (
        select(reservations)
        .where(
            reservations.c.booked_at > booked_after,
            reservations.c.starts_at > now,
            reservations.c.state == ReservationState.BOOKED.value,
        )
        .order_by(reservations.c.booked_at, reservations.c.id)
    )
    found = [_kept(row) for row in tx.execute(query).all()]
    return [kept for kept in found if not kept.reservation.read_back]


def read_back(tx: Connection, row_id: int) -> None:
    """The platform has listed it."""
    kept = get(tx, row_id)
    if kept is not None:
        listed = replace(kept.reservation, read_back=True)
        tx.execute(update(reservations).where(reservations.c.id == row_id).values(reservation=listed))


def cancelled(tx: Connection, row_id: int) -> None:
    """The platform has taken the table back."""
    tx.execute(
        update(reservations).where(reservations.c.id == row_id).values(state=ReservationState.CANCELLED.value)
    )


def _one(tx: Connection, condition: ColumnElement[bool]) -> Kept | None:
    row = tx.execute(select(reservations).where(condition).limit(1)).one_or_none()
    return None if row is None else _kept(row)


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    stands = replace(row.reservation, state=ReservationState(row.state))
    return Kept(
        id=row.id,
        plan_id=row.plan_id,
        booker_id=row.booker_id,
        reservation=stands,
        booked_at=row.booked_at,
        account_id=row.account_id,
    )
