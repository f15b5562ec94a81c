"""`fourtop run`: start everything, say what is on, stop when told."""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.bootstrap import Fourtop, fourtop
from bot.cli.startup_report import block, look_at
from core import members, unit
from core.persistence.database_url import password_in
from core.platform_spec import PlatformAsSet
from core.runtime.log import set_up_logging
from core.runtime.settings import Settings

log = logging.getLogger("fourtop")

_SOON = timedelta(seconds=3)
_A_MOMENT = timedelta(milliseconds=20)


def set_up_log(settings: Settings, platforms: Sequence[PlatformAsSet]) -> None:
    """One log for the process, without any of its secrets."""
    secrets = (
        settings.telegram_token,
        settings.telegram_webhook_secret,
        settings.discord_token,
        settings.secret_key,
        *settings.old_secret_keys,
        settings.database_url,
    )
    known = [secret.get_secret_value() for secret in secrets if secret is not None]
    if settings.database_url is not None and (password := password_in(settings.database())) is not None:
        known.append(password)
    known += [secret for one in platforms for secret in one.secrets()]
    names = [name for one in platforms for name in one.spec.secret_names]
    set_up_logging(settings.log_level, settings.log_format, secrets=known, names=names)


async def run_until_stopped(settings: Settings, platforms: Sequence[PlatformAsSet]) -> int:
    """The exit code: 0 after a signal, 1 when the process has to stop by itself."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        with unit.begin("start") as start:
            built = await stack.enter_async_context(fourtop(settings, platforms=platforms))
            code = await built.database.write(
                lambda tx: members.offer_claim(tx, built.secret, now=built.clock.now())
            )
            _, looked = await asyncio.gather(_connected(built), look_at(built, platforms, within=_SOON))
            start.bind(**{name: frontend.state.up for name, frontend in built.frontends.items()})
        said = await block(built, looked, claim_code=code, to_terminal=sys.stdout.isatty())
        print(said, flush=True)  # noqa: T201 - what the host sees of a start
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
