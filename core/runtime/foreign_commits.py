"""Hears of what another process writes: `fourtop venue import` in another shell, a hand in the database."""

import asyncio
import logging
from datetime import timedelta

from core.clock import Clock
from core.persistence.commit_look import CommitLook
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

LOOKS_EVERY = timedelta(seconds=0.5)


class ForeignCommits:
    """Rings the bell within a second, and not in the quiet around a drop."""

    def __init__(self, *, look: CommitLook, clock: Clock, quiet_window: QuietWindow, bell: Bell) -> None:
        self._look = look
        self._clock = clock
        self._quiet_window = quiet_window
        self._bell = bell
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        self._looking = asyncio.create_task(self._look_forever(), name="foreign commits")

    async def stop(self) -> None:
        """Leave off."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._look.aclose()

    async def _look_forever(self) -> None:
        failing = False
        while True:
            await self._quiet_window.passed()
            try:
                if await self._look.changed():
                    self._bell.ring()
                failing = False
            except Exception:
                if not failing:  # else twice a second
                    log.exception("it can't be seen whether others write; looked again all the same")
                failing = True
            await self._clock.sleep(LOOKS_EVERY)
