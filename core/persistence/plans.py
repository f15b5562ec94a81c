"""Plans, and who is in them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Row, Select, delete, false, func, insert, or_, select, update

from core.domain.booking import Booker
from core.domain.mandate import MandateScope
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState, check
from core.domain.terms import ANY_LATE_FEE, Ceiling
from core.domain.venue import Venue, VenueRef
from core.errors import PlanOver
from core.persistence import mandates
from core.persistence.tables import accounts, guests, plan_friends, plans
from core.persistence.tables import mandates as mandates_table

_BOOKERS = select(accounts.c.id, accounts.c.guest_id, guests.c.name).join(
    guests, guests.c.id == accounts.c.guest_id
)
_OVER = [state.value for state in PlanState if state.over]
_CAME_TO_NOTHING = [PlanState.LOST.value, PlanState.CANCELLED.value]


def add(tx: Connection, plan: Plan, *, ceiling: Ceiling = ANY_LATE_FEE) -> None:
    """Keep a new plan with its friends, and the word for it, up to the ceiling, of whose accounts these are: or its
    organiser's without one.
    """
    tx.execute(
        insert(plans).values(
            id=plan.id,
            organiser_id=plan.organiser_id,
            chat_id=plan.chat_id,
            thread_id=plan.thread_id,
            wish=plan.wish,
            venue_name=plan.venue_name,
            zone=plan.zone,
            on_day=plan.wish.on,
            state=plan.state.value,
            created_at=plan.created_at,
        )
    )
    for guest_id in plan.friends:
        set_coming(tx, plan.id, guest_id, coming=True)
    for account_id in plan.accounts or (None,):
        mandates.give(
            tx,
            plan.id,
            guest_id=plan.organiser_id if account_id is None else _guest_of(tx, account_id),
            account_id=account_id,
            scope=MandateScope.of(plan.wish),
            ceiling=ceiling,
            until=plan.wish.first_at(plan.zone),
            now=plan.created_at,
        )


def _guest_of(tx: Connection, account_id: int) -> int:
    return tx.execute(select(accounts.c.guest_id).where(accounts.c.id == account_id)).scalar_one()


def get(tx: Connection, plan_id: str) -> Plan:
    """The plan. Raises `PlanOver` for one that never was or is forgotten."""
    row = tx.execute(select(plans).where(plans.c.id == plan_id)).one_or_none()
    if row is None:
        raise PlanOver(plan_id)
    return _plan(tx, row)


def move(tx: Connection, plan_id: str, to_state: PlanState) -> None:
    """Write the plan's next state; one that it has already is left. Raises `IllegalTransition` against the table."""
    query = select(plans.c.state).where(plans.c.id == plan_id).with_for_update()
    state = PlanState(tx.execute(query).scalar_one())
    if state is not to_state:
        check(state, to_state)
        tx.execute(update(plans).where(plans.c.id == plan_id).values(state=to_state.value))


def set_wish(tx: Connection, plan_id: str, wish: Wish, venue: Venue) -> None:
    """Want something else."""
    tx.execute(
        update(plans)
        .where(plans.c.id == plan_id)
        .values(wish=wish, on_day=wish.on, venue_name=venue.name, zone=venue.zone)
    )


def set_organiser(tx: Connection, plan_id: str, guest_id: int) -> None:
    """Hand the plan over."""
    tx.execute(update(plans).where(plans.c.id == plan_id).values(organiser_id=guest_id))


def set_coming(tx: Connection, plan_id: str, guest_id: int, *, coming: bool) -> None:
    """Write down whether a friend comes along; the last word counts."""
    mine = (plan_friends.c.plan_id == plan_id) & (plan_friends.c.guest_id == guest_id)
    tx.execute(delete(plan_friends).where(mine))
    tx.execute(insert(plan_friends).values(plan_id=plan_id, guest_id=guest_id, coming=coming))


def coming(tx: Connection, plan_id: str) -> tuple[int, ...]:
    """Ids of the guests who come, in no order that means anything."""
    query = select(plan_friends.c.guest_id).where(
        plan_friends.c.plan_id == plan_id, plan_friends.c.coming.is_(True)
    )
    return tuple(tx.execute(query.order_by(plan_friends.c.guest_id)).scalars())


def booker(tx: Connection, account_id: int) -> Booker | None:
    """Whoever books with an account, whatever its state; None for one that is not there any more."""
    row = tx.execute(_BOOKERS.where(accounts.c.id == account_id)).one_or_none()
    return None if row is None else Booker(guest_id=row.guest_id, name=row.name, account_id=row.id)


