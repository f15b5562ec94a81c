"""Keys to our HTTP interfaces: only a digest of each is kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.domain.api_key import ApiKey, KeyScope
from core.persistence.tables import api_keys

_k = api_keys.c


def add(tx: Connection, *, name: str, digest: str, scope: KeyScope, now: datetime) -> bool:
    """Keep a new key; False where one of that name is in use."""
    row = {
        "name": name,
        "digest": digest,
        "verbs": scope.verbs,
        "venues": scope.venues,
        "made_at": now,
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(api_keys), row)
    except IntegrityError:
        return False
    return True


def of_digest(tx: Connection, digest: str) -> ApiKey | None:
    """The key of that digest, unless it was revoked."""
    query = select(api_keys).where(_k.digest == digest, _k.revoked_at.is_(None))
    row = tx.execute(query).one_or_none()
    return None if row is None else _key(row)


def all_keys(tx: Connection) -> Sequence[ApiKey]:
    """Every key there ever was, in the order of their making."""
    return [_key(row) for row in tx.execute(select(api_keys).order_by(_k.id))]


def used(tx: Connection, key_id: int, *, at: datetime) -> None:
    """The key was used; nothing changes where a later time is known."""
    later = _k.last_used_at.is_(None) | (_k.last_used_at < at)
    tx.execute(update(api_keys).where(_k.id == key_id, later).values(last_used_at=at))


def revoke(tx: Connection, name: str, *, now: datetime) -> bool:
    """The key of that name opens nothing any more; False where none is in use."""
    mine = (_k.name == name) & _k.revoked_at.is_(None)
    return tx.execute(update(api_keys).where(mine).values(revoked_at=now)).rowcount > 0


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scope=KeyScope(verbs=row.verbs, venues=row.venues),
        made_at=row.made_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
