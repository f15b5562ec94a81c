"""The library's bot: over our own HTTP, silent about its token, and with one error for whatever failed."""

import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.error import TelegramError

from bot.frontends.telegram.http import AiohttpRequest, CallFailed, Failure
from bot.frontends.telegram.updates import Me
from core.runtime.redaction import SecretRedaction

_CONNECTIONS = 32
_TALKATIVE = ("telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest", "asyncio")
"""Loggers that write down URLs or parameters."""


class TelegramBot(Bot):
    """Calls Telegram: to be done within `plain_failures`, as `identity` does it by itself."""

    def __init__(self, *, token: str, api_url: str) -> None:
        self._calls = AiohttpRequest(api_url, connections=_CONNECTIONS)
        self._fetching = AiohttpRequest(api_url, connections=1)
        root = f"{api_url.rstrip('/')}/bot"
        super().__init__(token, base_url=root, request=self._calls, get_updates_request=self._fetching)

    def __repr__(self) -> str:
        """Its name alone: the library's shows the token."""
        return type(self).__name__

    @property
    def for_updates(self) -> AiohttpRequest:
        """The connection that a request for updates may keep busy."""
        return self._fetching

    async def identity(self) -> Me:
        async with plain_failures():
            user = await self.get_me()
        return Me(id=user.id, username=user.username or "")

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._calls.shutdown()
        await self._fetching.shutdown()


@asynccontextmanager
async def plain_failures() -> AsyncGenerator[None]:
    """Have whatever a call of the library's raises be a `CallFailed`."""
    try:
        yield
    except CallFailed:
        raise
    except (TelegramError, KeyError, TypeError, ValueError) as error:
        # A good status, and an answer that the library cannot read: the call was done.
        raise CallFailed(Failure(status=0, description=type(error).__name__)) from None


def keep_out_of_logs(secrets: Iterable[str]) -> None:
    """From now on, none of the secrets is in what the library writes, whoever reads it."""
    redacted = _Redacted(secrets)
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(redacted)


class _Redacted(logging.Filter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._redact = SecretRedaction(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        redacted = self._redact(message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True
