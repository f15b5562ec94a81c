"""`fourtop run`: start everything, say what is on, stop when told."""

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.bootstrap import Fourtop, fourtop
from bot.cli.startup_report import block
from core import members, unit
from core.persistence.database import password_in
from core.runtime.log import set_up_logging
from core.runtime.settings import Settings

log = logging.getLogger("fourtop")

_SOON = timedelta(seconds=3)
_A_MOMENT = timedelta(milliseconds=20)


def set_up_log(settings: Settings) -> None:
    """One log for the process, without any of its secrets."""
    secrets = (
        settings.telegram_token,
        settings.telegram_webhook_secret,
        settings.discord_token,
        settings.house_token,
        settings.secret_key,
        *settings.old_secret_keys,
        settings.database_url,
    )
    known = [secret.get_secret_value() for secret in secrets if secret is not None]
    if settings.database_url is not None and (password := password_in(settings.database())) is not None:
        known.append(password)
    set_up_logging(settings.log_level, settings.log_format, secrets=known)


async def run_until_stopped(settings: Settings) -> int:
    """The exit code: 0 after a signal, 1 when the process has to stop by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        with unit.begin("start") as start:
            built = await stack.enter_async_context(fourtop(settings))
            code = await built.database.write(
                lambda tx: members.offer_claim(tx, built.secret, now=built.clock.now())
            )
            await _connected(built)
            start.bind(**{name: frontend.state.up for name, frontend in built.frontends.items()})
        print(await block(built, claim_code=code), flush=True)  # noqa: T201 - what the host sees of a start
        await _first(stop, built.stopping)
        log.info("stopping")
    return 0 if stop.is_set() else 1


async def _connected(built: Fourtop) -> None:
    """Give the front-ends a moment, so that the block can say how they are."""
    deadline = built.clock.now() + _SOON
    while built.clock.now() < deadline:
        if all(frontend.state.up for frontend in built.frontends.values()):
            return
        await built.clock.sleep(_A_MOMENT)


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
