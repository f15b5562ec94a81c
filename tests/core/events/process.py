"""A process of its own that makes facts true, or hears of them: `python -m tests.core.events.process`."""

import asyncio
import random
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, select, update

from core.clock import SystemClock
from core.domain.fact import FriendJoined
from core.events.feed import Feed
from core.persistence import facts
from core.persistence.commit_look import commit_look
from core.persistence.database import Database
from core.persistence.open_database import open_database
from core.persistence.tables import names
from core.runtime.bell import Bell
from core.runtime.foreign_commits import ForeignCommits
from core.runtime.quiet_window import QuietWindow
from tests.core.events.counting import Counting

SUBJECTS = ("a", "b", "c")


class ChangedItsMind(Exception):
    """The transaction is undone."""


async def write(database: Database, seed: int, transactions: int) -> None:
    """Count up shared subjects, and record each step; some steps are taken back, and some take their time."""
    chance, clock = random.Random(seed), SystemClock()

    def work(tx: Connection) -> None:
        for subject in sorted(chance.sample(SUBJECTS, chance.choice((1, 1, 2)))):
            row = select(names.c.name).where(names.c.what == subject).with_for_update()
            number = int(tx.execute(row).scalar_one()) + 1
            tx.execute(update(names).where(names.c.what == subject).values(name=str(number)))
            facts.record(tx, FriendJoined(plan_id=subject, guest_id=number), now=clock.now())
            time.sleep(chance.choice((0, 0, 0, 0.002, 0.01)))
        if chance.random() < 0.2:
            raise ChangedItsMind

    async def one() -> None:
        for _ in range(transactions):
            with suppress(ChangedItsMind):
                await database.write(work)
            await clock.sleep(timedelta(milliseconds=chance.choice((0, 5, 60))))

    await asyncio.gather(one(), one())


async def hear(database: Database, file: Path) -> None:
    """For ever: another one kills it."""
    clock, quiet_window, bell = SystemClock(), QuietWindow(), Bell()
    feed = Feed(
        database=database,
        clock=clock,
        quiet_window=quiet_window,
        subscribers=(Counting(file),),
        bell=bell,
    )
    bell.listen(feed.poke)
    foreign_commits = ForeignCommits(
        look=commit_look(database), clock=clock, quiet_window=quiet_window, bell=bell
    )
    foreign_commits.start()
    await feed.run()


async def main(what: str, url: str, *more: str) -> None:
    database = open_database(url)
    if what == "hear":
        await hear(database, Path(more[0]))
    else:
        await write(database, int(more[0]), int(more[1]))
    await database.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
