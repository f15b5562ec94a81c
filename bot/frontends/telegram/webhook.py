"""The address at which Telegram delivers updates by itself."""

import json
import logging
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.frontends.telegram.updates import Json

_log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value
_LARGEST = 1 << 20


class Busy(Exception):
    """Not now: Telegram is to deliver it again."""


def webhook_route(url: str, *, secret: str, take: Callable[[Json], Awaitable[None]]) -> Route:
    """A route at the URL's path. `take` returns once it cannot be lost; if it raises, it comes again."""

    async def deliver(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        update = await _update(request)
        if update is None:
            return Response(status_code=400)
        try:
            await take(update)
        except Busy:
            return Response(status_code=503, headers={"Retry-After": "1"})
        except Exception:  # noqa: BLE001 - Telegram is to try again, whatever it was
            _log.exception("an update could not be written down")
            return Response(status_code=500)
        return Response(status_code=200)

    return Route(urlsplit(url).path or "/", deliver, methods=["POST"], name="telegram")


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
