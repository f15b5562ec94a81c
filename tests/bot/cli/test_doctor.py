"""What the doctor says of keys and accounts."""

import pytest

from bot.cli.doctor import Health, diagnose
from bot.cli.rekey import rekey
from bot.store import open_store
from core.accounts.keeper import AccountKeeper
from core.clock import SystemClock
from core.persistence import guests
from core.runtime.bell import Bell
from core.runtime.settings import Settings, load_settings
from core.security.key_file import KeyFile
from core.security.keys import key_ring
from core.security.vault import Vault
from tests.fakes.issuer import Issuer
from tests.fakes.wallet import connected


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOURTOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FOURTOP_TELEGRAM_API_URL", "http://127.0.0.1:1")
    open_store(load_settings())
    return tmp_path


async def connect_two(settings: Settings) -> None:
    database, clock = open_store(settings), SystemClock()
    wallet = AccountKeeper(
        database=database, vault=Vault(key_ring(settings).values()), clock=clock, bell=Bell()
    )
    ann = await database.write(
        lambda tx: guests.meet(
            tx, frontend="fake", account_id="ann", name="Ann", handle="ann", origin="", now=clock.now()
        )
    )
    for number in ("1", "2"):
        await connected(database, wallet, ann.id, "fake", Issuer(clock).signed_in(number))
    await database.aclose()


async def said(what: str = "accounts"):
    (finding,) = [one for one in await diagnose() if one.what == what]
    return finding


async def test_without_accounts_there_is_nothing_to_worry_about_and_no_key_is_made(folder):
    assert (await said()).health is Health.GOOD
    assert (await said()).words == "0 connected."
    assert KeyFile(folder).key() is None


async def test_accounts_that_the_key_opens_are_counted(folder):
    await connect_two(load_settings())
    finding = await said()
    assert finding.health is Health.GOOD
    assert finding.words == "2 connected. The key opens everything that is sealed."


async def test_a_key_that_was_lost_is_said(folder):
    await connect_two(load_settings())
    KeyFile(folder).path.unlink()
    finding = await said()
    assert finding.bad
    assert "2 sealed things do not open" in finding.words
    assert "FOURTOP_OLD_SECRET_KEYS" in finding.advice


async def test_what_only_an_old_key_opens_is_said_until_it_is_sealed_anew(folder, monkeypatch):
    await connect_two(load_settings())
    monkeypatch.setenv("FOURTOP_SECRET_KEY", "a new key that a host made up")
    finding = await said()
    assert finding.health is Health.NOTE
    assert "fourtop rekey" in finding.advice
    await rekey(load_settings())
    assert (await said()).health is Health.GOOD


async def test_a_file_that_is_no_key_is_said(folder):
    KeyFile(folder).path.write_text("not a key")
    KeyFile(folder).path.chmod(0o600)
    finding = await said("secret")
    assert finding.bad
    assert "put the old one back" in finding.words


async def test_a_database_is_found_whichever_driver_its_address_names(folder, monkeypatch):
    monkeypatch.setenv("FOURTOP_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/deep/mine.db")
    open_store(load_settings())
    assert (folder / "deep" / "mine.db").exists()
    assert (await said("database")).health is Health.GOOD


async def test_a_database_of_an_unknown_kind_is_said_with_what_is_accepted(folder, monkeypatch):
    monkeypatch.setenv("FOURTOP_DATABASE_URL", "mysql+aiomysql://fourtop@localhost/fourtop")
    finding = await said("database")
    assert finding.bad
    assert finding.words == (
        "FOURTOP_DATABASE_URL can't be used: "
        "Expected sqlite:///path/to/file.db or postgresql://name:password@host/database."
    )