def of_guest(tx: Connection, guest_id: int) -> Sequence[Plan]:
    """Plans under way that a guest organises or comes to, the soonest day first."""
    theirs = select(plan_friends.c.plan_id).where(
        plan_friends.c.guest_id == guest_id, plan_friends.c.coming.is_(True)
    )
    query = select(plans).where((plans.c.organiser_id == guest_id) | plans.c.id.in_(theirs))
    return _all(tx, query.where(plans.c.state.not_in(_OVER)))


def under_way(tx: Connection) -> Sequence[str]:
    """The ids of all plans under way."""
    query = select(plans.c.id).where(plans.c.state.not_in(_OVER))
    return tx.execute(query.order_by(plans.c.on_day, plans.c.id)).scalars().all()


def of_chat(tx: Connection, chat_id: int) -> Sequence[Plan]:
    """Plans under way that live in a chat, the soonest day first."""
    return _all(tx, select(plans).where(plans.c.chat_id == chat_id, plans.c.state.not_in(_OVER)))


def rivals(tx: Connection, guest_id: int, venue: VenueRef, on: date) -> Sequence[Plan]:
    """Live or booked plans of the same organiser for the same venue and day: one table per party and meal."""
    query = select(plans).where(
        plans.c.organiser_id == guest_id,
        plans.c.on_day == on,
        plans.c.state.not_in(_CAME_TO_NOTHING),
    )
    return [plan for plan in _all(tx, query) if plan.wish.venue == venue]


def of_circle(tx: Connection, plan: Plan, *, locked: bool = False) -> Sequence[Plan]:
    """Other live or booked plans for the same venue and day that share the chat, a guest or an account with it.

    `locked` makes transactions that ask so of one circle come one after the other.
    """
    people = plan.people
    theirs = select(plan_friends.c.plan_id).where(
        plan_friends.c.guest_id.in_(people), plan_friends.c.coming.is_(True)
    )
    shared = select(mandates_table.c.plan_id).where(mandates_table.c.account_id.in_(plan.accounts))
    query = select(plans).where(
        plans.c.on_day == plan.wish.on,
        plans.c.state.not_in(_CAME_TO_NOTHING),
        or_(
            false() if plan.chat_id is None else plans.c.chat_id == plan.chat_id,
            plans.c.organiser_id.in_(people),
            plans.c.id.in_(theirs),
            plans.c.id.in_(shared),
        ),
    )
    if locked:
        query = query.with_for_update()  # its own row among them: that is what the others wait for
    found = _all(tx, query)
    return [other for other in found if other.id != plan.id and other.wish.venue == plan.wish.venue]


def count_of(tx: Connection, guest_id: int) -> int:
    """How many plans a guest has ever organised."""
    return len(tx.execute(select(plans.c.id).where(plans.c.organiser_id == guest_id)).all())


def live_count_of(tx: Connection, guest_id: int) -> int:
    """How many plans of a guest are under way."""
    mine = (plans.c.organiser_id == guest_id) & plans.c.state.not_in(_OVER)
    return tx.execute(select(func.count()).select_from(plans).where(mine)).scalar_one()


def reassign(tx: Connection, before: int, after: int) -> None:
    """Give everything of one guest to another, when two turn out to be the same human."""
    tx.execute(update(plans).where(plans.c.organiser_id == before).values(organiser_id=after))
    for row in tx.execute(select(plan_friends).where(plan_friends.c.guest_id == before)).all():
        set_coming(tx, row.plan_id, after, coming=row.coming)
    tx.execute(delete(plan_friends).where(plan_friends.c.guest_id == before))


def _all(tx: Connection, query: Select[tuple[object, ...]]) -> list[Plan]:
    return [_plan(tx, row) for row in tx.execute(query.order_by(plans.c.on_day, plans.c.id)).all()]


def _plan(tx: Connection, row: Row[tuple[object, ...]]) -> Plan:
    return Plan(
        id=row.id,
        organiser_id=row.organiser_id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        wish=row.wish,
        venue_name=row.venue_name,
        zone=row.zone,
        state=PlanState(row.state),
        created_at=row.created_at,
        friends=coming(tx, row.id),
        accounts=_accounts(tx, row.id),
    )


def _accounts(tx: Connection, plan_id: str) -> tuple[int, ...]:
    query = select(mandates_table.c.account_id).where(
        mandates_table.c.plan_id == plan_id, mandates_table.c.account_id.is_not(None)
    )
    return tuple(tx.execute(query.order_by(mandates_table.c.place, mandates_table.c.id)).scalars())
