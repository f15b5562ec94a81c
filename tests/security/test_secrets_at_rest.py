"""What an object, a sentence to the host or a file shows of a secret: nothing."""

import io
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.__main__ import main
from bot.cli.doctor import diagnose
from bot.conversation.declared import Declared
from bot.conversation.flow import World
from bot.conversation.ports import Networks
from bot.drills.runner import DrillRunner
from bot.frontends.discord.frontend import DiscordFrontEnd
from bot.frontends.telegram.frontend import TelegramFrontEnd
from bot.store import open_store
from core.clock import SystemClock
from core.errors import BadInput
from core.persistence import inbox
from core.persistence.database_url import password_in, shown
from core.persistence.open_database import open_database
from core.runtime.bell import Bell
from core.runtime.log import set_up_logging
from core.runtime.settings import Settings, load_settings
from core.security.key_file import KeyFile
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.fakes.wallet import keeper
from tests.security import planted
from tests.settings import settings_of


@pytest.fixture
def settings(monkeypatch, tmp_path) -> Settings:
    """The planted secrets, as a host would set them."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TELEGRAM_TOKEN": planted.TELEGRAM,
        "TELEGRAM_WEBHOOK_SECRET": planted.HOOK,
        "DISCORD_TOKEN": planted.DISCORD,
        "SECRET_KEY": planted.KEY,
        "OLD_SECRET_KEYS": planted.OLD_KEY,
        "HOUSE_TOKEN": planted.HOUSE,
        "DATABASE_URL": planted.database_url("127.0.0.1:1"),
        "DATA_DIR": str(tmp_path / "data"),
        "TELEGRAM_API_URL": "http://127.0.0.1:1",
        "DISCORD_API_URL": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(f"FOURTOP_{name}", value)
    return load_settings()


def test_settings_show_no_secret(settings):
    assert not planted.found_in(repr(settings), str(settings), str(settings.model_dump()))


def test_the_world_and_the_process_show_no_key():
    database, clock = InlineDatabase(), FakeClock()
    world = World(
        database=database,
        platforms={},
        clock=clock,
        networks=Networks({}),
        secret=b"the-key",
        wallet=keeper(database, clock),
        drills=DrillRunner(database=database, clock=clock, platforms={}, bell=Bell()),
        declared=Declared(),
    )
    assert "the-key" not in repr(world)


async def test_front_ends_and_what_they_are_made_of_show_no_token():
    telegram = TelegramFrontEnd(
        token=planted.TELEGRAM, api_url="http://127.0.0.1:1", clock=SystemClock(), webhook_secret=planted.HOOK
    )
    discord = DiscordFrontEnd(token=planted.DISCORD, commands=(), clock=SystemClock())
    parts = [telegram, telegram._bot, telegram._connection, telegram._sender, discord]
    assert not planted.found_in(*(f"{part!r} {part}" for part in parts))
    await telegram.aclose()


async def test_doctor_tells_no_secret_when_everything_is_wrong(settings, monkeypatch):
    findings = await diagnose()
    assert any(finding.bad for finding in findings)
    assert not planted.found_in(*(finding.line() for finding in findings))
    monkeypatch.setenv("FOURTOP_DATABASE_URL", planted.database_url("127.0.0.1:port"))
    assert not planted.found_in(*(finding.line() for finding in await diagnose()))


@pytest.mark.parametrize("command", ["run", "migrate", "rekey", "jobs", "doctor"])
def test_no_command_tells_a_secret_when_the_database_is_away(settings, logged, command):
    told = CliRunner().invoke(main, [command])
    assert told.exit_code
    assert not planted.found_in(told.output, str(told.exception), logged.getvalue())


@pytest.mark.parametrize("name", ["HTTP_PORT", "ADMINS", "LOG_LEVEL"])
def test_a_wrong_setting_is_named_without_its_value(settings, monkeypatch, name):
    monkeypatch.setenv(f"FOURTOP_{name}", planted.KEY)
    with pytest.raises(BadInput) as refused:
        load_settings()
    assert f"FOURTOP_{name}" in str(refused.value)
    assert not planted.found_in(str(refused.value))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://fourtop:{planted.PASSWORD}@host:port/fourtop",
        f"postgresql://fourtop@host:{planted.KEY}/fourtop",
        planted.KEY,
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(BadInput) as refused:
        open_database(url)
    assert not planted.found_in(str(refused.value))


async def test_the_password_is_hidden_wherever_it_stands_in_the_address():
    for url in (
        planted.database_url("127.0.0.1"),
        f"postgresql://fourtop@127.0.0.1/fourtop?password={planted.PASSWORD}",
    ):
        database = open_database(url)
        assert not planted.found_in(shown(database.engine))
        assert password_in(url) == planted.PASSWORD
        await database.aclose()


async def test_a_database_error_does_not_quote_what_people_said(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(SQLAlchemyError) as raised:
        await database.write(
            lambda tx: inbox.note(
                tx, frontend="telegram", event_id="1", heard=f"/claim {planted.CODE}", now=SystemClock().now()
            )
        )
    assert not planted.found_in(str(raised.value), repr(raised.value))
    await database.aclose()


def test_key_database_and_folder_are_for_their_owner_alone(tmp_path):
    folder = tmp_path / "new" / "data"
    KeyFile(folder).make()
    open_store(settings_of(data_dir=folder))
    assert planted.mode(folder) == 0o700
    assert {path.name: oct(planted.mode(path)) for path in folder.iterdir()} == {
        path.name: oct(0o600) for path in folder.iterdir()
    }
    assert {path.name for path in folder.iterdir()} >= {"secret.key", "fourtop.db"}


def test_a_database_that_is_there_keeps_its_mode(tmp_path):
    there: Path = tmp_path / "fourtop.db"
    there.touch(mode=0o640)
    open_store(settings_of(data_dir=tmp_path))
    assert planted.mode(there) == 0o640


@pytest.fixture
def logged():
    """Everything at the debug level, as text."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.parametrize(
    "line",
    [
        "/claim KX7M-2QRA",
        "/claim@fourtop_bot kx7m2qra",
        "/link  KX7M 2QRA",
        "send me /link KX7M-2QRA in a private chat",
        '{"name":"claim","words":"KX7M-2QRA"}',
    ],
)
def test_a_code_is_hidden_in_whatever_line_it_stands(logged, line):
    set_up_logging("debug", stream=logged)
    logging.getLogger("fourtop").info("heard: %s", line)
    assert "X7M" not in logged.getvalue().upper()
    assert "***" in logged.getvalue()


