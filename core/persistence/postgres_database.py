"""PostgreSQL through a small pool of threads."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from core import unit
from core.persistence.database import T, Work
from core.persistence.statements import count_statements, do, statements

_WRITERS = 8
_RETRIES = 5
_TRY_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock: PostgreSQL asks for another go


class PostgresDatabase:
    """PostgreSQL through a small pool of threads."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url, pool_size=_WRITERS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        count_statements(self._engine)
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="database")

    @property
    def engine(self) -> Engine:
        return self._engine

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def write(self, work: Work[T]) -> T:
        answer, queries = await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)
        unit.add(queries=queries)
        return answer

    async def aclose(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    def _run(self, work: Work[T]) -> tuple[T, int]:
        """What it answers, and the statements that took."""
        before = statements.run
        for _ in range(_RETRIES):
            try:
                with self._engine.begin() as connection:
                    return do(work, connection), statements.run - before
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
        with self._engine.begin() as connection:
            return do(work, connection), statements.run - before
