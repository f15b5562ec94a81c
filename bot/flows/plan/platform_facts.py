"""What a plan's card tells of the plan's platform, and of the venue there."""

from dataclasses import dataclass

from bot.conversation.ask_platforms import if_known
from bot.conversation.flow import Scene
from bot.flows.plan.at_platform import address_of
from bot.flows.plan.snapshot import Snapshot
from core.domain.almanac import DropKnowledge
from core.domain.job_state import Strategy
from core.domain.plan_state import PlanState
from core.domain.venue import Venue
from core.powers.accounts import Accounts
from core.powers.drops import KnowsDrops
from core.powers.extras import NotifyList, TakesWords
from core.powers.links import DeepLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFacts:
    """`address` is the venue's, for a plan that holds a table. `own`: the platform books for guests' own accounts;
    `tells`: it has a list of its own of people to be told of tables; `passes_on`: it passes a word on to the venue.
    `finds_out`: its drops are found out, and `known` is what is known of this one. `link` leads to the platform's
    page.
    """

    address: str = ""
    own: bool = False
    tells: bool = False
    passes_on: bool = False
    finds_out: bool = False
    known: DropKnowledge | None = None
    link: str | None = None


async def platform_facts(scene: Scene, now: Snapshot) -> PlatformFacts:
    """Ask the platform, and do without what it does not say in time."""
    platform, wish = scene.world.platforms.get(now.plan.wish.venue.platform), now.plan.wish
    if platform is None:
        return PlatformFacts()
    waits = now.plan.state is PlanState.ARMED and now.job is not None and now.job.strategy is not Strategy.NOW
    known, finds_out = None, isinstance(platform, KnowsDrops)
    if waits and isinstance(platform, KnowsDrops):
        known = await if_known(scene.world.clock, platform, platform.drop_knowledge(wish.venue))
    link = None
    if isinstance(platform, DeepLinks):
        venue = Venue(ref=wish.venue, name=now.plan.venue_name, zone=now.plan.zone)
        link = platform.link(venue, on=wish.on, party_size=wish.party_size)
    return PlatformFacts(
        address=await address_of(scene.world, now.plan) if now.kept is not None else "",
        own=isinstance(platform, Accounts),
        tells=isinstance(platform, NotifyList),
        passes_on=isinstance(platform, TakesWords),
        finds_out=finds_out,
        known=known,
        link=link,
    )
