"""Builds everything from the settings; the only file that knows every concrete class but those of platforms."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request

from bot.assembly import assemble
from bot.commands import CommandSpec
from bot.conversation.declared import Declared
from bot.conversation.ports import Closes, FrontEnd
from bot.conversation.switchboard import Switchboard
from bot.flows.registry import all_flows
from bot.frontends.web.frontend import WebFrontEnd
from bot.frontends.web.page_token import PageToken
from bot.http_server import HttpServer
from bot.parsing import warm
from bot.store import install_name, opened
from core import unit
from core.accounts.keeper import AccountKeeper
from core.clock import Clock, SystemClock
from core.delivery.dispatcher import Dispatcher
from core.domain.api_key import Verb
from core.drops.almanac import Almanac
from core.events.feed import Feed
from core.jobs.wake import Wake
from core.jobs.worker import Worker
from core.maintenance import retention
from core.maintenance.periodic import Maintenance
from core.persistence import migrate
from core.persistence.commit_look import commit_look
from core.persistence.database import Database, DatabaseAway
from core.platform_spec import BuiltPlatform, Offered, PlatformAsSet
from core.ports import Platform
from core.runtime.bell import Bell
from core.runtime.foreign_commits import ForeignCommits
from core.runtime.process_lease import ProcessLease
from core.runtime.quiet_window import QuietWindow
from core.runtime.scheduler import AlarmClock
from core.runtime.settings import Settings
from core.runtime.trusted_proxies import TrustedProxies
from core.security.api_keys import ApiKeys
from core.security.keys import key_ring
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
    page_token: PageToken
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

        quiet_window, alarm, bell = QuietWindow(), AlarmClock(), Bell()
        wallet = AccountKeeper(database=database, vault=vault, clock=clock, bell=bell)
        almanac = Almanac(database, clock)
        api_keys, page_token = ApiKeys(database, clock), PageToken(secret)
        proxies = TrustedProxies(settings.trusted_proxies)
        callers = await database.write(
            lambda tx: {one.spec.name: install_name(tx, keys, one.spec.name) for one in platforms}
        )
        there = dict[str, BuiltPlatform]()
        for name, one in ((one.spec.name, one) for one in platforms):
            offered = Offered(
                database=database,
                clock=clock,
                wallet=wallet,
                almanac=almanac,
                caller=callers[name],
                api_keys=api_keys,
            )
            if (made := one.build(offered)) is not None:
                there[name] = made
        ports = {name: one.platform for name, one in there.items()}
        for port in ports.values():
            stack.push_async_callback(port.aclose)
        stack.push_async_callback(wallet.aclose)  # earlier than the platforms, which may be renewing
        flows = all_flows()
        declared = Declared(flow.spec for flow in flows)
        found = _networks(settings, clock, quiet_window, commands=declared.commands)
        if settings.page:
            found.append(
                WebFrontEnd(
                    database=database,
                    clock=clock,
                    token=page_token,
                    proxies=proxies,
                    commands=declared.commands,
                    friends=friends,
                )
            )
        frontends = {one.name: one for one in found}
        for frontend in frontends.values():
            if isinstance(frontend, Closes):  # later than the dispatcher, which may have a last message
                stack.push_async_callback(frontend.aclose)
        assembly = assemble(
            flows=flows,
            declared=declared,
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
            bell=bell,
            owner=lease.owner,
            in_charge=lambda: lease.held,
        )
        foreign_commits = ForeignCommits(
            look=commit_look(database), clock=clock, quiet_window=quiet_window, bell=bell
        )
        http = HttpServer(
            host=settings.http_host,
            port=settings.http_port,
            routes=[
                *(route for one in frontends.values() for route in one.routes()),
                *(route for one in there.values() for route in one.routes),
            ],
            ready=lambda: {name: frontend.state for name, frontend in frontends.items()},
            initiated=lambda request: _initiated(request, page_token, api_keys),
            proxies=proxies,
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
                bell=bell,
            ),
            foreign_commits=foreign_commits,
            alarm=alarm,
            http=http,
            page_token=page_token,
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


async def _initiated(request: Request, page_token: PageToken, api_keys: ApiKeys) -> bool:
    """Whether somebody may see how each part is: who has the page open, or a key for that."""
    if page_token.comes_with(request.scope):
        return True
    with suppress(DatabaseAway):
        holder = await api_keys.holder(request.headers.get("Authorization", ""))
        return holder is not None and holder.scope.allows(Verb.ADMIN)
    return False


def _networks(
    settings: Settings, clock: Clock, quiet_window: QuietWindow, *, commands: Sequence[CommandSpec]
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
    return found
