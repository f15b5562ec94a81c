"""An account from its connection to a change of the key, in real processes: nothing of it lies about."""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from core.clock import SystemClock
from platforms.resy.lookalike import Card, LookAlike, serving
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.expect import present
from tests.security import planted
from tests.security.test_whole_process import PATIENCE, Process

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(120)]

EMAIL = "ann@example.org"
CARD = "4242424242424242"


class Host:
    """A folder, a network and a platform; processes come and go."""

    def __init__(self, folder, telegram: BotApi, resy_url: str) -> None:
        self.folder = folder
        self.output = ""
        self.environment = {
            "DATA_DIR": str(folder / "data"),
            "TELEGRAM_TOKEN": planted.TELEGRAM,
            "TELEGRAM_API_URL": telegram.url,
            "RESY_API_URL": resy_url,
            "HTTP_PORT": "0",
            "LOG_LEVEL": "debug",
        }

    @asynccontextmanager
    async def running(self, *, killed: bool = False):
        process = Process(self.environment, self.folder)
        await process.start()
        try:
            await process.until(lambda: re.search(r"on: http", process.output))
            yield process
        finally:
            if killed:
                process.process.kill()
            await process.stop()
            self.output += process.output

    async def command(self, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env=Process(self.environment, self.folder).environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told = (await process.communicate())[0].decode()
        self.output += told
        return told

    def kept(self) -> bytes:
        """Every byte in the folder: the database with its journal and its free pages, the keys."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


async def seen(person, words: str):
    """The last message of the bot to somebody once it says that."""
    await until(lambda: any(words in one.text for one in person.private.shown[-1:]))
    return person.private.shown[-1]


def remembering(accounts) -> list:
    """Every pair of tokens that the platform gives out."""
    pairs, grant = [], accounts.grant

    def remember(*given, **named):
        pairs.append(grant(*given, **named))
        return pairs[-1]

    accounts.grant = remember
    return pairs


async def test_nothing_of_an_account_lies_about_from_its_connection_to_a_change_of_the_key(tmp_path):
    telegram = BotApi(World(token=planted.TELEGRAM))
    ann = telegram.world.person("Ann", handle="ann")
    ann.private.bot_in = True
    resy = LookAlike(SystemClock(), seed=1)
    member = resy.add_person(EMAIL, password=planted.PASSWORD, cards=(Card(id=1, last_four="4242"),))
    pairs = remembering(resy.accounts)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(telegram)
        host = Host(tmp_path, telegram, await stack.enter_async_context(serving(resy)))

        async with host.running() as process:
            await process.until(lambda: "/claim " in process.output)
            code = present(re.search(r"/claim (\w{4}-\w{4})", process.output))[1]
            ann.send(ann.private, f"/claim {code}")
            await seen(ann, "my admin")
            ann.send(ann.private, "/connect resy")
            card = await seen(ann, "Connect your Resy account")
            ann.tap(card, "E-mail and password")
            await seen(ann, "Which e-mail address")
            ann.send(ann.private, EMAIL)
            await seen(ann, "the Resy password")
            ann.send(ann.private, planted.PASSWORD)
            await seen(ann, "is connected")
        assert "1 connected. The key opens everything" in await host.command("doctor")

        resy.accounts.drop_all(member.id, renewers=False)
        async with host.running(killed=True):  # refused with the token, it renews
            shown = len(ann.private.shown)
            ann.send(ann.private, "/accounts")
            await until(lambda: len(ann.private.shown) > shown)
            ann.tap(ann.private.shown[-1], "Check now")
            await until(lambda: resy.journal.of("refresh"))
        old = (tmp_path / "data" / "secret.key").read_text().strip()
        told = await host.command("rekey")
        assert "1 accounts" in told
        new = (tmp_path / "data" / "secret.key").read_text().strip()
        assert new != old
        assert "The key opens everything" in await host.command("doctor")

        assert len(pairs) == 2
        secrets = [planted.PASSWORD, old, *(token for pair in pairs for token in (pair.auth, pair.refresh))]
        kept = host.kept()
        assert not [one for one in secrets if one.encode() in kept]
        assert not [one for one in (*secrets, new) if one in host.output]
        said = json.dumps([one.body() for one in ann.private.messages if not one.deleted], default=str)
        assert not [one for one in (*secrets, new) if one in said]
        assert CARD not in host.output
