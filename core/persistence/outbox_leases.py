"""Which messages are due, and who has them in hand: one after the other in each lane."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, or_, select, text, update

from core.persistence import leasing
from core.persistence.outbox import PENDING, OutboxMessage, message_of
from core.persistence.tables import outbox

_LANE = outbox.c.chat_id

# What runs at every look is put together once, as in `core.persistence.outbox`.
_others_until = case((outbox.c.lease_owner != bindparam("claimant"), outbox.c.lease_until))
_ranked = (
    select(
        outbox,
        func.row_number()
        .over(partition_by=_LANE, order_by=(outbox.c.urgent.desc(), outbox.c.due_at, outbox.c.id))
        .label("place"),
        func.max(_others_until).over(partition_by=_LANE).label("lane_held_until"),
    )
    .where(PENDING, outbox.c.due_at <= bindparam("now"))
    .where(_LANE.not_in(bindparam("busy", expanding=True)))
    .subquery()
)
_FIRST = (
    _ranked.c.place == 1,
    or_(_ranked.c.lane_held_until.is_(None), _ranked.c.lane_held_until <= bindparam("now")),
)
_IN_ORDER = (_ranked.c.urgent.desc(), _ranked.c.due_at, _ranked.c.id)
_DUE = select(_ranked).where(*_FIRST).order_by(*_IN_ORDER).limit(bindparam("most"))
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(select(_ranked.c.id).where(*_FIRST).order_by(*_IN_ORDER).limit(bindparam("most"))))
    .where(leasing.free(outbox, bindparam("now")) | (outbox.c.lease_owner == bindparam("claimant")))
    .values(leasing.taken(outbox, owner=bindparam("claimant"), until=bindparam("held_until")))
    .returning(outbox)
)
_ONE_CLAIM_AT_A_TIME = text("SELECT pg_advisory_xact_lock(4104105)")
_NEXT_DUE = select(outbox.c.due_at).where(PENDING).order_by(outbox.c.due_at).limit(1)


def due(
    tx: Connection, *, now: datetime, busy: Collection[int], limit: int, owner: str = ""
) -> Sequence[OutboxMessage]:
    """Messages that `owner` may take in hand now: the first of each lane that is not `busy` and in which nobody
    else has one in hand, urgent ones before others.
    """
    asked = {"now": now, "busy": list(busy), "most": limit, "claimant": owner}
    return [message_of(row) for row in tx.execute(_DUE, asked).all()]


def claim_due(
    tx: Connection, *, owner: str, now: datetime, lease: timedelta, busy: Collection[int], limit: int
) -> Sequence[OutboxMessage]:
    """Take in hand what is `due`. What `owner` has had in hand and let rest is taken anew."""
    if tx.dialect.name != "sqlite":  # two that choose at once could choose two of one lane
        tx.execute(_ONE_CLAIM_AT_A_TIME)
    asked = {"now": now, "busy": list(busy), "most": limit, "claimant": owner, "held_until": now + lease}
    claimed = [message_of(row) for row in tx.execute(_CLAIM, asked).all()]
    return sorted(claimed, key=lambda one: (not one.urgent, one.due_at, one.id))


def renew(
    tx: Connection, *, owner: str, ids: Collection[int], now: datetime, lease: timedelta
) -> Collection[tuple[int, int]]:
    """Keep the messages that `owner` has in hand; those still held, with their fences."""
    return leasing.renew(tx, outbox, owner=owner, ids=ids, now=now, lease=lease)


def lapse_all(tx: Connection, owner: str) -> None:
    """Let go of what `owner` had in hand, as if every lease had lapsed: it is no more."""
    leasing.let_go(tx, outbox, PENDING & (outbox.c.lease_owner == owner))


def next_due_at(tx: Connection) -> datetime | None:
    """When the next message is due."""
    return tx.execute(_NEXT_DUE).scalar_one_or_none()
