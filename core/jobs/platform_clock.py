"""Reads a platform's clock: some sixteen small questions in three to five seconds."""

import asyncio
import logging
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.bracket import UNMEASURED, Bracket, ClockOffset
from core.powers.clock import TellsTime

log = logging.getLogger(__name__)

MOST_READINGS = 16
_FIRST_READINGS = 3
_ROUNDS = 3
_FINE = timedelta(milliseconds=1)


async def measure(platform: TellsTime, clock: Clock, *, until: datetime) -> ClockOffset:
    """How far the platform's clock is from ours; what is not answered by `until` does not count.

    The clock turns once a second: each round asks several times around where it may, so that every second the
    uncertainty becomes a sixth.
    """
    measuring = _Measuring(platform, clock, until)
    try:
        await measuring.run()
    finally:
        await measuring.aclose()
    return UNMEASURED if measuring.bracket is None else measuring.bracket.estimate


class _Measuring:
    def __init__(self, platform: TellsTime, clock: Clock, until: datetime) -> None:
        self.bracket: Bracket | None = None
        self._platform = platform
        self._clock = clock
        self._until = until
        self._left = MOST_READINGS
        self._asked: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        for _ in range(_FIRST_READINGS):
            if self.bracket is None and self._clock.now() < self._until:
                self._ask()
                await self._answers()
        rounds = _ROUNDS
        while self.bracket is not None and self.bracket.edge > _FINE and self._left:
            count = -(-self._left // max(rounds, 1))
            rounds -= 1
            sendings = self.bracket.sendings(self._clock.now(), count)
            if sendings[0] >= self._until:
                break
            await self._round(sendings)

    async def aclose(self) -> None:
        for task in self._asked:
            task.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)

    async def _round(self, sendings: tuple[datetime, ...]) -> None:
        """Ask at these moments, except where the answers have told enough."""
        for at in sendings:
            if at >= self._until:
                break
            await self._clock.sleep(max(at - self._clock.now(), timedelta(0)))
            if self.bracket is not None and self.bracket.cut_by(self._clock.now()):
                self._ask()
        await self._answers()

    def _ask(self) -> None:
        self._left -= 1
        self._asked.add(asyncio.create_task(self._read()))

    async def _answers(self) -> None:
        """Wait for what was asked, as long as there is time."""
        if not self._asked:
            return
        patience = asyncio.create_task(self._clock.sleep(self._until - self._clock.now()))
        answers = asyncio.create_task(asyncio.wait(self._asked))
        await asyncio.wait({patience, answers}, return_when=asyncio.FIRST_COMPLETED)
        for task in (patience, answers):
            task.cancel()
        self._asked = {task for task in self._asked if not task.done()}

    async def _read(self) -> None:
        try:
            reading = await self._platform.read_clock()
        except Exception:  # a clock that cannot be read is no reason to stop
            log.info("A platform's clock could not be read.", exc_info=True)
            return
        if reading is None or reading.answered_at < reading.sent_at:
            return
        read = Bracket.of(sent_at=reading.sent_at, answered_at=reading.answered_at, shown=reading.shown)
        self.bracket = read if self.bracket is None else self.bracket.narrowed(read)
