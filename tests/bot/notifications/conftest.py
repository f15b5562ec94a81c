"""A transaction on a database of its own."""

import pytest

from tests.fakes.database import InlineDatabase


@pytest.fixture
async def tx():
    database = InlineDatabase()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        yield connection
        connection.exec_driver_sql("ROLLBACK")
    await database.aclose()
