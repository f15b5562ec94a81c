"""Quiet on the event loop around a drop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class QuietWindow:
    """While anyone asks for quiet, whoever can wait waits.

    Chat updates and deliveries stand still for the tenth of a second in which the first requests of a drop
    leave.
    """

    def __init__(self) -> None:
        self._asking = 0
        self._over = asyncio.Event()
        self._over.set()

    @asynccontextmanager
    async def quiet(self) -> AsyncGenerator[None]:
        """Ask for quiet; several may at once."""
        self._asking += 1
        self._over.clear()
        try:
            yield
        finally:
            self._asking -= 1
            if not self._asking:
                self._over.set()

    async def passed(self) -> None:
        """Return at once when nobody asks for quiet, else when it is over."""
        if self._asking:
            await self._over.wait()
