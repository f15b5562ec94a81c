"""A new subscriber hears every fact, while processes write at the same time and its own dies again and again."""

import asyncio
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from core.persistence import facts, tables
from core.persistence.open_database import open_database
from tests.core.events import counting
from tests.core.events.process import SUBJECTS

ROOT = Path(__file__).parents[3]
TRANSACTIONS = 120
DEATHS = 3


async def started(*arguments: object) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.core.events.process", *map(str, arguments), cwd=ROOT
    )


@pytest.mark.realtime
async def test_what_two_processes_record_is_heard_by_a_third_however_often_it_is_killed(
    database_url, tmp_path
):
    chance, heard = random.Random(database_url[:6]), tmp_path / "heard"
    heard.touch()
    database = open_database(database_url)
    tables.metadata.create_all(database.engine)
    counting.metadata.create_all(database.engine)
    await database.write(
        lambda tx: tx.execute(insert(tables.names), [{"what": one, "name": "0"} for one in SUBJECTS])
    )

    async def until(condition, *, seconds=30.0) -> None:
        async with asyncio.timeout(seconds):
            while not await database.read(condition):  # noqa: ASYNC110 - it is another process that does it
                await asyncio.sleep(0.02)

    def counted(tx) -> list:
        return list(tx.execute(select(counting.heard).order_by(counting.heard.c.place)).all())

    listener = await started("hear", database_url, heard)
    await until(lambda tx: facts.position(tx, "counting"))
    writers = [await started("write", database_url, seed, TRANSACTIONS) for seed in (1, 2)]
    for _ in range(DEATHS):
        begun, since = heard.stat().st_size, time.monotonic()
        while heard.stat().st_size == begun and time.monotonic() - since < 3:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.001)
        await asyncio.sleep(chance.random() / 50)
        listener.kill()
        await listener.wait()
        listener = await started("hear", database_url, heard)
    assert [await one.wait() for one in writers] == [0, 0]

    def numbers(tx) -> dict[str, int]:
        return {row.what: int(row.name) for row in tx.execute(select(tables.names)).all()}

    reached = await database.read(numbers)
    try:
        await until(lambda tx: len(counted(tx)) >= sum(reached.values()))
    finally:
        listener.kill()
        await listener.wait()
    rows = await database.read(counted)
    for subject in SUBJECTS:
        assert [row.number for row in rows if row.subject == subject] == list(range(1, reached[subject] + 1))
    outside = Counter(map(int, heard.read_text().split()))
    assert set(outside) == {row.fact_id for row in rows}, "none missing, none that was undone"
    assert len(rows) == sum(reached.values()) > TRANSACTIONS
    await database.aclose()
