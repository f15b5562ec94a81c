"""From an empty database to today's tables and back, on both databases."""

import io
import json
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import platforms.house.engine.tables  # noqa: F401 - its tables join the metadata
from bot.notifications.news import BookedNews, load_news
from core.domain.job_state import JobState
from core.errors import BadInput
from core.persistence import job_leases, mandates, migrate, outbox_leases, plans
from core.persistence.migrate import MIGRATIONS, configuration, current, differences, head, upgrade
from core.persistence.open_database import open_database
from core.persistence.tables import metadata


@pytest.fixture
async def engine(database_url):
    database = open_database(database_url)
    yield database.engine
    await database.aclose()


def downgrade(engine, to="base"):
    with migrate._exclusively(engine) as connection:
        command.downgrade(configuration(connection), to)


def test_an_empty_database_gets_every_table(engine):
    assert current(engine) is None
    assert upgrade(engine) is True
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    assert current(engine) == head()


def test_the_migrations_make_the_tables_that_are_in_the_code(engine):
    upgrade(engine)
    assert differences(engine) == []


def test_a_table_changed_by_hand_is_noticed(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE guests ADD COLUMN shoe_size INTEGER"))
    assert "shoe_size" in " ".join(differences(engine))


def test_nothing_is_left_when_everything_is_taken_back(engine):
    upgrade(engine)
    downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert upgrade(engine) is True
    assert differences(engine) == []


def test_news_and_jobs_that_wait_outlive_the_leases_of_messages(engine):
    with migrate._exclusively(engine) as connection:
        command.upgrade(configuration(connection), "0002")
    then = "2026-12-01 12:00:00" if engine.dialect.name == "sqlite" else "2026-12-01 12:00:00+00:00"
    news = '{"news":{"plan_id":"p","kind":"booked"}}'
    rows = {
        "guests": {"id": 1, "name": "Ann", "state": "approved", "preferences": "{}"}
        | {"first_seen_at": then, "last_seen_at": then},
        "chats": {"id": 1, "frontend": "web", "external_id": "g", "private": False},
        "plans": {
            "id": "p",
            "organiser_id": 1,
            "chat_id": 1,
            "wish": "{}",
            "venue_name": "Luna",
            "zone": "UTC",
        }
        | {"on_day": "2026-12-24", "state": "armed", "created_at": then},
        "jobs": {
            "id": 1,
            "plan_id": "p",
            "strategy": "drop",
            "state": "firing",
            "due_at": then,
            "until": then,
        }
        | {"lease_owner": "w", "lease_until": "9999-12-31", "created_at": then, "updated_at": then},
        "outbox": {"id": 1, "key": "k", "chat_id": 1, "topic": "news", "subject": news, "due_at": then}
        | {"state": "pending", "created_at": then},
    }
    with engine.begin() as connection:
        for table, row in rows.items():
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)
    upgrade(engine)
    now = datetime(2026, 12, 1, 13, tzinfo=UTC)
    with engine.begin() as connection:
        (message,) = outbox_leases.due(connection, now=now, busy=(), limit=9)
        assert load_news(message.subject) == BookedNews(plan_id="p")
        (job,) = job_leases.claim_due(
            connection, owner="w", now=now, horizon=timedelta(0), lease=timedelta(seconds=1), limit=9
        )
        assert job.state is JobState.UNSURE
    downgrade(engine, "0002")
    upgrade(engine)
    with engine.begin() as connection:
        (message,) = outbox_leases.due(connection, now=now, busy=(), limit=9)
        assert load_news(message.subject) == BookedNews(plan_id="p")


