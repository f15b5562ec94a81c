"""The HTTP server: every part's routes on one port, inside our own event loop."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from core import unit
from core.errors import BadInput

_LARGEST_FRAME = 64 * 1024
_BACKLOG = 2048
_ASKED_ALL_THE_TIME = frozenset({"/healthz", "/readyz"})

REQUEST_WITHIN = 15.0
"""Seconds in which a whole request has to come; waiting for the next one has a shorter limit of its own."""

MOST_CONNECTIONS = 512
"""Half of the files that most systems let a process open: the rest is for the chat networks and the database."""


class PartState(Protocol):
    """Whether a part is up, since when, or why not: `FrontEndState` is one."""

    @property
    def up(self) -> bool: ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def reason(self) -> str: ...


class HttpServer:
    """Serves `routes`, `/healthz` (the process lives) and `/readyz` (every configured part is up, else 503).

    Port 0 takes any free port; `url` tells which. It installs no signal handlers.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        routes: Sequence[BaseRoute],
        ready: Callable[[], Mapping[str, PartState]],
    ) -> None:
        self._host = host
        self._port = port
        self._ready = ready
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[None] | None = None
        app = Starlette(routes=[Route("/healthz", self._healthz), Route("/readyz", self._readyz), *routes])
        config = uvicorn.Config(
            _Served(app),
            lifespan="off",
            http=PatientProtocol,
            ws="websockets-sansio",
            ws_max_size=_LARGEST_FRAME,
            log_config=None,
            access_log=False,
            proxy_headers=False,  # who is on this machine is decided by the socket, not by a header
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config)

    @property
    def port(self) -> int:
        """The port in use; 0 before `start`, if any free one was asked for."""
        return self._port

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104 - not bound here
        return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{self.port}"

    async def start(self) -> None:
        """Bind and serve. Raises `BadInput` when the address is taken or is none of this machine's."""
        self._socket = _bind(self._host, self._port)
        self._port = self._socket.getsockname()[1]
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="http")
        while not self._server.started:
            if self._serving.done():
                await self._serving
                raise BadInput("FOURTOP_HTTP_PORT", f"the HTTP server at {self.url} ended as it started.")
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Close what is open, within two seconds; stopping twice is fine."""
        if self._serving is None:
            return
        serving, self._serving = self._serving, None
        self._server.should_exit = True
        try:
            await serving
        finally:
            if self._socket is not None:
                self._socket.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _healthz(self, _: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    async def _readyz(self, _: Request) -> JSONResponse:
        parts = {
            name: {
                "up": state.up,
                "since": state.since.isoformat() if state.since else None,
                "reason": state.reason,
            }
            for name, state in self._ready().items()
        }
        ready = all(part["up"] for part in parts.values())
        return JSONResponse({"ready": ready, "parts": parts}, status_code=200 if ready else 503)


class _Served:
    """An app whose requests are units of work. A WebSocket is none: what is said through it comes as turns."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with unit.begin("http", method=scope["method"]) as request:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    request.bind(status=message["status"])
                await send(message)

            try:
                await self._app(scope, receive, noted)
            finally:
                path = _path(scope)
                request.bind(path=path)
                if path in _ASKED_ALL_THE_TIME:
                    request.level = logging.DEBUG


def _path(scope: Scope) -> str | None:
    """Where it was answered, without what stood in the braces; what a stranger tried is not repeated."""
    route = scope.get("route")
    return f"{scope.get('root_path', '')}{route.path}" if isinstance(route, Route | Mount) else None


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that drops who sends a request byte by byte, and who opens one connection too many."""

    request_within = REQUEST_WITHIN
    most_connections = MOST_CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.abort()
        else:
            self.loop.call_later(self.request_within, self._look, None)

    def _look(self, before: object) -> None:
        """Drop the connection if it sends what it was sending when last looked at; `before` is that request."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # gone, or a WebSocket, which has pings
        now = cast("RequestResponseCycle | None", self.cycle)  # there is none before the first request
        ours = now is not None and not now.more_body and not now.response_complete
        if now is before and not ours:
            self.transport.abort()
        else:
            self.loop.call_later(self.request_within, self._look, now)


class _Uvicorn(uvicorn.Server):
    """Uvicorn without its signal handlers, which would take SIGTERM away from the rest of the process."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host.strip("[]"), port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise _explained(error, host, port) from None
    # Inherited by every connection. asyncio would set it only on a socket that says it is TCP, which this one does
    # not; without it each answer waits 40 ms between its head and its body.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _explained(error: OSError, host: str, port: int) -> BadInput:
    match error.errno:
        case errno.EADDRINUSE:
            why = f"port {port} on {host} is taken by another program; stop that one or choose another port."
            return BadInput("FOURTOP_HTTP_PORT", why)
        case errno.EACCES:
            why = f"port {port} is only for programs with special rights; choose one above 1023."
            return BadInput("FOURTOP_HTTP_PORT", why)
        case _:
            return BadInput("FOURTOP_HTTP_HOST", f"cannot listen at {host}: {error.strerror or error}.")
