"""A lost plan on the platform's own list of people to be told."""

from collections.abc import Mapping

from sqlalchemy import Connection

from bot.conversation.flow import Scene
from bot.wording import plan as wording
from bot.wording.text import Text
from core.domain.booking import Booker
from core.domain.plan import Plan
from core.errors import NotConnected, PlanOver
from core.persistence import guests, plans
from core.plans import friends
from core.ports import Platform
from core.powers.accounts import Accounts
from core.powers.extras import NotifyList


def offered(platforms: Mapping[str, Platform], plan: Plan) -> bool:
    """Whether the plan's platform has such a list."""
    return isinstance(platforms.get(plan.wish.venue.platform), NotifyList)


async def ask_to_be_told(scene: Scene, plan_id: str) -> Text:
    """Put the first of the plan's accounts on the list. Raises `NotifyRefused`, `NotConnected`, `SignInNeeded`."""
    plan, listing, booker = await _whose(scene, plan_id)
    await listing.ask_to_be_told(plan.wish, booker=booker)
    return wording.on_their_list(plan.wish.venue.platform)


async def ask_no_more(scene: Scene, plan_id: str) -> Text:
    """Take it off again. Raises `NotConnected`, `SignInNeeded`."""
    plan, listing, booker = await _whose(scene, plan_id)
    await listing.ask_no_more(plan.wish, booker=booker)
    return wording.off_their_list(plan.wish.venue.platform)


async def _whose(scene: Scene, plan_id: str) -> tuple[Plan, NotifyList, Booker]:
    guest = scene.speaker

    def look(tx: Connection) -> tuple[Plan, list[Booker], Booker]:
        plan = friends.decided_by(tx, plan_id, guest)
        organiser = Booker(guest_id=plan.organiser_id, name=guests.get(tx, plan.organiser_id).name)
        return plan, list(plans.bookers(tx, plan)), organiser

    plan, bookers, organiser = await scene.world.database.read(look)
    platform = scene.world.platforms.get(plan.wish.venue.platform)
    if not isinstance(platform, Accounts):
        bookers = [organiser]
    if not isinstance(platform, NotifyList):
        raise PlanOver(plan_id)
    if not bookers:
        raise NotConnected(plan.wish.venue.platform)
    return plan, platform, bookers[0]
