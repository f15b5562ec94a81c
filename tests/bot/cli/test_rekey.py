"""A change of the key loses nothing, wherever it is interrupted."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.bootstrap import fourtop
from bot.cli.rekey import rekey
from bot.platforms import PLATFORMS
from bot.store import open_store
from core.accounts.keeper import AccountKeeper
from core.clock import SystemClock
from core.maintenance.rekey import what_opens
from core.persistence import guests, inbox, names
from core.platform_spec import as_set
from core.runtime.bell import Bell
from core.runtime.process_lease import ProcessLease
from core.security.key_file import KeyFile
from core.security.keys import key_ring
from core.security.sealed_input import unseal
from core.security.secret import Secret
from core.security.vault import Vault
from platforms.house.platform import HousePlatform
from tests.expect import expect, present
from tests.fakes.issuer import Issuer
from tests.fakes.wallet import connected
from tests.settings import settings_of

ROOT = Path(__file__).parents[3]
ONE, TWO = "the first key of this host", "the second key of this host"


class Install:
    """A data folder with accounts and with words that were not acted on."""

    def __init__(self, folder: Path, **given) -> None:
        self.folder = folder
        self.settings = settings_of(data_dir=folder, **given)

    async def fill(self, accounts: int = 3) -> None:
        database, clock = open_store(self.settings), SystemClock()
        vault = Vault(key_ring(self.settings).values())
        wallet = AccountKeeper(database=database, vault=vault, clock=clock, bell=Bell())
        issuer, now = Issuer(clock), clock.now()

        def meet(tx):
            names = {"name": "Ann", "handle": "ann", "origin": "", "now": now}
            inbox.note(tx, frontend="fake", event_id="clear", heard='{"of": "an earlier version"}', now=now)
            words = vault.seal('{"password": "hunter2"}', "heard:fake:sealed")
            inbox.note(tx, frontend="fake", event_id="sealed", heard=words, now=now)
            return guests.meet(tx, frontend="fake", account_id="ann", **names).id

        ann = await database.write(meet)
        for number in range(accounts):
            await connected(database, wallet, ann, "fake", issuer.signed_in(str(number)))
        await database.aclose()

    def changed(self, **given) -> "Install":
        """The same folder with other settings."""
        return Install(self.folder, **given)

    async def opens(self, *keys: bytes) -> bool:
        """Whether the keys open everything, and it is what it was."""
        vault = Vault(keys or key_ring(self.settings).values())
        database = open_store(self.settings)
        try:
            if (await database.read(lambda tx: what_opens(tx, vault))).locked:
                return False
            wallet = AccountKeeper(database=database, vault=vault, clock=SystemClock(), bell=Bell())
            found = await wallet.open_all()
            pairs = [await wallet.credentials(one.id) for one in found]
            assert [pair.token for pair in pairs] == [Secret(f"token-{n + 1}") for n in range(len(found))]
            words = [
                unseal(vault, one.heard, frontend=one.frontend, event_id=one.event_id).reveal()
                for one in await database.read(inbox.unhandled)
            ]
            assert words == ['{"of": "an earlier version"}', '{"password": "hunter2"}']
            return len(found) > 0
        finally:
            await database.aclose()


@pytest.fixture
async def install(tmp_path):
    install = Install(tmp_path)
    await install.fill()
    return install


async def test_a_new_key_file_opens_everything_and_the_old_one_nothing(install):
    old = present(KeyFile(install.folder).key())
    told = await rekey(install.settings)
    new = present(KeyFile(install.folder).key())
    assert new != old
    assert await install.opens(new)
    assert not await install.opens(old)
    assert not KeyFile(install.folder).old_keys()
    assert "3 accounts" in told[0]
    assert new.hex() not in str(told)
    assert old.hex() not in str(told)


async def test_clear_words_of_an_earlier_version_are_sealed_too(install):
    await rekey(install.settings)
    database = open_store(install.settings)
    kept = await database.read(inbox.unhandled)
    assert "earlier" not in repr(kept)
    await database.aclose()


class Fragile:
    """Dies at its nth step of those that change something outside."""

    def __init__(self, monkeypatch, dies_at: int) -> None:
        self.left = dies_at
        for owner, name in ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "unlink")):
            monkeypatch.setattr(owner, name, self._fragile(getattr(owner, name)))

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise SystemExit("killed")

    def _fragile(self, real):
        def call(*given, **named):
            self.step()
            return real(*given, **named)

        return call


@pytest.mark.parametrize("dies_at", range(1, 8))
async def test_who_dies_at_any_step_leaves_everything_readable(install, monkeypatch, dies_at):
    Fragile(monkeypatch, dies_at)
    with pytest.raises(SystemExit):
        await rekey(install.settings)
    monkeypatch.undo()
    assert await install.opens()
    await rekey(install.settings)
    assert await install.opens(present(KeyFile(install.folder).key()))
    assert {path.name for path in install.folder.glob("secret*")} == {"secret.key"}


@pytest.mark.parametrize("before", [True, False])
async def test_who_dies_around_the_sealing_leaves_everything_readable(install, monkeypatch, before):
    def die(*_):
        raise SystemExit("killed")

    if before:
        monkeypatch.setattr("bot.cli.rekey.reseal", die)
    else:
        monkeypatch.setattr("bot.cli.rekey.what_opens", die)
    with pytest.raises(SystemExit):
        await rekey(install.settings)
    monkeypatch.undo()
    assert KeyFile(install.folder).old_keys()
    assert await install.opens()
    await rekey(install.settings)
    assert await install.opens(present(KeyFile(install.folder).key()))


@pytest.mark.realtime
async def test_a_killed_process_leaves_everything_readable(tmp_path):
    """`kill -9` at a moment of its own each time, from the first change to a file to the end."""
    install = Install(tmp_path / "data")
    await install.fill(accounts=40)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FOURTOP_")},
        "FOURTOP_DATA_DIR": str(install.folder),
        "PYTHONPATH": str(ROOT),
    }
    killed = 0
    for wait in (0.0, 0.002, 0.01, 0.03, 0.08):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "rekey", cwd=tmp_path, env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        before = KeyFile(install.folder).path.read_bytes()
        async with asyncio.timeout(40):
            while process.returncode is None and KeyFile(install.folder).path.read_bytes() == before:
                if KeyFile(install.folder).old_path.exists() and wait == 0.0:
                    break
                await asyncio.sleep(0.0005)
        await asyncio.sleep(wait)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        output, _ = await process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert process.returncode in {0, -signal.SIGKILL}, output.decode()
        assert await install.opens()
    assert killed
    await rekey(install.settings)
    assert await install.opens(present(KeyFile(install.folder).key()))


async def test_keys_of_the_environment_are_changed_by_the_host(tmp_path):
    install = Install(tmp_path, secret_key=ONE)
    await install.fill()
    assert any("To change the key" in line for line in await rekey(install.settings))
    between = install.changed(secret_key=TWO, old_secret_keys=ONE)
    assert await between.opens()
    told = await rekey(between.settings)
    assert any(line.startswith("FOURTOP_OLD_SECRET_KEYS, number 1 can go") for line in told)
    assert ONE not in str(told)
    assert TWO not in str(told)
    assert await install.changed(secret_key=TWO).opens()
    assert not (tmp_path / "secret.key").exists()


async def test_a_key_moves_from_the_file_into_the_environment(install):
    given = install.changed(secret_key=ONE)
    assert await given.opens()
    told = await rekey(given.settings)
    assert f"{install.folder / 'secret.key'} can go: nothing is sealed with it any more." in told
    (install.folder / "secret.key").unlink()
    assert await given.opens()


async def test_what_no_key_opens_is_said_and_no_key_is_thrown_away(install):
    path = install.folder / "secret.key"
    lost = path.read_text()
    path.unlink()
    told = await rekey(install.settings)
    assert any("4 could not be opened" in line for line in told)
    assert KeyFile(install.folder).old_keys()
    assert not await install.opens()
    found = install.changed(old_secret_keys=lost.strip())
    assert await found.opens()
    await rekey(found.settings)
    assert await install.opens(present(KeyFile(install.folder).key()))


async def test_a_running_fourtop_is_not_given_another_key(install):
    database = open_store(install.settings)
    before = KeyFile(install.folder).key()
    async with ProcessLease(database, SystemClock(), lost=lambda: None, owner="elsewhere:1:x"):
        refused = await asyncio.to_thread(
            CliRunner().invoke, main, ["rekey"], env={"FOURTOP_DATA_DIR": str(install.folder)}
        )
    assert refused.exit_code
    assert "Another Fourtop uses this database" in str(refused.exception)
    assert KeyFile(install.folder).key() == before
    await database.aclose()


async def test_the_install_keeps_its_name_with_the_inventory_whatever_becomes_of_the_key(install):
    settings = install.settings.model_copy(update={"http_port": 0, "web": False})
    callers = []
    for change in (False, True, False):
        if change:
            await rekey(settings)
        async with fourtop(settings, platforms=as_set(PLATFORMS)) as built:
            callers.append(expect(HousePlatform, built.platforms["house"])._caller)
    database = open_store(settings)
    kept = await database.read(lambda tx: names.kept(tx, "house", "none was kept"))
    await database.aclose()
    assert set(callers) == {kept}
    assert len(kept) == 12


async def test_an_install_that_changed_its_key_before_its_first_start_keeps_the_older_name(tmp_path):
    old = Install(tmp_path / "old", secret_key=ONE, http_port=0, web=False)
    new = Install(tmp_path / "new", secret_key=TWO, old_secret_keys=ONE, http_port=0, web=False)
    callers = []
    for install in (old, new):
        async with fourtop(install.settings, platforms=as_set(PLATFORMS)) as built:
            callers.append(expect(HousePlatform, built.platforms["house"])._caller)
    assert callers[0] == callers[1]
