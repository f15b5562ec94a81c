"""One-time codes: only a keyed digest is kept. Beside them, how often a guest has given one lately."""

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from core.persistence.tables import codes

_TRY = "try"


def add(tx: Connection, *, digest: str, purpose: str, guest_id: int | None, expires_at: datetime) -> None:
    """Keep a code; an older one of the same purpose and guest no longer works."""
    mine = codes.c.guest_id.is_(None) if guest_id is None else codes.c.guest_id == guest_id
    tx.execute(delete(codes).where(codes.c.purpose == purpose, mine))
    tx.execute(insert(codes).values(digest=digest, purpose=purpose, guest_id=guest_id, expires_at=expires_at))


def owner(tx: Connection, *, digest: str, purpose: str, now: datetime) -> int | None:
    """The guest whose code that is, without spending it."""
    mine = (codes.c.digest == digest) & (codes.c.purpose == purpose) & (codes.c.expires_at > now)
    return tx.execute(select(codes.c.guest_id).where(mine)).scalar_one_or_none()


def use(tx: Connection, *, digest: str, purpose: str, now: datetime) -> tuple[int | None] | None:
    """Spend a code: whose it was (a guest id, or None for nobody's), in a tuple; None when it opens nothing."""
    mine = (codes.c.digest == digest) & (codes.c.purpose == purpose) & (codes.c.expires_at > now)
    row = tx.execute(delete(codes).where(mine).returning(codes.c.guest_id)).one_or_none()
    return None if row is None else (row.guest_id,)


def forget(tx: Connection, digest: str) -> None:
    """The code opens nothing any more."""
    tx.execute(delete(codes).where(codes.c.digest == digest))


def tried(tx: Connection, guest_id: int, *, now: datetime) -> int:
    """How many codes the guest has given lately."""
    query = select(func.count()).select_from(codes).where(_tries(guest_id), codes.c.expires_at > now)
    return tx.execute(query).scalar_one()


def note_try(tx: Connection, guest_id: int, *, expires_at: datetime) -> None:
    """The guest gives a code; remembered until `expires_at`."""
    tx.execute(
        insert(codes).values(
            digest=secrets.token_hex(32), purpose=_TRY, guest_id=guest_id, expires_at=expires_at
        )
    )


def forget_tries(tx: Connection, guest_id: int) -> None:
    """The guest gave a right one."""
    tx.execute(delete(codes).where(_tries(guest_id)))


def forget_expired(tx: Connection, *, before: datetime) -> None:
    """Drop what has long expired."""
    tx.execute(delete(codes).where(codes.c.expires_at < before))


def _tries(guest_id: int) -> ColumnElement[bool]:
    return (codes.c.purpose == _TRY) & (codes.c.guest_id == guest_id)
