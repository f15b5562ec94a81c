"""A database that stands before another one and passes on what it is asked."""

from typing import TypeVar

from sqlalchemy import Engine

from core.persistence.database import Database, Work

T = TypeVar("T")


class Relay:
    """`core.persistence.database.Database`; whoever extends it does something on the way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def engine(self) -> Engine:
        return self._database.engine

    async def read(self, work: Work[T]) -> T:
        return await self._database.read(work)

    async def write(self, work: Work[T]) -> T:
        return await self._database.write(work)

    async def aclose(self) -> None:
        await self._database.aclose()