def test_whose_accounts_books_a_plan_is_their_word_for_it_and_what_another_agreed_to_is_not(engine):
    with migrate._exclusively(engine) as connection:
        command.upgrade(configuration(connection), "0004")
    then = "2026-12-01 12:00:00" if engine.dialect.name == "sqlite" else "2026-12-01 12:00:00+00:00"
    wish = {"venue": {"platform": "resy", "id": "ny/luna"}, "on": "2026-12-24", "party_size": 4}
    wish |= {"times": ["19:00:00"], "seatings": ["Bar"]}
    wish["ceiling"] = {"late_fee": {"amount": "25", "currency": "USD"}, "agreed": {"card_needed": True}}
    plan = {"chat_id": 1, "venue_name": "Luna", "zone": "UTC", "on_day": "2026-12-24", "state": "armed"}
    plan |= {"wish": json.dumps(wish), "created_at": then}
    account = {"platform": "resy", "holder": "", "state": "connected", "cards": "[]", "sealed": ""}
    account |= {"renewable": False, "connected_at": then, "checked_at": then, "version": 1}
    guest = {"state": "approved", "preferences": "{}", "first_seen_at": then, "last_seen_at": then}
    rows = [
        *(("guests", guest | {"id": number, "name": name}) for number, name in ((1, "Ann"), (2, "Bob"))),
        ("chats", {"id": 1, "frontend": "web", "external_id": "g", "private": False}),
        ("plans", plan | {"id": "lent", "organiser_id": 1}),
        ("plans", plan | {"id": "bare", "organiser_id": 1}),
        *(("accounts", account | {"id": n, "guest_id": n, "external_id": str(n)}) for n in (1, 2)),
        *(("plan_accounts", {"plan_id": "lent", "account_id": n, "place": n}) for n in (1, 2)),
    ]
    with engine.begin() as connection:
        for table, row in rows:
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)
    upgrade(engine)
    with engine.begin() as connection:
        ann, bob = mandates.of_plan(connection, "lent")
        (bare,) = mandates.of_plan(connection, "bare")
        for said in (ann, bob, bare):
            assert said.scope.covers(plans.get(connection, said.plan_id).wish)
            assert said.until > datetime(2026, 12, 24, 19, tzinfo=UTC)
            assert str(said.ceiling.late_fee) == "25.00 USD"
        assert (ann.account_id, bob.account_id, bare.account_id) == (1, 2, None)
        assert ann.ceiling.agreed is not None
        assert bob.ceiling.agreed is None
    downgrade(engine, "0004")
    with engine.begin() as connection:
        left = connection.execute(text("SELECT plan_id, account_id FROM plan_accounts ORDER BY place")).all()
    assert [tuple(row) for row in left] == [("lent", 1), ("lent", 2)]


def test_a_second_upgrade_has_nothing_to_do(engine):
    upgrade(engine)
    assert upgrade(engine) is False


def test_processes_that_start_at_once_migrate_once(database_url):
    def start(_):
        database = open_database(database_url)
        try:
            return upgrade(database.engine)
        finally:
            database.engine.dispose()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(start, range(4))) == [False, False, False, True]


def test_a_migration_that_fails_leaves_the_database_as_it_was(engine, monkeypatch):
    def half_way(config, _):
        config.attributes["connection"].exec_driver_sql("CREATE TABLE half (id INTEGER)")
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", half_way)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == []


def test_a_database_of_a_newer_version_is_left_alone(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="newer Fourtop"):
        upgrade(engine)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql://a:secret@127.0.0.1:1/b"])
def test_a_database_that_cannot_be_opened_is_one_sentence_without_its_password(url):
    database = open_database(url)
    with pytest.raises(BadInput, match="FOURTOP_DATABASE_URL: The database can't be opened") as refused:
        upgrade(database.engine)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
    database.engine.dispose()


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    (tmp_path / "a.db").write_text("a shopping list, and long enough to be taken for a header" * 20)
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(BadInput, match="not a database"):
        upgrade(database.engine)
    database.engine.dispose()


def test_foreign_keys_are_on_again_after_a_migration(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    upgrade(database.engine)
    for _ in range(3):
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.engine.dispose()


def test_the_head_told_by_file_names_is_the_one_alembic_finds():
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [head()]


def test_migrations_do_not_depend_on_the_code_of_the_day():
    for path in (MIGRATIONS / "versions").glob("*.py"):
        lines = path.read_text().splitlines()
        imports = [line for line in lines if line.startswith(("import ", "from "))]
        assert set(imports) <= {"import sqlalchemy as sa", "from alembic import op"}, path.name


def test_a_start_without_news_does_not_load_alembic(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    code = (
        "import sys\n"
        "from core.persistence.open_database import open_database\n"
        "from core.persistence.migrate import upgrade\n"
        f"upgrade(open_database({url!r}).engine)\n"
        "print('alembic' in sys.modules)\n"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert answers == ["True", "False"]


def test_the_migrations_are_part_of_what_is_installed():
    project = tomllib.loads((Path(MIGRATIONS).parent / "pyproject.toml").read_text())
    assert "migrations*" in project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert "*.mako" in project["tool"]["setuptools"]["package-data"]["*"]
