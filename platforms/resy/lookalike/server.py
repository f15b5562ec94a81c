"""A look-alike on a port of this machine, in the running loop."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from platforms.resy.lookalike.front import Front
from platforms.resy.lookalike.world import LookAlike

_BACKLOG = 1024


class _Uvicorn(uvicorn.Server):
    """Uvicorn without its signal handlers."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _listening(port: int) -> socket.socket:
    """A socket that says it is TCP: only then does asyncio switch off Nagle, which costs 40 ms an answer."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(_BACKLOG)
    return listening


@asynccontextmanager
async def serving(world: LookAlike, *, port: int = 0, control: ASGIApp | None = None) -> AsyncGenerator[str]:
    """The root URL (`http://127.0.0.1:PORT`) of the world's server, while the context lasts."""
    front = Front(world, control=control)
    with _listening(port) as listening:
        config = uvicorn.Config(
            front,
            lifespan="off",
            http="h11",
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,  # the world has a clock of its own
            timeout_keep_alive=120,
            timeout_graceful_shutdown=1,
        )
        server = _Uvicorn(config)
        task = asyncio.create_task(server.serve(sockets=[listening]), name="lookalike")
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            front.let_go()
            with suppress(asyncio.CancelledError):
                await task
