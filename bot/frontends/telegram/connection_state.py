"""Whether Telegram is connected, and why not."""

import logging
import random
from datetime import timedelta

from bot.conversation.ports import FrontEndState
from bot.frontends.telegram.http import CallFailed, Failure
from core.clock import Clock

log = logging.getLogger(__name__)

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class ConnectionState:
    """Follows the one connection by which updates come, and paces how often it is made again."""

    def __init__(self, clock: Clock) -> None:
        self.state = FrontEndState(up=False, reason="Telegram is not connected yet.")
        self._clock = clock
        self._pause = _FIRST_PAUSE

    def up(self) -> None:
        self._pause = _FIRST_PAUSE
        if not self.state.up:
            self.state = FrontEndState(up=True, since=self._clock.now())
            log.info("Telegram is connected")

    async def lost(self, error: Exception) -> None:
        """Say why the connection is gone, and wait before the next."""
        failure = error.failure if isinstance(error, CallFailed) else None
        reason = (
            _reason(failure) if failure else "Updates from Telegram could not be written down; I try again."
        )
        if failure is None:
            log.error("updates from Telegram could not be taken", exc_info=error)
        if self.state.up or self.state.reason != reason:
            log.warning("%s", reason)
        self.state = FrontEndState(up=False, reason=reason)
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, hides nothing
        if failure and failure.retry_after:
            pause = max(pause, float(failure.retry_after))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        await self._clock.sleep(timedelta(seconds=pause))


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
