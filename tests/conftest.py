"""What every part of the suite may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer, postgres

# How long one example takes says more of the machine than of the code.
settings.register_profile("fourtop", deadline=None, print_blob=True)
settings.load_profile("fourtop")


os.environ["FOURTOP_RESY"] = "false"  # no test reaches for a platform outside this machine


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test process; skips, with the reason, where there is none."""
    with postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fourtop.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def postgres_tables_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database with every table, all empty; quicker than an empty database."""
    with postgres_server.tables() as url:
        yield url
