"""Staying connected to Telegram: updates are fetched, or delivered, for as long as the process lives."""

import logging
import random
from collections.abc import Sequence
from datetime import timedelta

from bot.conversation.ports import FrontEndState
from bot.frontends.telegram.event_handler import TelegramEventHandler
from bot.frontends.telegram.line import CallFailed, Line
from bot.frontends.telegram.receipts import Failure
from bot.frontends.telegram.updates import Json
from bot.frontends.telegram.webhook import Busy
from core.clock import Clock

_log = logging.getLogger(__name__)

LONG_POLL = 25
"""Seconds Telegram may keep a request for updates open."""

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LOOK_AT_WEBHOOK = timedelta(minutes=5)


class Listening:
    """Fetches updates, or keeps the webhook set, until cancelled; its `state` says how that goes."""

    def __init__(self, *, line: Line, clock: Clock, webhook_url: str | None, webhook_secret: str) -> None:
        self._line = line
        self._clock = clock
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        self._hearing: TelegramEventHandler | None = None
        self._pause = _FIRST_PAUSE
        self.state = FrontEndState(up=False, reason="Telegram is not connected yet.")

    async def listen(self, hearing: TelegramEventHandler) -> None:
        """One connection: returns never, raises when it is lost."""
        self._hearing = hearing
        if self._webhook_url is None:
            await self._fetch(hearing)
        else:
            await self._keep_webhook(self._webhook_url)

    async def deliver(self, update: Json) -> None:
        """Take an update that Telegram delivered. Raises `Busy` when it is to come again."""
        if self._hearing is None or self._hearing.lanes.crowded:
            raise Busy
        await self._hearing.take([update])

    async def lost(self, error: Exception) -> None:
        """Say why the connection is gone, and wait before the next."""
        failure = error.failure if isinstance(error, CallFailed) else None
        reason = (
            _reason(failure) if failure else "Updates from Telegram could not be written down; I try again."
        )
        if failure is None:
            _log.error("updates from Telegram could not be taken", exc_info=error)
        if self.state.up or self.state.reason != reason:
            _log.warning("%s", reason)
        self.state = FrontEndState(up=False, reason=reason)
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, hides nothing
        if failure and failure.retry_after:
            pause = max(pause, float(failure.retry_after))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        await self._clock.sleep(timedelta(seconds=pause))

    def _connected(self) -> None:
        self._pause = _FIRST_PAUSE
        if not self.state.up:
            self.state = FrontEndState(up=True, since=self._clock.now())
            _log.info("Telegram is connected")

    async def _fetch(self, hearing: TelegramEventHandler) -> None:
        await self._line.delete_webhook()
        offset: int | None = None
        wait = 0  # the first answer comes at once, and says whether somebody else is fetching
        while True:
            await hearing.lanes.room()
            updates = await self._line.updates(offset=offset, wait=wait)
            self._connected()
            wait = LONG_POLL
            if updates:
                await hearing.take(updates)
                # Asking for the next acknowledges these: they are written down by now.
                offset = _after(updates)

    async def _keep_webhook(self, url: str) -> None:
        await self._line.set_webhook(url, secret=self._webhook_secret)
        while True:
            self._connected()
            await self._clock.sleep(_LOOK_AT_WEBHOOK)
            if await self._line.webhook() != url:
                _log.warning("somebody took Telegram's webhook away; it is set again")
                await self._line.set_webhook(url, secret=self._webhook_secret)


def _after(updates: Sequence[Json]) -> int | None:
    numbers = [number for update in updates if isinstance(number := update.get("update_id"), int)]
    return max(numbers) + 1 if numbers else None


def _reason(failure: Failure) -> str:
    """A sentence for the host."""
    match failure.status:
        case 401 | 404:
            return "Telegram refuses the token: compare FOURTOP_TELEGRAM_TOKEN with what @BotFather shows."
        case 409:
            return "Another process is fetching this bot's updates: stop it, or give it a token of its own."
        case 429:
            return "Telegram asks for a pause; I go on after it."
        case 0:
            return f"Telegram can't be reached ({failure.description}); I try again."
        case status:
            return f"Telegram answers with an error ({status}: {failure.description}); I try again."
