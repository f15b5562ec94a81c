"""Opens the database that a URL names."""

from core.persistence.database import Database
from core.persistence.database_url import with_our_driver
from core.persistence.postgres_database import PostgresDatabase
from core.persistence.sqlite_database import SqliteDatabase


def open_database(url: str) -> Database:
    """`sqlite:///path` or `postgresql://…`; raises `BadInput` for anything else. Connects when used."""
    ours = with_our_driver(url)
    address = ours.render_as_string(hide_password=False)
    return SqliteDatabase(address) if ours.drivername == "sqlite" else PostgresDatabase(address)
