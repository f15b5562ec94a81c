"""The look-alike of Resy without sockets: what its app does to a connection, on the clock of a test."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
from starlette.types import Message, Scope

from core.clock import Clock
from platforms.resy.lookalike import LookAlike
from platforms.resy.lookalike.front import Front

Step = Callable[[str], Awaitable[None]]

_PATIENCE = timedelta(seconds=10)


class InProcess(httpx.AsyncBaseTransport):
    """Requests go straight to the look-alike's app. `step` is called before each one leaves and after each answer.

    A connection that the app breaks is a `ReadError`, and one on which nothing comes for ten seconds of the clock a
    `ReadTimeout`: the request may have been carried out, as far as the caller knows.
    """

    def __init__(self, world: LookAlike, clock: Clock, *, step: Step | None = None) -> None:
        self._front = Front(world)
        self._clock = clock
        self._step = step

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._pass(f"before {request.method} {request.url.path}")
        exchange = _Exchange(request)
        asking = asyncio.create_task(self._front(exchange.scope, exchange.receive, exchange.send))
        patience = asyncio.create_task(self._clock.sleep(_PATIENCE))
        over = asyncio.create_task(exchange.over.wait())
        try:
            await asyncio.wait({over, patience}, return_when=asyncio.FIRST_COMPLETED)
            timed_out = not exchange.over.is_set()
        finally:
            exchange.abort()
            for task in (over, patience):
                task.cancel()
            await asyncio.gather(asking, over, patience, return_exceptions=True)
        await self._pass(f"after {request.method} {request.url.path}")
        if timed_out:
            raise httpx.ReadTimeout("nothing came", request=request)
        if not exchange.answered:
            raise httpx.ReadError("the connection broke", request=request)
        return httpx.Response(
            exchange.status, headers=exchange.headers, content=bytes(exchange.body), request=request
        )

    async def _pass(self, name: str) -> None:
        if self._step is not None:
            await self._step(name)


class _Exchange:
    """One request on a connection of its own, in the words of ASGI."""

    def __init__(self, request: httpx.Request) -> None:
        self.scope: Scope = {
            "type": "http",
            "method": request.method,
            "path": request.url.path,
            "raw_path": request.url.raw_path,
            "query_string": request.url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "scheme": "http",
            "http_version": "1.1",
        }
        self._content = request.content
        self._asked = False
        self._gone = asyncio.Event()
        self.transport = self
        self.over = asyncio.Event()
        self.answered = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._content, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
            return
        self.body += message["body"]
        if not message.get("more_body", False):
            self.answered = True
            self.over.set()

    def abort(self) -> None:
        """The connection is broken, from whichever side."""
        self._gone.set()
        self.over.set()
