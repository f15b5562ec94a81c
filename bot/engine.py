"""What answers people, carries letters and pursues jobs, wired together."""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.flow import World
from bot.conversation.switchboard import Switchboard
from bot.courier import Courier
from bot.drilling import DrillGround
from bot.flows.all import all_flows
from bot.letters import Letters
from bot.networks import Networks
from bot.ports import FrontEnd
from core import notifications
from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.jobs.worker import Alarm, Worker
from core.persistence.database import Database
from core.ports import Platform
from core.runtime.quiet_window import QuietWindow
from core.security.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The parts, by name."""

    switchboard: Switchboard
    courier: Courier
    worker: Worker
    drills: DrillGround


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
) -> Engine:
    """Wire the parts that need each other; nothing runs yet."""
    networks, flows = Networks(frontends), all_flows()
    drills = DrillGround(database=database, clock=clock, platforms=platforms)
    world = World(
        database=database,
        platforms=platforms,
        clock=clock,
        doors=networks,
        secret=secret,
        wallet=wallet,
        drills=drills,
        admins=admins,
    )
    courier = Courier(
        database=database,
        frontends=frontends,
        writer=Letters(world=world, flows=flows),
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
        poke=courier.poke,
        alone=True,
    )

    def poke() -> None:
        courier.poke()
        worker.wake()

    wallet.on_news(poke)
    drills.on_news(poke)
    switchboard = Switchboard(
        world=world, flows=flows, private_chats=networks, quiet_window=quiet_window, poke=poke, vault=vault
    )
    return Engine(switchboard=switchboard, courier=courier, worker=worker, drills=drills)
