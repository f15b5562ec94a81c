"""What the fault tests share."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from tests.fakes.database import InlineDatabase
from tests.faults.undisturbed import Undisturbed, play


@pytest.fixture(scope="session", autouse=True)
def _no_threads() -> Iterator[None]:
    """The clock of a test does not wait for threads: what the chat side gives to one is done at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "to_thread", _here)
        yield


async def _here(work: Callable[..., object], *args: object, **named: object) -> object:
    return work(*args, **named)


@pytest.fixture(scope="session")
def rows() -> InlineDatabase:
    """One database for many evenings, each of which brings its own rows."""
    return InlineDatabase()


@pytest.fixture(scope="session")
def undisturbed(rows: InlineDatabase) -> Undisturbed:
    """An evening on which nothing happens."""
    return asyncio.run(play(rows))
