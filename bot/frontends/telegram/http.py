"""HTTP to Telegram by aiohttp, at the library's own seam for it, and what exactly failed when a call did.

A call then costs a quarter of the CPU, a burst does not choke its pool, and a call that was never sent can be told
from one whose answer was lost, which decides whether a message may be sent again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

ANSWER_SECONDS = 10.0

_CONNECT_SECONDS = 5.0
_LARGEST = 16 << 20
_PIECE = 1 << 16
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call that was not answered with what was asked for.

    `status` is the HTTP status, 0 when there was no answer; `sent` is False only when Telegram cannot have
    seen the call.
    """

    status: int
    description: str
    sent: bool = True
    retry_after: int | None = None
    migrate_to: str | None = None


class CallFailed(TelegramError):
    """Telegram did not do what was asked; the library passes it on as it is, and its text never holds the token."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.status}: {failure.description}")
        self.failure = failure


class AiohttpRequest(BaseRequest):
    """A pool of at most `connections` to one host, opened with the first call; what is no success is `CallFailed`."""

    def __init__(self, url: str, *, connections: int) -> None:
        self._connections = connections
        # Asked once: aiohttp's own `trust_env` asks on every call, in a thread, and for netrc as well.
        self._proxy = _proxy_for(url)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Nothing to do before the first call."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """The answer, less our own words coming back: the library would make an object of every button."""
        answer: dict[str, object] = BaseRequest.parse_json_payload(payload)
        sent = _as_fields(answer.get("result"))
        if "message_id" in sent:
            answer["result"] = {name: sent[name] for name in ("message_id", "date", "chat")}
        return answer

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        within = float(read_timeout) if isinstance(read_timeout, int | float) else ANSWER_SECONDS
        timeout = aiohttp.ClientTimeout(
            total=None, connect=ANSWER_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=within
        )
        body = _body(request_data)
        headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}
        try:
            async with self._open().request(
                method, url, data=body, headers=headers, timeout=timeout
            ) as answer:
                payload = await _read(answer)
        except (aiohttp.ClientError, OSError) as error:
            # The error's own words may hold the URL, and with it the token: its name says enough.
            sent = not isinstance(error, _NOT_SENT)
            raise CallFailed(Failure(status=0, description=type(error).__name__, sent=sent)) from None
        if not 200 <= answer.status < 300:
            raise CallFailed(_failure(answer.status, payload))
        return answer.status, payload

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, proxy=self._proxy)
        return self._session


def _proxy_for(url: str) -> str | None:
    """What `HTTPS_PROXY` and `NO_PROXY` say about the host."""
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """All of an answer. Raises `aiohttp.ClientPayloadError` at one that is longer than a hundred updates are."""
    payload = bytearray()
    async for piece in answer.content.iter_chunked(_PIECE):
        payload += piece
        if len(payload) > _LARGEST:
            raise aiohttp.ClientPayloadError
    return bytes(payload)


def _body(data: RequestData | None) -> aiohttp.FormData | bytes | None:
    if data is None or not data.contains_files:
        return data.json_payload if data else None
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form


def _failure(status: int, payload: bytes) -> Failure:
    try:
        answer: object = json.loads(payload)
    except ValueError:
        return Failure(status=status, description="no JSON")
    fields = _as_fields(answer)
    parameters = _as_fields(fields.get("parameters"))
    pause, moved_to = parameters.get("retry_after"), parameters.get("migrate_to_chat_id")
    return Failure(
        status=status,
        description=str(fields.get("description", "")),
        retry_after=pause if isinstance(pause, int) else None,
        migrate_to=str(moved_to) if isinstance(moved_to, int) else None,
    )


def _as_fields(value: object) -> Mapping[str, object]:
    """A JSON object's fields; none where it is something else."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