def test_libraries_do_not_write_down_what_people_say_even_at_debug(logged):
    set_up_logging("debug", stream=logged)
    for name in ("uvicorn.error", "websockets.server", "telegram.Bot", "discord.gateway", "httpcore.http11"):
        logging.getLogger(name).debug("a frame")
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("SELECT 'what Ann said'")).all()
    engine.dispose()
    assert not logged.getvalue()


@pytest.mark.parametrize("style", ["text", "json"])
def test_what_people_type_cannot_begin_a_line_or_steer_a_terminal(logged, style):
    set_up_logging("debug", style, stream=logged)
    for evil in (
        "\n",
        "\r",
        "\x85",
        "\u2028",
        "\u2029",
        "\x1b[2J",
        "\x9b2J",
        "\x00",
        "\u202e",
        "\u200b",
        "\ud800",
    ):
        try:
            raise ValueError(f"one{evil}2026-12-03 INFO  fake")
        except ValueError:
            logging.getLogger("fourtop").exception("said: one%s2026-12-03 INFO  fake", evil)
    written = logged.getvalue()
    assert not [line for line in written.splitlines() if line.startswith("2026-12-03 INFO  fake")]
    assert not set(written) & set("\r\x85\u2028\u2029\x1b\x9b\x00\u202e\u200b\ud800")


def test_a_record_that_cannot_be_written_is_not_printed_raw(logged, capsys):
    set_up_logging("debug", stream=logged)
    logging.getLogger("fourtop").info("%d", planted.KEY)
    assert not planted.found_in(logged.getvalue(), *capsys.readouterr())
    assert "could not be written" in logged.getvalue()
