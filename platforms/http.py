"""What every client of a platform needs to know of the wire: how to open it, and what its breaking means."""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from core import unit
from platforms.capped_body import capped

BROKEN = (httpx.HTTPError, aiohttp.ClientError, OSError)
"""A call that came to nothing; `TimeoutError` is an `OSError`."""

_NAMES_KEPT = 300  # seconds that an address stays looked up


def never_sent(error: Exception) -> bool:
    """Whether not one byte of the request can have left.

    The transport calls nearly everything a `ConnectTimeout`, a connection cut in the middle of a request too
    (httpx-aiohttp 0.2.0): only aiohttp's own error, the cause, tells them apart.
    """
    return isinstance(error.__cause__, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))


def was_idle(error: Exception) -> bool:
    """Whether the connection may have been closed while it waited in the pool, before this request."""
    return isinstance(
        error.__cause__, (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError)
    )


class _Counted(AiohttpTransport):
    """Each request is one of the unit of work that makes it, and so is its failure; no answer is read without end."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        unit.add(requests=1)
        try:
            return capped(await super().handle_async_request(request))
        except BROKEN as error:
            unit.failed(error)
            raise


def transport(*, keep_alive: float) -> AiohttpTransport:
    """As many connections as are asked for, kept open for so many idle seconds; no cookie is kept in them."""
    context = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0, keepalive_timeout=keep_alive, ssl=context, ttl_dns_cache=_NAMES_KEPT
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return _Counted(client=session)


def no_cookies() -> CookieJar:
    """A jar that takes nothing and gives nothing."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=()))
