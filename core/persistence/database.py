"""One database, two ways in: read and write. A transaction is a plain function: it never spans an `await`."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

T = TypeVar("T")
Work = Callable[[Connection], T]

DatabaseAway = OperationalError
"""What a transaction raises where the database can't be reached or written for now."""


class Database(Protocol):
    """What repositories are called through: `await database.write(lambda tx: plans.add(tx, plan))`."""

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a consistent view."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction: committed when this returns, undone when `work` raises.

        `work` may be run again from the start where the database asks for it, so it has no effect outside.
        """
        ...

    @property
    def engine(self) -> Engine: ...

    async def aclose(self) -> None: ...
