"""Facts reach their subscribers, each at its own pace, whatever becomes of one of them."""

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import OperationalError

from core.domain.fact import FriendJoined
from core.events.feed import Feed
from core.persistence import facts, tables
from core.persistence.database import Database
from core.persistence.facts import Position, Recorded
from core.persistence.open_database import open_database
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from tests.fakes.clock import FakeClock, settle
from tests.fakes.database import InlineDatabase

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Died(BaseException):
    """The process is no more."""


@dataclass
class Ears:
    """A subscriber that keeps what it heard and missed, in memory and in a table; some of it makes it raise."""

    name: str = "ears"
    heard: list[int] = field(default_factory=list)
    began: list[datetime] = field(default_factory=list)
    raises_at: set[int] = field(default_factory=set)
    missed_at: list[tuple[int, datetime]] = field(default_factory=list)
    raises_when_missed: bool = False
    error: type[BaseException] = RuntimeError

    def start_over(self, tx: Connection, *, now: datetime) -> None:
        self.began.append(now)

    def hear(self, tx: Connection, recorded: Recorded) -> None:
        assert isinstance(recorded.fact, FriendJoined)
        number = recorded.fact.guest_id
        self.heard.append(number)
        tx.execute(insert(tables.names).values(what=f"{self.name} {number}", name=str(number)))
        if number in self.raises_at:
            raise self.error(number)

    def missed(self, tx: Connection, recorded: Recorded, *, now: datetime) -> None:
        assert isinstance(recorded.fact, FriendJoined)
        number = recorded.fact.guest_id
        self.missed_at.append((number, now))
        tx.execute(insert(tables.names).values(what=f"{self.name} missed {number}", name=f"-{number}"))
        if self.raises_when_missed:
            raise self.error(number)


@dataclass
class Hall:
    """A feed, and the database in which things become true."""

    feed: Feed
    clock: FakeClock
    quiet_window: QuietWindow
    database: Database

    async def told(self, *numbers: int) -> None:
        await record(self.database, *numbers)
        self.feed.poke()
        await settle()

    async def kept(self, name: str = "ears") -> list[int]:
        """What the subscriber has written down, in what was committed; what it missed, with a minus."""
        query = select(tables.names).where(tables.names.c.what.startswith(f"{name} "))
        return sorted(int(row.name) for row in await self.database.read(lambda tx: tx.execute(query).all()))


async def record(database: Database, *numbers: int) -> None:
    def write(tx: Connection) -> None:
        for number in numbers:
            facts.record(tx, FriendJoined(plan_id="p", guest_id=number), now=NOW)

    await database.write(write)


async def from_the_beginning(database: Database, *subscribers: Ears) -> None:
    for each in subscribers:
        start = Position(closed=1) if database.engine.dialect.name == "sqlite" else Position()
        await database.write(lambda tx, each=each, start=start: facts.set_position(tx, each.name, start))


@asynccontextmanager
async def hall(*subscribers: Ears, database: Database | None = None, heard=lambda: None):
    clock, quiet_window, bell = FakeClock(NOW), QuietWindow(), Bell()
    database = database or InlineDatabase()
    feed = Feed(database=database, clock=clock, quiet_window=quiet_window, subscribers=subscribers, bell=bell)
    bell.listen(feed.poke)
    bell.listen(heard)
    running = asyncio.create_task(feed.run())
    await settle()
    try:
        yield Hall(feed, clock, quiet_window, database)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        if isinstance(database, InlineDatabase):
            await database.aclose()


async def test_who_is_new_begins_from_what_is_true_and_hears_what_comes():
    database, ears = InlineDatabase(), Ears()
    await record(database, 1, 2)
    async with hall(ears, database=database) as here:
        assert (ears.began, ears.heard) == ([NOW], [])
        await here.told(3, 4)
        assert (ears.began, ears.heard) == ([NOW], [3, 4])


async def test_who_was_away_goes_on_where_it_was_and_who_comes_later_has_a_position_of_its_own():
    database, old, new = InlineDatabase(), Ears("old"), Ears("new")
    async with hall(old, database=_kept_open(database)) as here:
        await here.told(1)
    await record(database, 2)
    async with hall(old, new, database=database) as here:
        await here.told(3)
        assert (old.heard, new.heard) == ([1, 2, 3], [3])
        assert (len(old.began), len(new.began)) == (1, 1)


async def test_who_was_away_for_longer_than_facts_are_kept_begins_anew_once():
    database, ears = InlineDatabase(), Ears()
    async with hall(ears, database=_kept_open(database)) as here:
        await here.told(1)
    await record(database, 2, 3)
    await database.write(lambda tx: facts.prune(tx, before=NOW + SECOND))
    async with hall(ears, database=database) as here:
        assert len(ears.began) == 2
        await here.told(4)
        assert (len(ears.began), ears.heard) == (2, [1, 4])


