"""What answers people, sends messages and pursues jobs, wired together."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.flow import World
from bot.conversation.ports import FrontEnd
from bot.conversation.switchboard import Switchboard
from bot.delivery.chat_sender import ChatSender
from bot.delivery.renderer import Renderer
from bot.flows.drill.runner import DrillRunner
from bot.flows.registry import all_flows
from bot.networks import Networks
from core import notifications
from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.delivery.dispatcher import Dispatcher
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
    owner: str,
) -> Assembly:
    """Wire the parts that need each other; nothing runs yet. What they take in hand they take as `owner`."""
    networks, flows = Networks(frontends), all_flows()
    drills = DrillRunner(database=database, clock=clock, platforms=platforms)
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
    chat_sender = ChatSender(
        database=database,
        frontends=frontends,
        renderer=Renderer(world=world, flows=flows),
        clock=clock,
        quiet_window=quiet_window,
    )
    dispatcher = Dispatcher(
        database=database,
        senders={"chat": chat_sender},
        clock=clock,
        quiet_window=quiet_window,
        owner=owner,
    )
    worker = Worker(
        database=database,
        clock=clock,
        platforms=platforms,
        facts=notifications,
        quiet_window=quiet_window,
        owner=owner,
        alarm=alarm,
        poke=dispatcher.poke,
    )

    def poke() -> None:
        dispatcher.poke()
        worker.wake()

    wallet.on_news(poke)
    drills.on_news(poke)
    switchboard = Switchboard(
        world=world, flows=flows, private_chats=networks, quiet_window=quiet_window, poke=poke, vault=vault
    )
    return Assembly(switchboard=switchboard, dispatcher=dispatcher, worker=worker, drills=drills)
