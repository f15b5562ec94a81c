"""`fourtop demo`: an evening for somebody at the page, or one that plays itself."""

import asyncio
import signal
from datetime import timedelta

from bot.demo import stage
from bot.demo.auto import play_by_itself
from bot.demo.by_hand import play_by_hand
from bot.demo.transcript import put
from core.errors import BadInput
from core.runtime.log import set_up_logging

_DROP_IN = 60
_DROP_IN_AUTO = 20
_LEAST_AUTO = 12
_MOST = 3600
_INTERRUPTED = 130


async def play(*, auto: bool, drop_in: int | None, port: int) -> int:
    """The exit code: with `auto`, 0 only if the table was booked and everyone was told. Ctrl-C ends it."""
    least = _LEAST_AUTO if auto else 1
    seconds = drop_in or (_DROP_IN_AUTO if auto else _DROP_IN)
    if not least <= seconds <= _MOST:
        raise BadInput(
            "--drop-in", f"it has to be {least} to {_MOST} seconds{' with --auto' if auto else ''}."
        )
    set_up_logging("warning")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    playing = asyncio.create_task(_play(auto=auto, lead=timedelta(seconds=seconds), port=port))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if playing.done():
        return playing.result()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    put("\nThe evening is over, and all of it is gone from this machine." if not auto else "\nBroken off.")
    return _INTERRUPTED if auto else 0


async def _play(*, auto: bool, lead: timedelta, port: int) -> int:
    free = stage.free_port(port)
    if free != port:
        put(f"Port {port} is taken by another program, so the chat page gets another one.")
    async with stage.stage(port=free) as built:
        if auto:
            return await play_by_itself(built, lead=lead)
        return await play_by_hand(built, lead=lead)
