"""`fourtop run` as a process of its own, on a data folder that outlives it."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path
from typing import Self

from bot.frontends.web.page_token import PageToken
from core.security.key_file import KeyFile
from tests.expect import json_of, present
from tests.measured import measuring

ROOT = Path(__file__).parents[2]
_PATIENCE = 30


def token_of(folder: Path) -> PageToken:
    """What opens the page of a bot that has run on this folder."""
    return PageToken(present(KeyFile(folder).key()))


class BotProcess:
    """A running bot; what it wrote is in `said`. Nothing of this machine's settings reaches it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.said: list[str] = []
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, folder: Path, **settings: str) -> Self:
        """Start it; returns at once. It serves the page on any free port, and no chat network."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "FOURTOP_DATA_DIR": str(folder),
            "FOURTOP_HTTP_PORT": "0",
            "FOURTOP_RESY": "false",
            **measuring(),
            **{f"FOURTOP_{name.upper()}": value for name, value in settings.items()},
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env=environment, stdout=PIPE, stderr=STDOUT
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return "".join(self.said)

    async def url(self) -> str:
        """Where the page is, once it is served. Raises `AssertionError` when the process ends before that."""
        found = await self.wait_for(r"web +on: (http://\S+)")
        return found[1]

    async def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until it has written something."""
        async with asyncio.timeout(_PATIENCE), self._news:
            await self._news.wait_for(lambda: re.search(pattern, self.output) or self._reading.done())
        found = re.search(pattern, self.output)
        assert found, f"it ended with {self._process.returncode}: {self.output}"
        return found

    async def kill(self) -> None:
        """`kill -9`, if it is still there."""
        if self._process.returncode is None:
            self._process.kill()
        await self.ended()

    def ask_to_stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        """The exit code, once it has ended by itself."""
        async with asyncio.timeout(_PATIENCE):
            code = await self._process.wait()
            await self._reading
        json_of(self._process)._transport.close()  # asyncio has no other way
        return code

    async def _read(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            async with self._news:
                self.said.append(line.decode())
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()
