"""Builds everything from the settings; the only file that knows every concrete class but those of platforms."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection
from starlette.routing import BaseRoute

from bot.assembly import assemble
from bot.commands import CommandSpec
from bot.conversation.declared import Declared
from bot.conversation.ports import Closes, FrontEnd
from bot.conversation.switchboard import Switchboard
from bot.flows.registry import all_flows
from bot.frontends.web.frontend import WebFrontEnd
from bot.http_server import HttpServer
from bot.parsing import warm
from bot.store import install_name, opened
from core import unit
from core.accounts.keeper import AccountKeeper
from core.clock import Clock, SystemClock
from core.delivery.dispatcher import Dispatcher
from core.drops.almanac import Almanac
from core.events.feed import Feed
from core.jobs.wake import Wake
from core.jobs.worker import Worker
from core.maintenance import retention
from core.maintenance.periodic import Maintenance
from core.persistence import migrate
from core.persistence.commit_look import commit_look
from core.persistence.database import Database
from core.platform_spec import BuiltPlatform, Offered, PlatformAsSet
from core.ports import Platform
from core.runtime.foreign_commits import ForeignCommits
from core.runtime.process_lease import ProcessLease
from core.runtime.quiet_window import QuietWindow
from core.runtime.scheduler import AlarmClock
from core.runtime.settings import Settings
from core.security.keys import KeyRing, key_ring
from core.security.vault import Vault

_SWITCH_INTERVAL = 0.0005
_TIDY_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fourtop:
    """A built process: its parts, by the names that the start block and the tests use."""

    settings: Settings
    clock: Clock
    database: Database
    secret: bytes = field(repr=False)
    wallet: AccountKeeper
    platforms: Mapping[str, Platform]
    frontends: Mapping[str, FrontEnd]
    switchboard: Switchboard
    dispatcher: Dispatcher
    feed: Feed
    worker: Worker
    wake: Wake
    maintenance: Maintenance
    foreign_commits: ForeignCommits
    alarm: AlarmClock
    http: HttpServer
    stopping: asyncio.Event


@asynccontextmanager
async def fourtop(
    settings: Settings,
    *,
    platforms: Sequence[PlatformAsSet],
    friends: Sequence[str] = ("Ann", "Bob", "Cas"),
) -> AsyncGenerator[Fourtop]:
    """Everything, started, with these platforms; stopped again in good order on the way out."""
    clock = SystemClock()
    sys.setswitchinterval(_SWITCH_INTERVAL)  # at 5 ms, a busy database thread could make a drop 5 ms late
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        database = opened(settings)
        stack.push_async_callback(database.aclose)
        if migrate.current(database.engine) is None:
            migrate.upgrade(database.engine)  # the lease is kept in a table, too
        lease = await stack.enter_async_context(ProcessLease(database, clock, lost=stopping.set))
        migrate.upgrade(database.engine)  # nobody else uses the tables from here on
        keys = key_ring(settings)  # not sooner: until now, another process might have changed them
        secret, vault = keys.first.value, Vault(keys.values())
        await asyncio.to_thread(lambda: warm(now=clock.now()))

        quiet_window, alarm = QuietWindow(), AlarmClock()
        wallet = AccountKeeper(database=database, vault=vault, clock=clock)
        almanac = Almanac(database, clock)
        callers = await database.write(lambda tx: _callers(tx, keys, platforms))
        there = dict[str, BuiltPlatform]()
        for name, one in ((one.spec.name, one) for one in platforms):
            offered = Offered(
                database=database, clock=clock, wallet=wallet, almanac=almanac, caller=callers[name]
            )
            if (made := one.build(offered)) is not None:
                there[name] = made
        ports = {name: one.platform for name, one in there.items()}
        for port in ports.values():
            stack.push_async_callback(port.aclose)
        stack.push_async_callback(wallet.aclose)  # earlier than the platforms, which may be renewing
        flows = all_flows()
        commands = Declared(flow.spec for flow in flows).commands
        frontends = {
            one.name: one
            for one in _frontends(settings, database, clock, quiet_window, friends, commands=commands)
        }
        for frontend in frontends.values():
            if isinstance(frontend, Closes):  # later than the dispatcher, which may have a last message
                stack.push_async_callback(frontend.aclose)
        assembly = assemble(
            flows=flows,
            database=database,
            clock=clock,
            platforms=ports,
            frontends=frontends,
            secret=secret,
            vault=vault,
            wallet=wallet,
            admins=frozenset(settings.admins),
            quiet_window=quiet_window,
            alarm=alarm,
            owner=lease.owner,
            in_charge=lambda: lease.held,
        )
        foreign_commits = ForeignCommits(look=commit_look(database), clock=clock, quiet_window=quiet_window)
        foreign_commits.tell(assembly.dispatcher.poke)
        foreign_commits.tell(assembly.feed.poke)
        foreign_commits.tell(assembly.wake.now)
        http = HttpServer(
            host=settings.http_host,
            port=settings.http_port,
            routes=_routes(frontends, there),
            ready=lambda: {name: frontend.state for name, frontend in frontends.items()},
        )
        built = Fourtop(
            settings=settings,
            clock=clock,
            database=database,
            secret=secret,
            wallet=wallet,
            platforms=ports,
            frontends=frontends,
            switchboard=assembly.switchboard,
            dispatcher=assembly.dispatcher,
            feed=assembly.feed,
            worker=assembly.worker,
            wake=assembly.wake,
            maintenance=Maintenance(
                database=database,
                clock=clock,
                wallet=wallet,
                platforms=ports,
                alarm=alarm,
                quiet_window=quiet_window,
                poke=assembly.feed.poke,
            ),
            foreign_commits=foreign_commits,
            alarm=alarm,
            http=http,
            stopping=stopping,
        )
        await _start(built, stack)
        stack.push_async_callback(assembly.drills.aclose)
        yield built


async def _start(built: Fourtop, stack: AsyncExitStack) -> None:
    """Start the parts so that nothing is heard before it can be answered, and stopped in the other order."""
    await built.wallet.open_all()
    built.alarm.start()
    stack.callback(built.alarm.stop)
    await built.http.start()
    stack.push_async_callback(built.http.stop)
    sending = asyncio.create_task(built.dispatcher.run(), name="dispatcher")
    stack.push_async_callback(_ended, sending)
    hearing = asyncio.create_task(built.feed.run(), name="feed")
    stack.push_async_callback(_ended, hearing)
    built.worker.start()
    stack.push_async_callback(built.worker.stop)
    built.maintenance.start()
    stack.push_async_callback(built.maintenance.stop)
    built.foreign_commits.start()
    stack.push_async_callback(built.foreign_commits.stop)
    resuming = asyncio.create_task(built.switchboard.resume(), name="resume")
    stack.push_async_callback(_ended, resuming)
    for frontend in built.frontends.values():
        running = asyncio.create_task(frontend.run(built.switchboard), name=frontend.name)
        stack.push_async_callback(_ended, running)
    built.alarm.every("tidy", _TIDY_EVERY, lambda: _tidy(built))
    gc.collect()
    gc.freeze()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _tidy(built: Fourtop) -> None:
    now = built.clock.now()

    async def tidy() -> None:
        with unit.begin("maintenance", level=logging.DEBUG, look="tidy"):
            await built.database.write(lambda tx: retention.forget(tx, now=now))

    task = asyncio.ensure_future(tidy())
    task.add_done_callback(lambda done: done.cancelled() or done.exception())


def _callers(tx: Connection, keys: KeyRing, platforms: Sequence[PlatformAsSet]) -> dict[str, str]:
    """As whom each platform may know this install."""
    return {one.spec.name: install_name(tx, keys, one.spec.name) for one in platforms}


def _frontends(
    settings: Settings,
    database: Database,
    clock: Clock,
    quiet_window: QuietWindow,
    friends: Sequence[str],
    *,
    commands: Sequence[CommandSpec],
) -> list[FrontEnd]:
    found: list[FrontEnd] = []
    if settings.telegram_token is not None:
        from bot.frontends.telegram.frontend import TelegramFrontEnd  # noqa: PLC0415 - a quarter of a second to load

        secret = settings.telegram_webhook_secret
        found.append(
            TelegramFrontEnd(
                token=settings.telegram_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                clock=clock,
                commands=commands,
                webhook_url=settings.telegram_webhook_url,
                webhook_secret=secret.get_secret_value() if secret else None,
                quiet_window=quiet_window,
            )
        )
    if settings.discord_token is not None:
        from bot.frontends.discord.frontend import DiscordFrontEnd  # noqa: PLC0415 - as above

        found.append(
            DiscordFrontEnd(
                token=settings.discord_token.get_secret_value(),
                commands=commands,
                clock=clock,
                api_url=settings.discord_api_url,
                gateway_url=settings.discord_gateway_url,
            )
        )
    if settings.web:
        found.append(WebFrontEnd(database=database, clock=clock, commands=commands, friends=friends))
    return found


def _routes(frontends: Mapping[str, FrontEnd], platforms: Mapping[str, BuiltPlatform]) -> list[BaseRoute]:
    """What each part serves."""
    parts = [*(one.routes() for one in frontends.values()), *(one.routes for one in platforms.values())]
    return [route for routes in parts for route in routes]
