"""One-time codes: only a keyed digest is kept."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from core.persistence.tables import codes


def add(tx: Connection, *, digest: str, purpose: str, guest_id: int | None, expires_at: datetime) -> None:
    """Keep a code; an older one of the same purpose and guest no longer works."""
    mine = codes.c.guest_id.is_(None) if guest_id is None else codes.c.guest_id == guest_id
    tx.execute(delete(codes).where(codes.c.purpose == purpose, mine))
    tx.execute(insert(codes).values(digest=digest, purpose=purpose, guest_id=guest_id, expires_at=expires_at))


def use(tx: Connection, *, digest: str, purpose: str, now: datetime) -> tuple[int | None] | None:
    """Spend a code: whose it was (a guest id, or None for nobody's), in a tuple; None when it opens nothing."""
    query = select(codes).where(
        codes.c.digest == digest, codes.c.purpose == purpose, codes.c.expires_at > now
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    tx.execute(delete(codes).where(codes.c.digest == digest))
    return (row.guest_id,)
