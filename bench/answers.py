"""How long people wait for an answer, both networks together at 100 updates a second."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from bench.bot import Bot
from bench.crowd import Crowd, DiscordCrowd, TelegramCrowd, Times, sit_down, talk
from bot.store import open_store
from core.clock import SystemClock
from platforms.house.own_venues import HouseVenues
from tests.settings import settings_of

RATE = 100.0
_WARM_UP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Milliseconds. `unanswered` is how many got no answer within five seconds of the end."""

    chats: int
    network: str
    sent: int
    unanswered: int
    tap: tuple[float, float]
    edit: tuple[float, float] | None
    command: tuple[float, float] | None
    generator_late_p95: float
    cpu: float


async def answers(chats: int, *, seconds: float) -> list[Answered]:
    """Talk in that many chats, half of them on each network; a single one is on Telegram."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        environment = {"FOURTOP_DATA_DIR": folder, "FOURTOP_HTTP_PORT": "0", "FOURTOP_LOG_LEVEL": "warning"}
        database = open_store(settings_of(data_dir=Path(folder)))
        await HouseVenues().add(database, HouseVenues().samples(), file="samples", clock=clock)
        async with TelegramCrowd(max(1, chats // 2)) as telegram, DiscordCrowd(chats // 2) as discord:
            crowds: Sequence[Crowd] = [one for one in (telegram, discord) if one.groups]
            for crowd in crowds:
                await database.write(lambda tx, crowd=crowd: crowd.seat(tx, clock.now()))
                environment |= crowd.environment()
            await database.aclose()
            async with Bot(environment, log=Path(folder) / "log") as bot:
                await sit_down(crowds)
                rate = RATE / len(crowds)
                now = time.time()
                await asyncio.gather(*(talk(one, per_second=rate, until=now + _WARM_UP) for one in crowds))
                now, cpu = time.time(), bot.cpu_seconds()
                talks = [talk(one, per_second=rate, until=now + seconds) for one in crowds]
                times = await asyncio.gather(*talks)
                cpu = (bot.cpu_seconds() - cpu) / (time.time() - now)
    names = ["Telegram", "Discord"][: len(crowds)]
    return [
        _told(chats, name, one, crowd.waiting.unanswered, cpu)
        for name, one, crowd in zip(names, times, crowds, strict=True)
    ]


def _told(chats: int, network: str, times: Times, unanswered: int, cpu: float) -> Answered:
    return Answered(
        chats=chats,
        network=network,
        sent=times.sent,
        unanswered=unanswered,
        tap=_cut(times.taps) or (0.0, 0.0),
        edit=_cut(times.edits),
        command=_cut(times.commands),
        generator_late_p95=(_cut(times.late) or (0.0, 0.0))[1],
        cpu=cpu,
    )


def _cut(seconds: list[float]) -> tuple[float, float] | None:
    """p50 and p95 in milliseconds; None for too few to say."""
    if len(seconds) < 20:
        return None
    cuts = quantiles(seconds, n=20, method="inclusive")
    return cuts[9] * 1e3, cuts[18] * 1e3


if __name__ == "__main__":
    import sys

    for number in map(int, sys.argv[1:] or ["200"]):
        for one in asyncio.run(answers(number, seconds=15)):
            print(one)
