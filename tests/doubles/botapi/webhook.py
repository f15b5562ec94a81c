"""Updates delivered to the bot's own address, again and again until it says 2xx."""

import asyncio
import contextlib

import aiohttp

from tests.doubles.botapi.methods import Methods
from tests.doubles.botapi.world import World

_AGAIN_AFTER = 0.05
"""Seconds. Telegram waits longer, and longer each time."""


class Deliveries:
    """`done` has the id and status of every delivery; `repeats` is how often a taken one comes once more."""

    def __init__(self, world: World, methods: Methods) -> None:
        self.done: list[tuple[int, int]] = []
        self.repeats = 0
        self._world = world
        self._methods = methods
        self._delivering: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._delivering = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        if self._delivering is not None:
            self._delivering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._delivering
            self._delivering = None

    async def _deliver(self) -> None:
        updates = self._world.updates
        async with aiohttp.ClientSession() as session:
            while True:
                if not updates.webhook_url or not updates.waiting:
                    await updates.arrival(within=0.05)
                    continue
                update = updates.waiting[0]
                status = await self._post(session, update)
                self.done.append((update["update_id"], status))
                if not 200 <= status < 300:
                    self._methods.webhook_error = f"Wrong response from the webhook: {status}"
                    await asyncio.sleep(_AGAIN_AFTER)
                elif self.repeats:
                    self.repeats -= 1
                else:
                    updates.forget(update["update_id"] + 1)

    async def _post(self, session: aiohttp.ClientSession, update: dict) -> int:
        headers = {}
        if self._methods.webhook_secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._methods.webhook_secret
        try:
            async with session.post(self._world.updates.webhook_url, json=update, headers=headers) as answer:
                await answer.read()
                return answer.status
        except aiohttp.ClientError:
            return 0
