"""How alembic meets our tables, on the connection and in the transaction of `core.persistence.migrate`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

import platforms.house.engine.tables  # noqa: F401 - its tables join the metadata
from core.persistence.tables import metadata


def as_plain_type(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write a column type of ours as the plain one below it: a migration outlives the code of its day."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=context.config.attributes.get("batch", True),
    render_item=as_plain_type,
    transactional_ddl=False,  # the caller's transaction holds it all
)
context.run_migrations()