async def test_nobody_is_heard_of_without_being_asked_to_look():
    async with hall(ears := Ears()) as here:
        await record(here.database, 1)
        await settle()
        assert ears.heard == []
        here.feed.poke()
        await settle()
        assert ears.heard == [1]


async def test_many_facts_are_heard_in_several_transactions_each_of_which_is_said():
    said = []
    async with hall(ears := Ears(), heard=lambda: said.append(len(ears.heard))) as here:
        said.clear()
        await here.told(*range(120))
        assert ears.heard == list(range(120))
        assert said == [*range(16, 120, 16), 120]


async def test_around_a_drop_nobody_hears_anything():
    async with hall(ears := Ears()) as here:
        async with here.quiet_window.quiet():
            await here.told(1)
            assert ears.heard == []
        await settle()
        assert ears.heard == [1]


# One that raises.


async def test_what_went_before_it_is_heard_at_once_and_it_is_tried_again():
    async with hall(ears := Ears(raises_at={3})) as here:
        await here.told(1, 2, 3, 4)
        assert await here.kept() == [1, 2]
        ears.raises_at.clear()
        await here.clock.advance(SECOND)
        assert await here.kept() == [1, 2, 3, 4]


async def test_a_fact_at_which_it_always_raises_is_passed_over_and_said(caplog):
    async with hall(ears := Ears(raises_at={3})) as here:
        await here.told(1, 2, 3, 4, 5)
        await here.clock.advance(timedelta(seconds=22))
        assert await here.kept() == [1, 2], "it may be able to, yet"
        await here.clock.advance(timedelta(seconds=2))
        assert await here.kept() == [-3, 1, 2, 4, 5]
        assert ears.heard.count(3) == 1 + 5, "within the passage, alone, and after each pause"
        await here.told(6)
        assert await here.kept() == [-3, 1, 2, 4, 5, 6]
    lines = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [each.getMessage() for each in lines] == [
        "ears raised at a fact",
        "ears passed over fact 3 (friend_joined): it raises at it",
    ]
    assert lines[0].exc_info is not None


async def test_what_it_misses_it_is_told_in_the_transaction_that_passes_over_it():
    said = []
    async with hall(ears := Ears(raises_at={2}), heard=lambda: said.append(list(ears.missed_at))) as here:
        await here.told(1, 2)
        said.clear()
        await here.clock.advance(timedelta(seconds=22))
        assert (ears.missed_at, said) == ([], []), "it may be able to hear it, yet"
        await here.clock.advance(timedelta(seconds=2))
        missed = [(2, NOW + timedelta(seconds=23))]
        assert (ears.missed_at, said) == (missed, [missed]), "and what it did about it is there to be seen to"
        assert await here.kept() == [-2, 1], (
            "the writes of hearing it are undone, those of missing it are not"
        )
        await here.told(3)
        assert await here.kept() == [-2, 1, 3]


async def test_where_it_can_not_bear_that_either_the_fact_is_passed_over_without_it(caplog):
    async with hall(ears := Ears(raises_at={2}, raises_when_missed=True)) as here:
        await here.told(1, 2, 3)
        await here.clock.advance(timedelta(seconds=24))
        assert await here.kept() == [1, 3]
        assert [number for number, _ in ears.missed_at] == [2]
    lines = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [each.getMessage() for each in lines] == [
        "ears raised at a fact",
        "ears raised at a fact that it is to do without",
        "ears passed over fact 2 (friend_joined): it raises at it",
    ]
    assert lines[1].exc_info is not None


async def test_each_fact_has_its_own_tries():
    async with hall(ears := Ears(raises_at={2, 4})) as here:
        await here.told(1, 2, 3, 4, 5)
        await here.clock.advance(timedelta(seconds=24))
        assert await here.kept() == [-2, 1, 3]
        ears.raises_at = {2}
        await here.clock.advance(timedelta(seconds=24))
        assert await here.kept() == [-2, 1, 3, 4, 5]


async def test_another_subscriber_hears_on():
    dull, sharp = Ears("dull", raises_at={1}), Ears("sharp")
    async with hall(dull, sharp) as here:
        await here.told(1, 2)
        await here.told(3)
        assert (await here.kept("dull"), await here.kept("sharp")) == ([], [1, 2, 3])


async def test_what_another_process_got_past_meanwhile_is_not_passed_over_for_it():
    async with hall(Ears(raises_at={1, 2})) as here:
        await here.told(1, 2)
        await here.clock.advance(timedelta(seconds=22))

        def heard_elsewhere(tx: Connection) -> None:
            passage = facts.read(tx, facts.position(tx, "ears") or Position(), limit=1)
            facts.set_position(tx, "ears", passage.end)

        await here.database.write(heard_elsewhere)
        await here.clock.advance(timedelta(seconds=2))
        reached = await here.database.read(lambda tx: facts.position(tx, "ears"))
        assert reached is not None
        assert reached.after == 1, "2 has had no more than one try of its own"


