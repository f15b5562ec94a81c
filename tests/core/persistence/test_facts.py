"""Facts as they are kept, on both databases; and in what order PostgreSQL's concurrent transactions are read."""

import random
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, text, update

from core.domain.fact import DropSeen, FriendJoined, MendNeeded, PlanArmed, PlanLost
from core.domain.trouble import Trouble
from core.errors import Behind
from core.persistence import facts, tables
from core.persistence.facts import Position
from core.persistence.open_database import open_database
from tests.expect import expect
from tests.facts import facts_of, recorded

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ALL = 1000


@pytest.fixture
async def database(database_url):
    opened = open_database(database_url)
    tables.metadata.create_all(opened.engine)
    yield opened
    await opened.aclose()


def joined(number: int, plan_id: str = "p") -> FriendJoined:
    return FriendJoined(plan_id=plan_id, guest_id=number)


def told(*numbers: int, now: datetime = NOW):
    def record(tx):
        for number in numbers:
            facts.record(tx, joined(number), now=now)

    return record


def passage(start: Position, limit: int = ALL):
    return lambda tx: facts.read(tx, start, limit=limit)


def numbers(found) -> list[int]:
    return [each.fact.guest_id for each in found.facts]


async def test_what_was_recorded_is_read_in_order_with_its_time(database):
    written = (
        PlanArmed(plan_id="p"),
        MendNeeded(guest_id=7, trouble=Trouble.SIGN_IN, account_id=None, plan_id="p"),
        DropSeen(platform="resy", venue_id="1", on=NOW.date()),
        PlanLost(plan_id="p"),
    )
    for number, fact in enumerate(written):
        at = NOW + number * DAY
        await database.write(lambda tx, fact=fact, at=at: facts.record(tx, fact, now=at))
    found = await database.read(recorded)
    assert tuple(each.fact for each in found) == written
    assert [each.at for each in found] == [NOW + number * DAY for number in range(4)]
    assert [each.id for each in found] == sorted({each.id for each in found})


