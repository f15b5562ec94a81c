"""The wire between us and a house behind HTTP: it can be cut or go dead around a booking call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum

from starlette.applications import Starlette

from core.clock import Clock
from core.persistence.database import Database
from core.security.api_keys import ApiKeys
from platforms.house.http import api
from platforms.house.inventory import LocalInventory
from tests.fakes.server import serving


class Trouble(StrEnum):
    """What happens to the next booking call."""

    CUT_BEFORE = "cut before it arrives"
    CUT_AFTER = "cut after it was booked"
    DEAD_BEFORE = "silence before it arrives"
    DEAD_AFTER = "silence after it was booked"


class Wire:
    """Passes requests on, except for the next booking call where there is `trouble`."""

    def __init__(self, upstream: str) -> None:
        self._host, _, port = upstream.removeprefix("http://").partition(":")
        self._port = int(port)
        self.trouble: Trouble | None = None
        self.booking_calls = 0
        self.url = ""
        self._calls: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while request := await _message(reader):
                if request.startswith(b"POST") and b"/reservations " in request:
                    self.booking_calls += 1
                    trouble, self.trouble = self.trouble, None
                else:
                    trouble = None
                if not await self._pass_on(request, writer, trouble):
                    break
        writer.transport.abort()
        self._calls.discard(task)

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter, trouble: Trouble | None) -> bool:
        """Whether the connection is still good."""
        answer = None
        if trouble not in {Trouble.CUT_BEFORE, Trouble.DEAD_BEFORE}:
            reader, onward = await asyncio.open_connection(self._host, self._port)
            onward.write(request)
            answer = await _message(reader)
            onward.transport.abort()
        match trouble:
            case Trouble.CUT_BEFORE | Trouble.CUT_AFTER:
                return False
            case Trouble.DEAD_BEFORE | Trouble.DEAD_AFTER:
                await asyncio.get_running_loop().create_future()
                return False
            case None:
                assert answer is not None
                writer.write(answer)
                await writer.drain()
                return True

    async def close(self) -> None:
        for task in self._calls:
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)


@asynccontextmanager
async def wired(database: Database, clock: Clock) -> AsyncIterator[Wire]:
    """A house that serves `database`, behind a wire."""
    app = Starlette(routes=[api.routes(LocalInventory(database, clock), keys=ApiKeys(database, clock))])
    async with serving(app) as upstream:
        wire = Wire(upstream)
        server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
        wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield wire
        finally:
            server.close()
            await wire.close()
            await server.wait_closed()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message with its body; empty at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        if not line:
            return b""
        head += line
    lengths = [
        line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    ]
    return head + await reader.readexactly(int(lengths[0]) if lengths else 0)