async def test_one_that_can_not_begin_tries_again():
    class Shy(Ears):
        def start_over(self, tx, *, now):
            super().start_over(tx, now=now)
            if len(self.began) < 8:
                raise RuntimeError

    async with hall(ears := Shy()) as here:
        await here.clock.advance(timedelta(seconds=60))
        assert len(ears.began) == 8
        await here.told(1)
        assert ears.heard == [1]


async def test_facts_of_a_newer_version_hold_up_nobody():
    """More of them than are read at once, and one by one while something raises."""
    database, ears = InlineDatabase(), Ears(raises_at={1})
    strange = {"at": NOW, "subject": "plan:p", "fact": '{"kind": "plan_sung_about"}', "txid": 0}
    async with hall(ears, database=database) as here:
        await database.write(lambda tx: tx.execute(insert(tables.facts), [strange] * 70))
        await here.told(1)
        await database.write(lambda tx: tx.execute(insert(tables.facts), [strange] * 3))
        await here.told(2)
        await here.clock.advance(SECOND / 2)
        ears.raises_at.clear()
        await here.clock.advance(SECOND)
        assert await here.kept() == [1, 2]


# One that dies; a database that is away.


async def test_what_it_died_in_the_middle_of_is_undone_and_heard_again():
    database, ears = InlineDatabase(), Ears(raises_at={2}, error=Died)
    await from_the_beginning(database, ears)
    await record(database, 1, 2, 3)
    feed = Feed(
        database=database, clock=FakeClock(NOW), quiet_window=QuietWindow(), subscribers=[ears], bell=Bell()
    )
    with pytest.raises(BaseExceptionGroup):
        await feed.run()
    assert ears.heard == [1, 2]
    ears.raises_at.clear()
    async with hall(ears, database=database) as here:
        assert ears.heard == [1, 2, 1, 2, 3]
        assert await here.kept() == [1, 2, 3], "what it wrote was written once"


async def test_while_the_database_is_away_it_waits_and_passes_nothing_over(caplog):
    class Away(InlineDatabase):
        away = False

        async def read(self, work):
            if self.away:
                raise OperationalError("SELECT", {}, Exception("no route"))
            return await super().read(work)

    database = Away()
    async with hall(ears := Ears(), database=database) as here:
        database.away = True
        await here.told(1)
        await here.clock.advance(timedelta(minutes=5))
        assert ears.heard == []
        database.away = False
        await here.clock.advance(SECOND)
        assert ears.heard == [1]
    assert {each.levelno for each in caplog.records} == {logging.WARNING}


def _kept_open(database: InlineDatabase) -> Database:
    """The same one, for whoever closes what they were given."""

    class Open:
        engine = database.engine
        read, write = database.read, database.write

        async def aclose(self) -> None: ...

    return Open()


# PostgreSQL.


async def test_while_an_older_transaction_runs_it_waits_says_so_and_goes_on_by_itself(
    postgres_tables_url, caplog
):
    database, ears = open_database(postgres_tables_url), Ears()
    await from_the_beginning(database, ears)
    with database.engine.connect() as older:
        older.execute(text("SELECT pg_current_xact_id()"))
        await record(database, 1)
        async with hall(ears, database=database) as here:

            async def until(condition) -> None:
                async with asyncio.timeout(10):
                    while not condition():
                        await asyncio.sleep(0.005)
                        await here.clock.advance(timedelta(milliseconds=20))

            before = here.clock.now()
            await until(lambda: here.clock.now() - before > SECOND)
            assert (ears.heard, caplog.messages) == ([], [])
            await until(lambda: caplog.messages)
            assert here.clock.now() - before >= 5 * SECOND
            assert "pg_stat_activity" in caplog.messages[0]
            older.commit()
            await until(lambda: ears.heard)
            assert (ears.heard, len(caplog.messages)) == ([1], 1), "the host is told once"
    await database.aclose()


async def test_two_processes_that_begin_together_both_begin(postgres_tables_url, caplog):
    first, second = open_database(postgres_tables_url), open_database(postgres_tables_url)
    one, other = Ears(), Ears()
    async with hall(one, database=first) as here, hall(other, database=second) as there:
        async with asyncio.timeout(10):
            while not (one.began or other.began):  # noqa: ASYNC110 - threads don't set events
                await asyncio.sleep(0.005)
        await record(first, *range(20))
        async with asyncio.timeout(10):
            while len(await here.kept()) < 20:
                here.feed.poke()
                there.feed.poke()
                await asyncio.sleep(0.005)
    assert sorted(one.heard + other.heard) == list(range(20))
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
    await first.aclose()
    await second.aclose()


@pytest.mark.parametrize("names", [("ears", "ears"), ("ears", "")])
async def test_subscribers_that_would_share_a_position_are_refused(names):
    ears = [Ears(name=name) for name in names]
    with pytest.raises(ValueError, match="each its own"):
        Feed(
            database=InlineDatabase(),
            clock=FakeClock(NOW),
            quiet_window=QuietWindow(),
            subscribers=ears,
            bell=Bell(),
        )