async def test_what_a_transaction_undoes_never_was(database):
    def change_my_mind(tx):
        facts.record(tx, joined(1), now=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(change_my_mind)
    await database.write(told(2))
    assert await database.read(facts_of) == [joined(2)]


async def test_every_fact_is_read_once_whatever_the_limit(database):
    for number in range(7):
        await database.write(told(2 * number, 2 * number + 1))
    for limit in (1, 2, 3, 14, 15):
        at, heard, more = Position(), [], True
        while more:
            found = await database.read(passage(at, limit))
            assert len(found.facts) <= limit
            heard, at, more = heard + numbers(found), found.end, found.more
        assert heard == list(range(14)), f"{limit} at a time"
        assert numbers(await database.read(passage(at))) == []


async def test_it_goes_on_from_a_cursor_in_text(database):
    await database.write(told(1, 2, 3))
    cursor = str((await database.read(passage(Position(), 2))).end)
    await database.write(told(4))
    heard, at, more = [], Position.parse(cursor), True
    while more:
        found = await database.read(passage(at))
        heard, at, more = heard + numbers(found), found.end, found.more
    assert heard == [3, 4]


@pytest.mark.parametrize("cursor", ["", "1", "1.2", "1.2.3.4", "1.2.x", "a.b.c"])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(ValueError):
        Position.parse(cursor)


async def test_what_only_a_newer_version_knows_is_passed(database):
    await database.write(told(1))
    await database.write(
        lambda tx: tx.execute(
            insert(tables.facts).values(
                at=NOW,
                subject="plan:p",
                fact='{"kind": "plan_sung_about", "plan_id": "p"}',
                txid=0 if tx.dialect.name == "sqlite" else text("pg_current_xact_id()::text::bigint"),
            )
        )
    )
    await database.write(told(2))
    assert await database.read(facts_of) == [joined(1), joined(2)]
    first = await database.read(passage(Position(), 1))
    alone = await database.read(passage(first.end, 1))
    assert (alone.facts, alone.seen, alone.more) == ([], 1, True)
    assert numbers(await database.read(passage(alone.end, 1))) == [2]


async def test_who_starts_from_now_hears_only_what_comes(database):
    await database.write(told(1, 2))
    now = await database.write(facts.newest)
    await database.write(told(3))
    assert numbers(await database.read(passage(now))) == [3]


async def test_who_lies_behind_what_was_pruned_is_told_and_nobody_else(database):
    await database.write(told(1, 2, now=NOW))
    half = (await database.read(passage(Position(), 1))).end
    past = (await database.read(passage(Position()))).end
    await database.write(told(3, now=NOW + 2 * DAY))
    assert await database.write(lambda tx: facts.prune(tx, before=NOW + DAY)) == 2
    for behind in (Position(), half):
        with pytest.raises(Behind) as told_so:
            await database.read(passage(behind))
        assert told_so.value.cursor == str(behind)
    assert numbers(await database.read(passage(past))) == [3]
    assert await database.write(lambda tx: facts.prune(tx, before=NOW + DAY)) == 0
    assert numbers(await database.read(passage(past))) == [3]


async def test_who_read_just_up_to_what_was_pruned_within_one_passage_is_not_behind(database):
    await database.write(lambda tx: (told(1, now=NOW)(tx), told(2, now=NOW + 2 * DAY)(tx)))
    half = (await database.read(passage(Position(), 1))).end
    await database.write(lambda tx: facts.prune(tx, before=NOW + DAY))
    assert numbers(await database.read(passage(half))) == [2]


async def test_once_everything_is_pruned_no_number_is_given_out_again(database):
    await database.write(told(1, 2, 3))
    past = (await database.read(passage(Position()))).end
    highest = max(each.id for each in await database.read(recorded))
    await database.write(lambda tx: facts.prune(tx, before=NOW + DAY))
    await database.write(told(4))
    (only,) = (await database.read(passage(past))).facts
    assert only.id > highest


async def test_who_starts_when_everything_is_pruned_is_not_behind(database):
    await database.write(told(1, 2, 3))
    await database.write(lambda tx: facts.prune(tx, before=NOW + DAY))
    now = await database.write(facts.newest)
    assert numbers(await database.read(passage(now))) == []
    await database.write(told(4))
    assert numbers(await database.read(passage(now))) == [4]


async def test_each_subscriber_has_a_position_of_its_own(database):
    first, second = Position(opened=3, closed=5, after=7), Position(closed=1, after=2)
    await database.write(lambda tx: facts.set_position(tx, "first", first))
    await database.write(lambda tx: facts.set_position(tx, "second", Position()))
    await database.write(lambda tx: facts.set_position(tx, "second", second))
    for locked in (False, True):
        for name, reached in (("first", first), ("second", second), ("third", None)):
            found = await database.write(
                lambda tx, name=name, locked=locked: facts.position(tx, name, locked=locked)
            )
            assert found == reached


# PostgreSQL: transactions at the same time.


@pytest.fixture
def server(postgres_tables_url):
    """Opens connections, each with a transaction of its own."""
    database = open_database(postgres_tables_url)
    with ExitStack() as stack:

        @contextmanager
        def begun():
            with database.engine.connect() as connection:
                yield connection

        yield lambda: stack.enter_context(begun())
        stack.close()
        database.engine.dispose()


def read_all(tx: Connection, at: Position, *, limit: int = ALL) -> tuple[list[int], Position]:
    """What can be read now, and where that leads; its transaction ends with it."""
    heard: list[int] = []
    while True:
        found = facts.read(tx, at, limit=limit)
        tx.rollback()
        heard, at = heard + numbers(found), found.end
        if not found.seen:
            return heard, at


def take_number(tx: Connection) -> int:
    """As its first write does."""
    return tx.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()


def test_who_recorded_first_and_commits_last_is_neither_skipped_nor_read_too_soon(server):
    slow, quick, reader = server(), server(), server()
    facts.record(slow, joined(1, "slow"), now=NOW)
    facts.record(quick, joined(2, "quick"), now=NOW)
    quick.commit()
    early = facts.read(reader, Position(), limit=ALL)
    reader.rollback()
    assert (numbers(early), early.more) == ([], True)
    slow.commit()
    heard, at = read_all(reader, early.end)
    assert heard == [1, 2]
    assert not facts.read(reader, at, limit=ALL).more


def test_what_was_undone_holds_nothing_up(server):
    slow, quick, reader = server(), server(), server()
    facts.record(slow, joined(1), now=NOW)
    facts.record(quick, joined(2, "quick"), now=NOW)
    quick.commit()
    slow.rollback()
    assert read_all(reader, Position())[0] == [2]


def test_what_committed_below_one_that_still_runs_is_read_already(server):
    done, slow, reader = server(), server(), server()
    facts.record(done, joined(1), now=NOW)
    facts.record(slow, joined(2, "slow"), now=NOW)
    done.commit()
    assert read_all(reader, Position())[0] == [1]


@pytest.mark.parametrize("limit", [1, 2, ALL])
def test_a_later_transaction_that_got_to_a_subject_first_is_heard_first(server, limit):
    first, between, third, reader = server(), server(), server(), server()
    assert take_number(first) < take_number(between) < take_number(third)
    facts.record(third, joined(1), now=NOW)
    third.commit()
    facts.record(first, joined(2), now=NOW)
    first.commit()
    heard, at = read_all(reader, Position(), limit=limit)
    assert heard == [], "2 could be read, and comes after 1"
    between.commit()
    assert read_all(reader, at, limit=limit)[0] == [1, 2]


def test_who_begins_in_the_midst_misses_nothing_that_commits_later(server):
    slow, quick, reader = server(), server(), server()
    facts.record(slow, joined(1, "slow"), now=NOW)
    facts.record(quick, joined(2, "quick"), now=NOW)
    quick.commit()
    now = facts.newest(reader)
    reader.commit()
    slow.commit()
    assert set(read_all(reader, now)[0]) == {1, 2}, "2 was known, and may be heard all the same"


def restored_into_a_younger_server(tx: Connection, *, by: int = 10**12) -> None:
    """As a dump of a server that had counted that much further."""
    tx.execute(update(tables.facts).values(txid=tables.facts.c.txid + by))
    at = tables.subscribers.c
    tx.execute(update(tables.subscribers).values(opened=at.opened + by, closed=at.closed + by))
    tx.commit()


def begin_anew(tx: Connection) -> Position:
    now = facts.newest(tx)
    tx.commit()
    return now


def test_after_a_restore_into_a_younger_server_one_begins_anew_and_hears_nothing_old_again(server):
    tx, by = server(), 10**12
    told(1, 2)(tx)
    tx.commit()
    _, at = read_all(tx, Position())
    restored_into_a_younger_server(tx, by=by)
    far = Position(opened=at.opened + by, closed=at.closed + by)
    with pytest.raises(Behind):
        facts.read(tx, far, limit=ALL)
    now = begin_anew(tx)
    assert read_all(tx, now)[0] == []
    told(3)(tx)
    tx.commit()
    assert read_all(tx, now)[0] == [3]
    with pytest.raises(Behind):
        facts.read(tx, far, limit=ALL)


def test_who_lagged_behind_at_a_restore_begins_anew_too_before_and_after_others_have(server):
    tx = server()
    told(1)(tx)
    tx.commit()
    _, lagging = read_all(tx, Position())
    told(2)(tx)
    tx.commit()
    restored_into_a_younger_server(tx)
    for _ in range(2):
        with pytest.raises(Behind):
            facts.read(tx, lagging, limit=ALL)
        tx.rollback()
        begin_anew(tx)


def test_what_was_pruned_before_a_restore_keeps_nobody_behind_for_ever(server):
    tx = server()
    told(1)(tx)
    facts.prune(tx, before=NOW + DAY)
    told(2)(tx)
    facts.prune(tx, before=NOW + DAY)
    tx.commit()
    restored_into_a_younger_server(tx)
    now = begin_anew(tx)
    told(3)(tx)
    tx.commit()
    assert read_all(tx, now)[0] == [3]


def test_what_a_transaction_recorded_itself_is_not_taken_for_another_servers(server):
    older, mine, reader = server(), server(), server()
    take_number(older)
    facts.record(mine, joined(1), now=NOW)
    assert facts.read(mine, Position(), limit=ALL).facts == []
    facts.newest(mine)
    mine.commit()
    older.commit()
    assert read_all(reader, Position())[0] == [1]


SUBJECTS = ("a", "b", "c")


@dataclass
class Writer:
    """A connection, what its transaction has recorded so far, and of which subjects it has the rows."""

    tx: Connection
    begun: bool = False
    recorded: list[tuple[str, int]] = field(default_factory=list)
    has: set[str] = field(default_factory=set)


@dataclass
class Reader:
    tx: Connection
    at: Position = field(default_factory=Position)
    heard: list[tuple[str, int]] = field(default_factory=list)

    def read(self, limit: int) -> bool:
        found = facts.read(self.tx, self.at, limit=limit)
        self.tx.rollback()
        for each in found.facts:
            fact = expect(FriendJoined, each.fact)
            self.heard.append((fact.plan_id, fact.guest_id))
        self.at = found.end
        return found.more


@pytest.mark.parametrize("seed", range(12))
def test_however_transactions_cross_each_committed_fact_is_read_once_and_each_subject_in_order(server, seed):
    """Whoever changes a subject has its row until the end, as plans, accounts and guests are changed."""
    chance = random.Random(seed)
    writers = [Writer(server()) for _ in range(5)]
    readers = [Reader(server()) for _ in range(2)]
    rows = tables.names
    with writers[0].tx as tx:
        tx.execute(insert(rows), [{"what": one, "name": ""} for one in SUBJECTS])
        tx.commit()
    writers[0].tx = server()
    number, committed = 0, []

    def go_on(writer: Writer) -> None:
        nonlocal number
        free = [one for one in SUBJECTS if not any(one in other.has for other in writers if other != writer)]
        match chance.randrange(6):
            case 0 | 1 | 2 if free:
                subject, number = chance.choice(free), number + 1
                writer.tx.execute(update(rows).where(rows.c.what == subject).values(name=str(number)))
                facts.record(writer.tx, joined(number, subject), now=NOW)
                writer.has.add(subject)
                writer.recorded.append((subject, number))
            case 3:
                take_number(writer.tx)
            case 4:
                end(writer)
            case _ if chance.random() < 0.3:
                writer.tx.rollback()
                writer.recorded, writer.has = [], set()
            case _:
                pass

    def end(writer: Writer) -> None:
        writer.tx.commit()
        committed.extend(writer.recorded)
        writer.recorded, writer.has = [], set()

    for _ in range(150):
        go_on(chance.choice(writers))
        if chance.random() < 0.4:
            reader = chance.choice(readers)
            reader.read(chance.choice((1, 2, 3, ALL)))
            assert set(reader.heard) <= set(committed)
    for writer in writers:
        end(writer)
    for reader in readers:
        while reader.read(chance.choice((1, 2, 3, ALL))):
            pass
        assert sorted(reader.heard) == sorted(committed), "each once"
        for subject in SUBJECTS:
            heard = [each for each in reader.heard if each[0] == subject]
            assert heard == [each for each in committed if each[0] == subject]
    assert len(committed) > 20


def test_the_crossing_is_what_the_order_hangs_on(server, monkeypatch):
    """The same without the look at crossings: the tests above could fail."""
    monkeypatch.setattr(
        facts,
        "_settled_below",
        lambda tx, opened: max(opened, tx.execute(facts._OLDEST_RUNNING).scalar_one()),
    )
    first, between, third, reader = server(), server(), server(), server()
    for tx in (first, between, third):
        take_number(tx)
    facts.record(third, joined(1), now=NOW)
    third.commit()
    facts.record(first, joined(2), now=NOW)
    first.commit()
    heard, _ = read_all(reader, Position())
    assert heard == [2]
