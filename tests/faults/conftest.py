"""What the fault tests share."""

import pytest

from tests.fakes.database import InlineDatabase


@pytest.fixture(scope="session")
def rows() -> InlineDatabase:
    """One database for many evenings, each of which brings its own rows."""
    return InlineDatabase()
