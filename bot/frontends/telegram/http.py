"""One HTTP exchange with Telegram over aiohttp, and what exactly failed when it did."""

import json
from collections.abc import Mapping
from typing import IO, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from bot.frontends.telegram.line import CallFailed
from bot.frontends.telegram.receipts import Failure

ANSWER_SECONDS = 10.0

_CONNECT_SECONDS = 5.0
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)

Body = aiohttp.FormData | bytes | None


class Connections:
    """A pool of at most `most` connections to one host, opened with the first call."""

    def __init__(self, url: str, *, most: int) -> None:
        self._most = most
        # Asked once: aiohttp's own `trust_env` asks on every call, in a thread, and for netrc as well.
        self._proxy = _proxy_for(url)
        self._session: aiohttp.ClientSession | None = None

    async def exchange(self, method: str, url: str, body: Body, *, answer_within: float) -> tuple[int, bytes]:
        """Status and body of a success. Raises `CallFailed`."""
        timeout = aiohttp.ClientTimeout(
            total=None, connect=ANSWER_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=answer_within
        )
        headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}
        try:
            async with self._open().request(
                method, url, data=body, headers=headers, timeout=timeout
            ) as answer:
                payload = await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            # The error's own words may hold the URL, and with it the token: its name says enough.
            sent = not isinstance(error, _NOT_SENT)
            raise CallFailed(Failure(status=0, description=type(error).__name__, sent=sent)) from None
        if not 200 <= answer.status < 300:
            raise CallFailed(_failure(answer.status, payload))
        return answer.status, payload

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._most)
            self._session = aiohttp.ClientSession(connector=connector, proxy=self._proxy)
        return self._session


def _proxy_for(url: str) -> str | None:
    """What `HTTPS_PROXY` and `NO_PROXY` say about the host."""
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def form(
    fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes | IO[bytes], str]]
) -> aiohttp.FormData:
    """A form with files, each as name, content and media type."""
    data = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        data.add_field(name, value)
    for name, (filename, content, media_type) in files.items():
        data.add_field(name, content, filename=filename, content_type=media_type)
    return data


def _failure(status: int, payload: bytes) -> Failure:
    try:
        answer: object = json.loads(payload)
    except ValueError:
        return Failure(status=status, description="no JSON")
    fields = as_fields(answer)
    parameters = as_fields(fields.get("parameters"))
    pause, moved_to = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    return Failure(
        status=status,
        description=str(fields.get("description", "")),
        retry_after=pause if isinstance(pause, int) else None,
        migrate_to=str(moved_to) if isinstance(moved_to, int) else None,
    )


def as_fields(value: object) -> Mapping[str, object]:
    """A JSON object's fields; none where it is something else."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
