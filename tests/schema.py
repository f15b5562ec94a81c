"""Every table there is."""

from sqlalchemy import Engine

import platforms.house.engine.tables
from core.persistence.tables import metadata


def create_tables(engine: Engine) -> None:
    """Make every table that is missing, in one transaction: SQLite would else go to the disk for each."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        metadata.create_all(connection)
        connection.exec_driver_sql("COMMIT")


__all__ = ["create_tables", "metadata", "platforms"]
