"""The measured process: `fourtop run` as it is shipped, watched from outside."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_START = 60.0
_STOP = 15.0


class Bot:
    """`async with Bot(environment) as bot:` runs until the block ends; inside, it says that it is on."""

    def __init__(self, environment: Mapping[str, str], *, log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.spawned_at = 0.0

    async def spawn(self) -> None:
        """Start the process, and do not wait for anything."""
        with self._log.open("ab") as log:
            self.spawned_at = time.time()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**_bare(), **self._environment},
            )

    async def on(self) -> None:
        """Wait for the start block."""
        assert self._process
        assert self._process.stdout
        async with asyncio.timeout(_START):
            line = await self._process.stdout.readline()
        if not line.startswith(b"Fourtop"):
            raise RuntimeError(f"Fourtop did not start: {self._log.read_text()[-2000:]}")

    async def stop(self) -> None:
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), _STOP)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def __aenter__(self) -> Self:
        await self.spawn()
        try:
            await self.on()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def cpu_seconds(self) -> float:
        """User and system time so far, of all its threads."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_mb(self) -> float:
        return int(self._proc("statm").split()[1]) * _PAGE / 1e6

    def _proc(self, name: str) -> str:
        assert self._process
        return Path(f"/proc/{self._process.pid}/{name}").read_text()


def _bare() -> dict[str, str]:
    """Our environment without settings that would reach the bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FOURTOP_")}
