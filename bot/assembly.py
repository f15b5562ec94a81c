"""What answers people, carries letters and pursues jobs, wired together."""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.flow import World
from bot.conversation.ports import FrontEnd, Networks
from bot.conversation.switchboard import Switchboard
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.renderer import ChatRenderer
from bot.drills.runner import DrillRunner
from bot.flows.registry import all_flows
from core import notifications
from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.jobs.worker import Alarm, Worker
from core.persistence.database import Database
from core.ports import Platform
from core.runtime.quiet_window import QuietWindow
from core.security.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts, by name."""

    switchboard: Switchboard
    dispatcher: Dispatcher
    worker: Worker
    drills: DrillRunner


def assemble(
    *,
    database: Database,
    clock: Clock,
    platforms: Mapping[str, Platform],
    frontends: Mapping[str, FrontEnd],
    secret: bytes,
    vault: Vault,
    wallet: AccountKeeper,
    admins: frozenset[tuple[str, str]],
    quiet_window: QuietWindow,
    alarm: Alarm,
) -> Assembly:
    """Wire the parts that need each other; nothing runs yet."""
    flows = all_flows()
    drills = DrillRunner(database=database, clock=clock, platforms=platforms)
    world = World(
        database=database,
        platforms=platforms,
        clock=clock,
        networks=Networks(frontends),
        secret=secret,
        wallet=wallet,
        drills=drills,
        admins=admins,
    )
    dispatcher = Dispatcher(
        database=database,
        frontends=frontends,
        writer=ChatRenderer(world=world, flows=flows),
        clock=clock,
        quiet_window=quiet_window,
    )
    worker = Worker(
        database=database,
        clock=clock,
        platforms=platforms,
        facts=notifications,
        quiet_window=quiet_window,
        owner=f"{socket.gethostname()}:{secrets.token_hex(4)}",
        alarm=alarm,
        poke=dispatcher.poke,
        alone=True,
    )

    def poke() -> None:
        dispatcher.poke()
        worker.wake()

    wallet.on_news(poke)
    drills.on_news(poke)
    switchboard = Switchboard(world=world, flows=flows, quiet_window=quiet_window, poke=poke, vault=vault)
    return Assembly(switchboard=switchboard, dispatcher=dispatcher, worker=worker, drills=drills)
