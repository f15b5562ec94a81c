"""A look-alike in a process of its own, so that it shares neither the loop nor the core with who is measured."""

import asyncio
import gc
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from core.clock import SystemClock
from platforms.resy.lookalike.control import control_of
from platforms.resy.lookalike.remote import RemoteLookAlike
from platforms.resy.lookalike.scenario import Scenario
from platforms.resy.lookalike.server import serving

_ROOT = Path(__file__).parents[3]
_LONGEST_LINE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class StartOrder:
    """The first line that the child reads."""

    key: str
    scenario: Scenario


ORDER = TypeAdapter(StartOrder)


@asynccontextmanager
async def in_child(scenario: Scenario | None = None) -> AsyncGenerator[RemoteLookAlike]:
    """A child that serves the scenario on the machine's clock; it ends with the context, or with its parent."""
    order = StartOrder(key=secrets.token_hex(16), scenario=scenario or Scenario())
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "platforms.resy.lookalike",
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is the parent's
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(ORDER.dump_json(order) + b"\n")
        await child.stdin.drain()
        url = (await child.stdout.readline()).decode().strip()
        if not url:
            raise ChildProcessError("the look-alike ended as it started")
        async with httpx.AsyncClient(trust_env=False) as http:
            yield RemoteLookAlike(url, key=order.key, http=http)
    finally:
        child.stdin.close()
        await child.wait()


async def serve_parent() -> None:
    """The child's side: an order on stdin, the URL on stdout, and the end when stdin ends."""
    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader(limit=_LONGEST_LINE)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    order = ORDER.validate_json(await stdin.readline())
    world = order.scenario.begin(SystemClock())
    async with serving(world, control=control_of(world, key=order.key)) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        gc.collect()
        gc.freeze()
        await stdin.read()
    pipe.close()
