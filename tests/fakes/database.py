"""The real tables and the real SQL in SQLite's memory, without threads: a transaction in one turn."""

import weakref

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from core.persistence.database import T, Work
from core.persistence.tables import metadata


class InlineDatabase:
    """`core.persistence.database.Database`, deterministic under a fake clock."""

    def __init__(self) -> None:
        self._engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(self._engine, "connect", _configure)
        weakref.finalize(self, self._engine.dispose)  # Python 3.13 warns of a connection that nobody closed
        metadata.create_all(self._engine)

    @property
    def engine(self) -> Engine:
        return self._engine

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def write(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                answer = work(connection)
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")
            return answer

    async def aclose(self) -> None:
        self._engine.dispose()


def _configure(connection: object, _: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]


__all__ = ["Connection", "InlineDatabase"]
