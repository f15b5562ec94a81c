"""Friends offer their accounts to a plan, and take them back."""

from sqlalchemy import Connection

from bot.conversation.digest import digest
from bot.conversation.flow import Scene, Turn
from bot.flows.connect.draft import connect_privately
from bot.flows.plan_handoff import PlanDraft
from bot.wording import account_choice as wording
from bot.wording import common
from core.domain.account import AccountState
from core.domain.plan import Plan
from core.persistence import accounts, plans
from core.plans import account_choice as accounts_of_plans


async def lending(
    scene: Scene, draft: PlanDraft, plan_id: str, *, lends: bool, seen: str | None
) -> Turn[PlanDraft]:
    """Whoever taps means their own account, for the plan that they `seen` on the card; who has none is shown the way to
    one.
    """
    guest = scene.speaker
    plan = await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
    platform = plan.wish.venue.platform
    if not lends:
        return await _taken_back(scene, draft, plan_id)
    if seen != lent_to(plan):
        return Turn(draft=draft, toast=common.CHANGED_MEANWHILE)
    known = await scene.world.database.read(lambda tx: accounts_of_plans.newest_of(tx, guest.id, platform))
    if known is None:
        writes, toast = await connect_privately(scene, platform, lent_to=plan_id)
        return Turn(draft=draft, writes=writes, toast=toast, shown=False)

    def write(tx: Connection) -> None:
        accounts_of_plans.lend(tx, plan_id, guest, wish=plan.wish, now=scene.now)

    others = await scene.world.database.read(lambda tx: _others(tx, plan, guest.id))
    return Turn(draft=draft, writes=(write,), toast=wording.STANDS_BY if others else wording.BOOKS)


def lent_to(plan: Plan) -> str:
    """A digest of what an account is lent to."""
    return digest(plan.wish)


def _others(tx: Connection, plan: Plan, guest_id: int) -> bool:
    """Whether somebody else's account opens that books for the plan."""
    booking = (accounts.get(tx, account_id) for account_id in accounts_of_plans.in_use(tx, plan))
    return any(one.guest_id != guest_id and one.state is AccountState.CONNECTED for one in booking)


async def _taken_back(scene: Scene, draft: PlanDraft, plan_id: str) -> Turn[PlanDraft]:
    guest = scene.speaker
    done = await scene.world.database.write(
        lambda tx: accounts_of_plans.take_back(tx, plan_id, guest, now=scene.now)
    )
    return Turn(draft=draft, toast=wording.TAKEN_BACK if done else wording.ONLY_ONE)
