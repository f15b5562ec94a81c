"""The whole process at its debug level, with everything going wrong: no secret in whatever comes out of it."""

import asyncio
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect

from bot.frontends.web.page_token import PageToken
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.doubles.discord_http.server import FakeDiscord
from tests.expect import present
from tests.security import planted

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
PATIENCE = 40


class Process:
    """`fourtop run` as a host starts it, and all that it writes."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FOURTOP_")},
            **{f"FOURTOP_{name}": value for name, value in environment.items()},
            "PYTHONPATH": str(ROOT),
            "PYTHONASYNCIODEBUG": "1",
            "PYTHONUNBUFFERED": "1",
        }
        self.folder = folder
        self.output = ""

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-X",
            "dev",
            "-m",
            "bot",
            "run",
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while chunk := await present(self.process.stdout).read(65536):
            self.output += chunk.decode(errors="backslashreplace")

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()
        await self.reading

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                assert self.process.returncode is None, self.output
                await asyncio.sleep(0.05)

    @property
    def arguments(self) -> str:
        return Path(f"/proc/{self.process.pid}/cmdline").read_text()


@pytest.mark.parametrize("style", ["text", "json"])
async def test_no_secret_leaves_the_process_whatever_goes_wrong(tmp_path, style):
    telegram = BotApi(World(token=planted.TELEGRAM))
    ann = telegram.world.person("Ann", handle="ann")
    group = telegram.world.group("Friends", [ann])
    ann.private.bot_in = True
    async with telegram, FakeDiscord(token=planted.DISCORD) as discord:
        process = Process(
            {
                "DATA_DIR": str(tmp_path / "data"),
                "SECRET_KEY": planted.KEY,
                "TELEGRAM_TOKEN": planted.TELEGRAM,
                "TELEGRAM_WEBHOOK_SECRET": planted.HOOK,
                "TELEGRAM_API_URL": telegram.url,
                "DISCORD_TOKEN": planted.DISCORD,
                "DISCORD_API_URL": discord.api_url,
                "DISCORD_GATEWAY_URL": discord.gateway_url,
                "HOUSE_TOKEN": planted.HOUSE,
                "HTTP_PORT": "0",
                "RESY": "false",
                "LOG_LEVEL": "debug",
                "LOG_FORMAT": style,
            },
            tmp_path,
        )
        await process.start()
        try:
            await process.until(
                lambda: "/claim " in process.output and "Discord is connected" in process.output
            )
            code = present(re.search(r"/claim (\w{4}-\w{4})", process.output))[1]
            address = present(re.search(r"on: (http://\S+)", process.output))[1]
            assert not planted.found_in(process.arguments)
            token = PageToken(hashlib.sha256(planted.KEY.encode()).digest())
            key = (await asyncio.to_thread(_made_key, process)).strip()

            # Mishaps of every kind, on each network.
            telegram.faults.refuse("getUpdates", 500, "Internal")
            telegram.faults.talk_nonsense("sendMessage")
            telegram.faults.refuse("sendMessage", 400, f"Bad Request: bot{planted.TELEGRAM} {planted.HOOK}")
            telegram.faults.lose_answer("sendMessage")
            telegram.faults.refuse("answerCallbackQuery", 400, "query is too old")
            discord.fail("POST", "/channels/*", 500, {"message": "broken", "code": 0}, times=2)
            discord.lose("POST", "/channels/*")
            for wrong in ("AAAA-AAAA", "BBBB-BBBB"):
                ann.send(ann.private, f"/claim {wrong}")
            ann.send(group, "/help")
            ann.send(group, "/reserve luna")
            await discord.command(2001, "help")
            await discord.command(2001, "reserve", {"words": "luna"})
            await discord.private_message(2001, "/claim CCCC-CCCC")

            # A code of theirs is typed where it works, and a link code comes of it.
            ann.send(ann.private, f"/claim {code}")
            await process.until(lambda: any("my admin" in one.text for one in ann.private.shown))
            ann.send(ann.private, "/link")
            await process.until(lambda: any("/link" in one.text for one in ann.private.shown))
            said = " ".join(one.text for one in ann.private.shown)
            link = present(re.search(r"/link (\w{4}-\w{4})", said))[1]
            await _talk_on_the_page(address, token, link)

            answers = await _asked(address, token, key)
            telegram.world.token = "700000001:" + "another" * 6
            await process.until(lambda: "refuses the token" in process.output)
            discord.token = "another"
            await discord.command(2001, "help")
            answers += await _asked(address, token, key)
        finally:
            await process.stop()

        assert process.process.returncode == 0
        assert "Traceback" not in process.output or not planted.found_in(process.output)
        assert not planted.found_in(process.output, *answers)
        assert process.output.count(code) == 1, (
            "the claim code is shown at the start, and in no line of the log"
        )
        assert link not in process.output
        secret = parse_qs(urlsplit(token.address("")).query)["token"][0]
        assert secret not in process.output, "its output is no terminal"
        assert key not in process.output
        assert not [part for part in (secret, key) if part in "".join(answers)]
        in_the_group = " ".join(one.text for one in group.shown)
        assert not planted.found_in(in_the_group)
        assert link not in in_the_group
        shown = json.dumps([one.body for one in discord.requests], default=str)
        assert not planted.found_in(shown)
        kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
        assert not [secret for secret in planted.ALL if secret.encode() in kept], "a secret was kept as it is"
        assert code.encode() not in kept, "the claim code was kept as it was typed"


async def _talk_on_the_page(address: str, token: PageToken, code: str) -> None:
    async with connect(token.address(address.replace("http", "ws"), "/chat/socket", person="Eve")) as ws:
        await ws.recv()
        for number, text in enumerate(("/help", f"/link {code[:-1]}9", "/link", "words")):
            frame = {"type": "say", "id": f"e{number}", "chat": "dm:eve", "text": text}
            await ws.send(json.dumps(frame))
            async with asyncio.timeout(PATIENCE):
                while json.loads(await ws.recv())["type"] != "acted":
                    pass
        await ws.send("{nonsense")
        await ws.recv()


def _made_key(process: Process) -> str:
    """A key as a host makes it in another shell."""
    command = [sys.executable, "-m", "bot", "keys", "add", "a friend", "--verb", "admin"]
    return subprocess.run(
        command, cwd=process.folder, env=process.environment, check=True, capture_output=True, text=True
    ).stdout


async def _asked(address: str, token: PageToken, key: str) -> list[str]:
    """Every address of the server, asked well and badly."""
    answers: list[str] = []
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=10, headers=headers) as http:
        opened = await http.get(token.address(""))
        assert opened.status_code == 303
        assert "parts" in (await http.get("/readyz")).json()
        for path in (
            "/",
            "/healthz",
            "/readyz",
            "/chat/people",
            "/house/v1/venues",
            "/nothing",
            "/%00",
            "/house/v1/",
        ):
            for method in ("GET", "POST", "DELETE"):
                answer = await http.request(method, path, content=b"[" * 2000)
                answers.append(f"{answer.status_code} {answer.headers} {answer.text}")
    return answers
