"""What hosts put before the HTTP server, as far as the server sees it: whose words arrive, and from where.

`bare` forwards TCP and adds nothing, as `ssh -R`, socat and load balancers do. The others rewrite the head of the
first request on a connection, by their makers' documentation: `nginx` with nothing but `proxy_pass` (the upstream's
own name as `Host`, and not a word of the client), `told_nginx` with the lines in docs/hosting.md, `caddy` and
`traefik` as they come.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from tests.expect import present

CLIENT = "203.0.113.7"
"""From where the proxies say that a client comes."""

Head = dict[str, str]
Rewrite = Callable[[Head, str], Head]


def _nginx(head: Head, upstream: str) -> Head:
    return head | {"host": upstream}


def _told_nginx(head: Head, _: str) -> Head:
    # $proxy_add_x_forwarded_for keeps what the client has said, in front.
    before = f"{head['x-forwarded-for']}, " if "x-forwarded-for" in head else ""
    return head | {"x-forwarded-for": f"{before}{CLIENT}", "x-forwarded-proto": "https"}


def _caddy(head: Head, _: str) -> Head:
    told = {"x-forwarded-for": CLIENT, "x-forwarded-proto": "https", "x-forwarded-host": head["host"]}
    return head | told | {"via": "1.1 Caddy"}


def _traefik(head: Head, _: str) -> Head:
    told = {"x-forwarded-for": CLIENT, "x-forwarded-proto": "https", "x-forwarded-host": head["host"]}
    return head | told | {"x-forwarded-port": "443", "x-forwarded-server": "edge", "x-real-ip": CLIENT}


KINDS: Mapping[str, Rewrite | None] = {
    "bare": None,
    "nginx": _nginx,
    "told_nginx": _told_nginx,
    "caddy": _caddy,
    "traefik": _traefik,
}


@asynccontextmanager
async def proxy(kind: str, port: int) -> AsyncIterator[str]:
    """The address of a proxy of that kind, on this machine, before the server at `port`."""
    rewrite, tasks = KINDS[kind], set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(present(asyncio.current_task()))
        onward, upstream = await asyncio.open_connection("127.0.0.1", port)
        try:
            if rewrite is not None:
                head = await reader.readuntil(b"\r\n\r\n")
                upstream.write(_rewritten(head, rewrite, f"127.0.0.1:{port}"))
            await asyncio.gather(_pump(reader, upstream), _pump(onward, writer))
        except asyncio.CancelledError:
            pass  # the proxy is gone
        finally:
            for one in (writer, upstream):
                one.close()
                with suppress(ConnectionError):
                    await one.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def _rewritten(sent: bytes, rewrite: Rewrite, upstream: str) -> bytes:
    first, *lines = sent.decode("latin-1").split("\r\n")[:-2]
    head = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    changed = rewrite(head, upstream)
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in changed.items()), "", ""]).encode(
        "latin-1"
    )


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
