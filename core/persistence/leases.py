"""Who may use something that only one at a time may use, and until when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.persistence.tables import leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    owner: str
    until: datetime


def find(tx: Connection, name: str) -> Lease | None:
    row = tx.execute(select(leases.c.owner, leases.c.until).where(leases.c.name == name)).one_or_none()
    return None if row is None else Lease(owner=row.owner, until=row.until)


def take(tx: Connection, name: str, new: Lease, *, seen: Lease | None) -> bool:
    """Put `new` in the place of what was `seen`; False when that is not what is there any more."""
    if seen is None:
        try:
            with tx.begin_nested():
                tx.execute(insert(leases).values(name=name, owner=new.owner, until=new.until))
        except IntegrityError:
            return False
        return True
    change = (
        update(leases)
        .where(leases.c.name == name, leases.c.owner == seen.owner, leases.c.until == seen.until)
        .values(owner=new.owner, until=new.until)
    )
    return tx.execute(change).rowcount == 1


def renew(tx: Connection, name: str, lease: Lease) -> bool:
    """False when somebody else has it."""
    change = (
        update(leases).where(leases.c.name == name, leases.c.owner == lease.owner).values(until=lease.until)
    )
    return tx.execute(change).rowcount == 1


def give_back(tx: Connection, name: str, owner: str) -> None:
    """Let the next one have it at once; nothing happens when it is somebody else's."""
    tx.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
