"""From the start of the process to the first answer that a person sees."""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.bot import Bot
from bench.crowd import DiscordCrowd, TelegramCrowd

_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Seconds from the process to the first answer, one update waiting. `first` made its database; the others
    found it, and were at it again after a clean stop.
    """

    first: float
    again: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.again)


async def starts(times: int = 5) -> Starts:
    """Both networks are on; the update is a `/start` on Telegram."""
    with tempfile.TemporaryDirectory() as folder:
        async with TelegramCrowd(1) as telegram, DiscordCrowd(1) as discord:
            environment = {
                "FOURTOP_DATA_DIR": folder,
                "FOURTOP_HTTP_PORT": "0",
                "FOURTOP_LOG_LEVEL": "warning",
            }
            environment |= telegram.environment() | discord.environment()
            log = Path(folder) / "log"
            first = await _start(environment, telegram, log)
            again = [await _start(environment, telegram, log) for _ in range(times)]
    return Starts(first=first, again=tuple(again))


async def _start(environment: Mapping[str, str], telegram: TelegramCrowd, log: Path) -> float:
    group, bot = telegram.groups[0], Bot(environment, log=log)
    telegram.waiting.reset()
    await bot.spawn()
    group.start(bot.spawned_at)
    try:
        async with asyncio.timeout(_WAIT):
            while not telegram.waiting.times.commands:  # noqa: ASYNC110 - bounded, and it costs nothing
                await asyncio.sleep(0.002)
        await bot.on()
    finally:
        await bot.stop()
    return telegram.waiting.times.commands[0]


if __name__ == "__main__":
    began = time.time()
    print(asyncio.run(starts()), time.time() - began)
