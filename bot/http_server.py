"""The HTTP server: every part's routes on one port, inside our own event loop."""

import asyncio
import errno
import logging
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from core import unit
from core.errors import BadInput
from core.runtime.trusted_proxies import TrustedProxies, party_of

_LARGEST_FRAME = 64 * 1024
_BACKLOG = 2048
_NO_PROXIES = TrustedProxies()
_ASKED_ALL_THE_TIME = frozenset({"/healthz", "/readyz"})

REQUEST_WITHIN = 15.0
"""Seconds in which a whole request has to come; waiting for the next one has a shorter limit of its own."""

MOST_CONNECTIONS = 512
"""Half of the files that most systems let a process open: the rest is for the chat networks and the database."""

MOST_A_PEER = 160
"""Of those, for one address, so that nobody alone can take them all. Another Fourtop that has house venues here opens
up to 150 before a drop."""


class PartState(Protocol):
    """Whether a part is up, since when, or why not: `FrontEndState` is one."""

    @property
    def up(self) -> bool: ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def reason(self) -> str: ...


async def _nobody(_: Request) -> bool:
    return False


class HttpServer:
    """Serves `routes`, `/healthz` (the process lives) and `/readyz` (every configured part is up, else 503).

    What is up, and why it is not, `/readyz` tells only to those whom `initiated` lets see it. A connection of one of
    the `proxies` is not counted as its own, but each request as its sender's. Port 0 takes any free port; `url` tells
    which. It installs no signal handlers.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        routes: Sequence[BaseRoute],
        ready: Callable[[], Mapping[str, PartState]],
        initiated: Callable[[Request], Awaitable[bool]] = _nobody,
        proxies: TrustedProxies = _NO_PROXIES,
    ) -> None:
        self._host = host
        self._port = port
        self._ready = ready
        self._initiated = initiated
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[None] | None = None
        app = Starlette(routes=[Route("/healthz", self._healthz), Route("/readyz", self._readyz), *routes])
        config = uvicorn.Config(
            _Served(app, proxies),
            lifespan="off",
            http=type("_Protocol", (PatientProtocol,), {"proxies": proxies}),
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
        return browser_url(self._host, self.port)

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

    async def _readyz(self, request: Request) -> JSONResponse:
        states = self._ready()
        ready = all(state.up for state in states.values())
        status = 200 if ready else 503
        if not await self._initiated(request):
            return JSONResponse({"ready": ready}, status_code=status)
        parts = {
            name: {
                "up": state.up,
                "since": state.since.isoformat() if state.since else None,
                "reason": state.reason,
            }
            for name, state in states.items()
        }
        return JSONResponse({"ready": ready, "parts": parts}, status_code=status)


def browser_url(host: str, port: int) -> str:
    """The address of a server that listens there, for a browser on the same machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - not bound here
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{port}"


class _Served:
    """An app whose requests are units of work. A WebSocket is none: what is said through it comes as turns.

    Through a proxy nobody has more of either at a time than connections of their own otherwise.
    """

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self._app = app
        self._proxies = proxies
        self._under_way = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sender = self._proxies.sender(scope)
        if not sender.by_proxy:
            await self._serve(scope, receive, send)
            return
        party = party_of(str(sender.address))
        if self._under_way[party] >= MOST_A_PEER:
            await PlainTextResponse("Too many at a time.", status_code=429)(scope, receive, send)
            return
        self._under_way[party] += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._under_way[party] -= 1
            if not self._under_way[party]:
                del self._under_way[party]

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
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
    """HTTP/1.1 that drops who sends a request byte by byte, and who opens one connection too many.

    Whoever has their share is dropped before the whole is looked at: who is full shuts out nobody else.
    """

    request_within = REQUEST_WITHIN
    most_connections = MOST_CONNECTIONS
    most_a_peer = MOST_A_PEER
    proxies = _NO_PROXIES

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._has_enough() or len(self.connections) > self.most_connections:
            transport.abort()
            self.connections.discard(self)  # it is lost only later in this turn, in which others may come
        else:
            self.loop.call_later(self.request_within, self._look, None)

    def _has_enough(self) -> bool:
        """Whether the peer had its share of connections, WebSockets included, before this one."""
        peer = _peer(self)
        if self.proxies.trusts(peer):
            return False
        mine = party_of(peer)
        return sum(party_of(_peer(one)) == mine for one in self.connections) > self.most_a_peer

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


def _peer(connection: object) -> str | None:
    """The address at the other end, as each of uvicorn's protocols keeps it."""
    client = cast("tuple[str, int] | None", getattr(connection, "client", None))
    return None if client is None else client[0]


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
