"""An open database of either kind, with every table."""

from collections.abc import AsyncIterator

import pytest

from core.persistence.database import Database
from core.persistence.open_database import open_database
from tests.schema import create_tables


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/house.db"
    else:
        url = request.getfixturevalue("postgres_tables_url")
    database = open_database(url)
    create_tables(database.engine)
    yield database
    await database.aclose()
