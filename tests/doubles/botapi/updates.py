"""Updates on their way to the bot: kept until it says that it has them."""

import asyncio
from collections.abc import Sequence

from tests.doubles.botapi.refusal import Refusal

_ALL = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")


class Updates:
    """The queue of one bot; one consumer at a time."""

    def __init__(self) -> None:
        self.waiting: list[dict] = []
        self.allowed: Sequence[str] = _ALL
        self.webhook_url = ""
        self._next_id = 700_000_001
        self._came = asyncio.Event()
        self._turn = 0

    def add(self, kind: str, content: dict) -> int | None:
        """Queue an update; its id, or None if the bot does not ask for its kind."""
        if kind not in self.allowed:
            return None
        update_id = self._next_id
        self._next_id += 1
        self.waiting.append({"update_id": update_id, kind: content})
        self._came.set()
        return update_id

    @property
    def last_id(self) -> int:
        return self._next_id - 1

    def forget(self, before: int) -> None:
        """The bot has all updates before this one."""
        if self.waiting and self.waiting[0]["update_id"] < before:
            self.waiting = [one for one in self.waiting if one["update_id"] >= before]

    async def fetch(self, *, offset: int, limit: int, wait: float) -> list[dict]:
        """`getUpdates`: a second caller takes over from the first."""
        if self.webhook_url:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._turn += 1
        turn = self._turn
        self._came.set()  # wakes the one before, to be told of the conflict
        if offset < 0:
            self.waiting = self.waiting[offset:]
        else:
            self.forget(offset)
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            if turn != self._turn:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            if self.waiting:
                return self.waiting[:limit]
            if not await self.arrival(within=deadline - asyncio.get_running_loop().time()):
                return []

    async def arrival(self, *, within: float) -> bool:
        """Wait for the next update or for something else to change."""
        if within <= 0:
            return False
        self._came.clear()
        try:
            async with asyncio.timeout(within):
                await self._came.wait()
        except TimeoutError:
            return False
        return True
