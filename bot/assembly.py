"""What answers people, sends messages and pursues jobs, wired together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.declared import Declared
from bot.conversation.flow import AnyFlow, World
from bot.conversation.ports import FrontEnd, Networks
from bot.conversation.switchboard import Switchboard
from bot.delivery.chat_sender import ChatSender
from bot.delivery.renderer import Renderer
from bot.drills.runner import DrillRunner
from bot.subscribers import all_subscribers
from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.delivery.dispatcher import Dispatcher
from core.events.feed import Feed
from core.jobs.engine import JobEngine
from core.jobs.start_line import StartLine
from core.jobs.traffic import Traffic
from core.jobs.wake import Alarm, LocalWake, Wake
from core.jobs.worker import Worker
from core.persistence.database import Database
from core.plans.job_store import PlanJobs
from core.ports import Platform
from core.powers.accounts import Accounts
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow
from core.security.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts, by name."""

    switchboard: Switchboard
    dispatcher: Dispatcher
    feed: Feed
    worker: Worker
    wake: Wake
    drills: DrillRunner


def assemble(
    *,
    flows: Sequence[AnyFlow],
    declared: Declared,
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
    bell: Bell,
    owner: str,
    in_charge: Callable[[], bool] = lambda: True,
) -> Assembly:
    """Wire the parts that need each other; nothing runs yet.

    `declared` is what the `flows` declare. What the parts take in hand they take as `owner`, who is `in_charge` as long
    as nobody can have taken that away. Whoever waits for rows listens to the `bell`.
    """
    by_name = {flow.spec.name: flow for flow in flows}
    drills = DrillRunner(database=database, clock=clock, platforms=platforms, bell=bell)
    world = World(
        database=database,
        platforms=platforms,
        clock=clock,
        networks=Networks(frontends),
        secret=secret,
        wallet=wallet,
        drills=drills,
        declared=declared,
        admins=admins,
    )
    chat_sender = ChatSender(
        database=database,
        frontends=frontends,
        renderer=Renderer(world=world, flows=by_name),
        clock=clock,
        quiet_window=quiet_window,
    )
    wake = LocalWake(alarm)
    own_accounts = frozenset(name for name, platform in platforms.items() if isinstance(platform, Accounts))
    dispatcher = Dispatcher(
        database=database,
        senders={"chat": chat_sender},
        clock=clock,
        quiet_window=quiet_window,
        owner=owner,
        in_charge=in_charge,
    )
    feed = Feed(
        database=database,
        clock=clock,
        quiet_window=quiet_window,
        subscribers=all_subscribers(declared),
        bell=bell,
    )
    worker = Worker(
        store=PlanJobs(database, with_accounts=own_accounts, bell=bell),
        engine=JobEngine(
            clock=clock,
            platforms=platforms,
            start_line=StartLine(clock, quiet_window),
            traffic=Traffic(clock),
        ),
        wake=wake,
        quiet_window=quiet_window,
        owner=owner,
        in_charge=in_charge,
    )
    bell.listen(dispatcher.poke)
    bell.listen(wake.now)
    bell.listen_to_facts(feed.poke)
    switchboard = Switchboard(world=world, flows=by_name, quiet_window=quiet_window, bell=bell, vault=vault)
    return Assembly(
        switchboard=switchboard, dispatcher=dispatcher, feed=feed, worker=worker, wake=wake, drills=drills
    )
