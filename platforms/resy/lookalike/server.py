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


@asynccontextmanager
async def serving(world: LookAlike, *, port: int = 0, control: ASGIApp | None = None) -> AsyncGenerator[str]:
    """The root URL (`http://127.0.0.1:PORT`) of the world's server, while the context lasts."""
    front = Front(world, control=control)
    with socket.create_server(("127.0.0.1", port), backlog=_BACKLOG) as listening:
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
