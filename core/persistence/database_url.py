"""Where the database is, as a host writes it; read, shown and passed on without giving its password away."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import BadInput

VARIABLE = "FOURTOP_DATABASE_URL"
_EXPECTED = "Expected sqlite:///path/to/file.db or postgresql://name:password@host/database."
_POSTGRES = frozenset({"", "psycopg", "psycopg2", "psycopg_async", "asyncpg", "pg8000"})
_ACCEPTED: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset({"", "pysqlite", "aiosqlite"}),
    "postgresql": _POSTGRES,
    "postgres": _POSTGRES,
}
"""Drivers that a URL may name, as other programs want them: the one that is shipped is used in their place."""


def with_our_driver(url: str) -> URL:
    """The URL with the driver that is shipped. Raises `BadInput` for what is no address of a database of ours."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a ValueError holds the part that should have been a port
        raise BadInput(VARIABLE, _EXPECTED) from None
    backend, _, driver = parsed.drivername.partition("+")
    if driver not in _ACCEPTED.get(backend, ()):
        raise BadInput(VARIABLE, _EXPECTED)
    if "@" in (parsed.host or ""):  # the rest of a password, which would be shown as the host
        raise BadInput(VARIABLE, f"{_EXPECTED} An @ in the password is written %40.")
    if backend == "sqlite" and parsed.host:
        raise BadInput(VARIABLE, f"{_EXPECTED} Three slashes come before a file's name.")
    return parsed.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def file_of(url: str) -> Path | None:
    """Where SQLite's file is; None for a database that is no file. Raises `BadInput` as `with_our_driver` does."""
    ours = with_our_driver(url)
    path = ours.database
    if ours.drivername != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        return None
    return Path(path)


def shown(engine: Engine) -> str:
    """The database's URL for people to read: without a password, in whichever of its places."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def without_password(url: str) -> str:
    """A database's URL as its own programs take it, and without its password, which stands in either of two places.

    Raises `BadInput` as `with_our_driver` does.
    """
    ours = with_our_driver(url).difference_update_query(["password", "sslpassword"])
    return URL.create(
        ours.get_backend_name(), ours.username, None, ours.host, ours.port, ours.database, ours.query
    ).render_as_string()


def password_in(url: str) -> str | None:
    """The password of a database's URL as the server takes it, wherever it stands; None without one."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    stated = parsed.query.get("password")
    return parsed.password or (stated if isinstance(stated, str) else None)
