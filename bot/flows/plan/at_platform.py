"""What a plan asks of its platform: to take the table back, to pass a word on, to tell of other tables."""

from sqlalchemy import Connection

from bot.conversation.flow import Scene, World
from bot.wording import plan as plan_wording
from bot.wording import word_to_venue as wording
from bot.wording.text import Text
from core.domain.booking import Booker
from core.domain.plan import Plan
from core.errors import FourtopError, NotConnected, PlanOver
from core.persistence import guests, mandates, reservations
from core.persistence.reservations import Kept
from core.plans import friends
from core.powers.accounts import Accounts
from core.powers.extras import NotifyList, TakesWords


async def give_back(scene: Scene, plan_id: str) -> Kept:
    """Have the platform cancel, which may be repeated; the table that is given back.

    Raises `NotYours`, `PlanOver`, `CancelRefused`.
    """
    _, kept = await _table_of(scene, plan_id)
    if kept is None:
        raise PlanOver(plan_id)
    booker = await scene.world.database.read(lambda tx: _booker_of(tx, kept))
    await scene.world.platforms[kept.reservation.venue.platform].cancel(kept.reservation, booker=booker)
    return kept


async def tell_venue(scene: Scene, plan_id: str, name: str) -> Text:
    """Have the platform pass a word on. Raises `NotYours`, `PlanOver`, `SignInNeeded`, `PlatformDown`."""
    plan, kept = await _table_of(scene, plan_id)
    platform = scene.world.platforms.get(plan.wish.venue.platform)
    if kept is None or not isinstance(platform, TakesWords):
        raise PlanOver(plan_id)
    booker = await scene.world.database.read(lambda tx: _booker_of(tx, kept))
    await platform.tell_venue(kept.reservation, wording.WORDS[name].sentence, booker=booker)
    return wording.passed_on(plan.venue_name)


async def ask_to_be_told(scene: Scene, plan_id: str) -> Text:
    """Put the first of the plan's accounts on the list. Raises `NotifyRefused`, `NotConnected`, `SignInNeeded`."""
    plan, listing, booker = await _whose(scene, plan_id)
    await listing.ask_to_be_told(plan.wish, booker=booker)
    return plan_wording.on_their_list(plan.wish.venue.platform)


async def ask_no_more(scene: Scene, plan_id: str) -> Text:
    """Take it off again. Raises `NotConnected`, `SignInNeeded`."""
    plan, listing, booker = await _whose(scene, plan_id)
    await listing.ask_no_more(plan.wish, booker=booker)
    return plan_wording.off_their_list(plan.wish.venue.platform)


async def address_of(world: World, plan: Plan) -> str:
    """The venue's address; empty when the platform does not say."""
    try:
        venue = await world.platforms[plan.wish.venue.platform].venue(plan.wish.venue)
    except (FourtopError, KeyError):
        return ""
    return venue.address


async def _table_of(scene: Scene, plan_id: str) -> tuple[Plan, Kept | None]:
    """The plan, for the one who may decide about it, and the table that it holds."""
    guest = scene.speaker
    plan = await scene.world.database.read(lambda tx: friends.decided_by(tx, plan_id, guest))
    return plan, await scene.world.database.read(lambda tx: reservations.live_of_plan(tx, plan_id))


def _booker_of(tx: Connection, kept: Kept) -> Booker:
    """In whose name the table was booked. A guest who was merged into another keeps their number there."""
    guest = guests.find(tx, kept.booker_id)
    name = guest.name if guest is not None else ""
    return Booker(guest_id=kept.booker_id, name=name, account_id=kept.account_id)


async def _whose(scene: Scene, plan_id: str) -> tuple[Plan, NotifyList, Booker]:
    """The plan, its platform, and who is put on the list there."""
    guest = scene.speaker

    def look(tx: Connection) -> tuple[Plan, list[Booker], Booker]:
        plan = friends.decided_by(tx, plan_id, guest)
        organiser = Booker(guest_id=plan.organiser_id, name=guests.get(tx, plan.organiser_id).name)
        words = mandates.usable(tx, plan, own_accounts=True)
        return plan, [word.booker for word in words], organiser

    plan, bookers, organiser = await scene.world.database.read(look)
    platform = scene.world.platforms.get(plan.wish.venue.platform)
    if not isinstance(platform, Accounts):
        bookers = [organiser]
    if not isinstance(platform, NotifyList):
        raise PlanOver(plan_id)
    if not bookers:
        raise NotConnected(plan.wish.venue.platform)
    return plan, platform, bookers[0]
