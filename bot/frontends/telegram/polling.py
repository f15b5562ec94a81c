"""Long polling: updates are fetched, and asked for again once they are written down."""

import json
from collections.abc import Sequence
from typing import cast
from urllib.parse import urlencode

from bot.frontends.telegram.bot import TelegramBot, plain_failures
from bot.frontends.telegram.connection_state import ConnectionState
from bot.frontends.telegram.event_handler import TelegramEventHandler
from bot.frontends.telegram.http import ANSWER_SECONDS
from bot.frontends.telegram.updates import ALLOWED_UPDATES, Json

_LONG_POLL = 25
"""Seconds Telegram may keep a request for updates open."""


async def poll(bot: TelegramBot, connection: ConnectionState, handler: TelegramEventHandler) -> None:
    """One connection: returns never, raises when it is lost."""
    async with plain_failures():
        await bot.delete_webhook()  # those waiting are kept
    offset: int | None = None
    wait = 0  # the first answer comes at once, and says whether somebody else is fetching
    while True:
        await handler.queue.wait_for_room()
        updates = await _updates(bot, offset=offset, wait=wait)
        connection.up()
        wait = _LONG_POLL
        if updates:
            await handler.take(updates)
            # Asking for the next acknowledges these: they are written down by now.
            offset = _after(updates)


async def _updates(bot: TelegramBot, *, offset: int | None, wait: int) -> Sequence[Json]:
    """Updates from `offset` on, waiting up to `wait` seconds for one; those before it are forgotten."""
    # The library's own get_updates makes an object of every part, and fails for one it does not know.
    ask: dict[str, object] = {
        "timeout": wait,
        "limit": 100,
        "allowed_updates": json.dumps(ALLOWED_UPDATES),
    }
    if offset is not None:
        ask["offset"] = offset
    url = f"{bot.base_url}/getUpdates?{urlencode(ask)}"
    async with plain_failures():
        answer = await bot.for_updates.post(url, read_timeout=_LONG_POLL + ANSWER_SECONDS)
    return cast("Sequence[Json]", answer) if isinstance(answer, list) else ()


def _after(updates: Sequence[Json]) -> int | None:
    numbers = [number for update in updates if isinstance(number := update.get("update_id"), int)]
    return max(numbers) + 1 if numbers else None
