"""What the fault tests share."""

import asyncio

import pytest

from tests.fakes.database import InlineDatabase
from tests.faults.undisturbed import Undisturbed, play


@pytest.fixture(scope="session")
def rows() -> InlineDatabase:
    """One database for many evenings, each of which brings its own rows."""
    return InlineDatabase()


@pytest.fixture(scope="session")
def undisturbed(rows: InlineDatabase) -> Undisturbed:
    """An evening on which nothing happens."""
    return asyncio.run(play(rows))
