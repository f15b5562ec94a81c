"""Starts the rivals' process, and hears what they got."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.demo.rivals import KEY, Race, Taking, race_json, taking_json
from core.security.secret import Secret

_CODE = Path(__file__).parents[2]


class Contest:
    """Rivals at work."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def takings(self) -> Sequence[Taking]:
        """How it went for each, once the last has ended."""
        assert self._process.stdout is not None
        takings = [taking_json.validate_json(line) async for line in self._process.stdout]
        await self._process.wait()
        return takings


@asynccontextmanager
async def contest(race: Race, key: Secret) -> AsyncGenerator[Contest]:
    """Rivals in a process of their own, ended with the block if they have not ended by then; `key` lets them in."""
    path = os.pathsep.join(filter(None, (str(_CODE), os.environ.get("PYTHONPATH"))))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.demo.rivals",
        race_json.dump_json(race).decode(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        # Not as an argument, which everybody on this machine can read.
        env={**os.environ, "PYTHONPATH": path, KEY: key.reveal()},
        start_new_session=True,  # Ctrl-C is for us: they are ended below, without a traceback
    )
    try:
        yield Contest(process)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
