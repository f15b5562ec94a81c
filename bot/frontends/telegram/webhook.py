"""The webhook: Telegram delivers updates by itself, at an address that is kept set."""

import json
import logging
from datetime import timedelta
from hmac import compare_digest
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.frontends.telegram.bot import TelegramBot, plain_failures
from bot.frontends.telegram.connection_state import ConnectionState
from bot.frontends.telegram.event_handler import TelegramEventHandler
from bot.frontends.telegram.updates import ALLOWED_UPDATES, Json
from core.clock import Clock

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value
_LARGEST = 1 << 20
_LOOK_AT_WEBHOOK = timedelta(minutes=5)


class Webhook:
    """Takes what comes to `route` while it runs, and hands it on; whatever was not taken, Telegram sends again."""

    def __init__(
        self, bot: TelegramBot, connection: ConnectionState, clock: Clock, *, url: str, secret: str
    ) -> None:
        self._bot = bot
        self._connection = connection
        self._clock = clock
        self._url = url
        self._secret = secret
        self._handler: TelegramEventHandler | None = None

    @property
    def route(self) -> Route:
        """A route at the address's path."""
        return Route(urlsplit(self._url).path or "/", self._deliver, methods=["POST"], name="telegram")

    async def run(self, handler: TelegramEventHandler) -> None:
        """One connection: returns never, raises when it is lost."""
        self._handler = handler
        await self._set()
        while True:
            self._connection.up()
            await self._clock.sleep(_LOOK_AT_WEBHOOK)
            async with plain_failures():
                there = (await self._bot.get_webhook_info()).url
            if there != self._url:
                log.warning("somebody took Telegram's webhook away; it is set again")
                await self._set()

    async def _set(self) -> None:
        async with plain_failures():
            await self._bot.set_webhook(
                self._url, allowed_updates=ALLOWED_UPDATES, secret_token=self._secret, max_connections=40
            )

    async def _deliver(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=403)
        update = await _update(request)
        if update is None:
            return Response(status_code=400)
        if self._handler is None or self._handler.queue.full:
            return Response(status_code=503, headers={"Retry-After": "1"})
        try:
            await self._handler.take([update])
        except Exception:  # Telegram is to try again, whatever it was
            log.exception("an update could not be written down")
            return Response(status_code=500)
        return Response(status_code=200)


async def _update(request: Request) -> Json | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            return None
    try:
        update: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast(Json, update) if isinstance(update, dict) else None
