"""Names under which an install is known elsewhere: found once, and kept whatever becomes of the key."""

from sqlalchemy import Connection, insert, select

from core.persistence.tables import names


def kept(tx: Connection, what: str, name: str) -> str:
    """The name for `what`; `name` becomes it where there is none yet."""
    known = tx.execute(select(names.c.name).where(names.c.what == what)).scalar_one_or_none()
    if known is not None:
        return known
    tx.execute(insert(names).values(what=what, name=name))
    return name
