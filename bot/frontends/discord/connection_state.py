"""Whether Discord is connected, and why not."""

import logging
from datetime import timedelta

from bot.conversation.ports import FrontEndState
from core.clock import Clock

log = logging.getLogger(__name__)

REFUSED = "Discord does not accept the token: set FOURTOP_DISCORD_TOKEN to a valid one and start again."
_LONGEST_BACKOFF = timedelta(minutes=5)
_FIRST_BACKOFF = timedelta(seconds=1)


class ConnectionState:
    """Follows the gateway's shards. A refused token stays refused, since asking again leads to a ban."""

    def __init__(self, clock: Clock) -> None:
        self.state = FrontEndState(up=False, reason="Not started yet.")
        self.refused = False
        self._clock = clock
        self._missing: set[int] = set()
        self._backoff = _FIRST_BACKOFF

    def shard_up(self, shard_id: int) -> None:
        """A shard is connected; all of them make Discord up."""
        self._missing.discard(shard_id)
        self._backoff = _FIRST_BACKOFF
        if not self._missing and not self.state.up and not self.refused:
            log.info("Discord is connected")
            self.state = FrontEndState(up=True, since=self._clock.now())

    def shard_down(self, shard_id: int) -> None:
        self._missing.add(shard_id)
        self.down("The connection to Discord dropped; connecting again.")

    def down(self, reason: str) -> None:
        """Not connected; `reason` is a sentence."""
        if not self.refused:
            log.log(logging.WARNING if self.state.up else logging.INFO, "%s", reason)
            self.state = FrontEndState(up=False, reason=reason)

    def refuse(self) -> None:
        if not self.refused:
            log.error("%s", REFUSED)
            self.state = FrontEndState(up=False, reason=REFUSED)
            self.refused = True

    async def pause(self) -> None:
        """Wait before everything starts again: a second at first, then longer, five minutes at most."""
        self._missing.clear()
        await self._clock.sleep(self._backoff)
        self._backoff = min(self._backoff * 2, _LONGEST_BACKOFF)
