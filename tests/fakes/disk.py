"""A database whose disk is full, or gone, for a while."""

import sqlite3
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from core.persistence.database import Database, Work
from tests.fakes.relay import Relay

T = TypeVar("T")


class FullDisk(Relay):
    """`core.persistence.database.Database` that refuses writes while `full` and everything while `gone`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.full = False
        self.gone = False
        self.room_for: int | None = None
        """How many writes there is room for; None: any number."""
        self.refused = 0

    async def read(self, work: Work[T]) -> T:
        if self.gone:
            raise self._refusal("disk I/O error")
        return await self._database.read(work)

    async def write(self, work: Work[T]) -> T:
        if self.room_for is not None:
            self.full = self.room_for == 0
            self.room_for -= not self.full
        if self.full or self.gone:
            raise self._refusal("database or disk is full")
        return await self._database.write(work)

    def clear(self) -> None:
        """All is well again."""
        self.full, self.gone, self.room_for = False, False, None

    def _refusal(self, why: str) -> OperationalError:
        self.refused += 1
        return OperationalError("COMMIT", None, sqlite3.OperationalError(why))
