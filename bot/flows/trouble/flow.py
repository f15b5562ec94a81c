"""A card that says, in private, what may spoil a plan, and has the button that mends it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Choice, Look, Tone
from bot.flows.connect.account_platforms import look_again, with_accounts
from bot.flows.connect.draft import ConnectDraft
from bot.flows.connect.spec import CONNECT
from bot.flows.flow_kinds import ShownFlow
from bot.flows.plan_handoff import PLAN, plan_card
from bot.flows.trouble.troubled_plan import TroubledPlan, in_the_way, is_over, troubled_plan
from bot.who import Who
from bot.wording import common
from bot.wording import trouble as wording
from bot.wording.text import Text, lines
from core.domain.account import Account
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.domain.trouble import Trouble
from core.errors import FourtopError, NotYours
from core.plans import account_choice


@dataclass(frozen=True, slots=True, kw_only=True)
class MendDraft:
    """What is amiss (a `Trouble`), for which plan and with which account, where it is about one; `about` names
    what stands in the way.
    """

    plan_id: str | None = None
    account_id: int | None = None
    trouble: str
    about: str = ""


class MendAction(Action):
    CONNECT = "connect", Who.THE_ONE_ASKED
    CHECK_CARD = "check", Who.THE_ONE_ASKED
    CHECK_CONFLICT = "free", Who.THE_ONE_ASKED
    SHOW_PLAN = "plan", Who.THE_ONE_ASKED


class MendFlow(ShownFlow[MendDraft]):
    """Drawn from what is true when it is sent: much is mended elsewhere."""

    spec = FlowSpec(name="mend", actions=MendAction, becomes=(CONNECT, PLAN), live=True, shows_accounts=True)
    draft = MendDraft

    async def show(self, scene: Scene, draft: MendDraft) -> Card:
        now = await scene.world.database.read(
            lambda tx: troubled_plan(tx, draft.plan_id, draft.account_id, guest_id=scene.owner_id)
        )
        if now.plan is not None and now.plan.state is PlanState.BOOKED:
            return Card(text=lines(wording.about(now.plan), wording.BOOKED), tone=Tone.GOOD)
        if now.plan_over:
            return Card(text=wording.OVER, tone=Tone.WAITING)
        if is_over(draft.trouble, now, now=scene.now):
            return Card(text=lines(wording.about(now.plan), wording.THANKS), tone=Tone.GOOD)
        if now.plan is not None and now.unseen_since is not None:
            return _unseen(draft, now, now.plan, now.unseen_since)
        blocking = await _blocking(scene, draft, now)
        text = lines(
            wording.about(now.plan),
            wording.amiss(draft.trouble, now.account, now.platform, blocking, zone=_zone(now)),
            wording.by_when(now.plan, now.drop_at),
            wording.what_to_do(draft.trouble, now.platform, _page(scene, now.platform)),
        )
        return Card(text=text, tone=Tone.BAD, actions=_actions(draft, now))

    async def chose(self, scene: Scene, draft: MendDraft, chosen: Chosen[MendAction]) -> Turn[MendDraft]:
        now = await scene.world.database.read(
            lambda tx: troubled_plan(tx, draft.plan_id, draft.account_id, guest_id=scene.owner_id)
        )
        match chosen.action:
            case MendAction.CONNECT:
                again = None if now.account is None else now.account.id
                to_do = ConnectDraft(platform=now.platform, plan_id=draft.plan_id, again=again)
                return Turn(draft=draft, become=Become(flow=CONNECT, draft=to_do))
            case MendAction.CHECK_CARD if now.account is not None:
                return await self._check(scene, draft, now.account)
            case MendAction.CHECK_CONFLICT:
                return await self._look_for_conflict(scene, draft, now)
            case MendAction.SHOW_PLAN if draft.plan_id is not None:
                return Turn(draft=draft, become=plan_card(draft.plan_id))
            case MendAction.CHECK_CARD | MendAction.SHOW_PLAN:  # what it was about is gone
                return Turn(draft=draft)

    async def _check(self, scene: Scene, draft: MendDraft, account: Account) -> Turn[MendDraft]:
        """Whether there is a card on file now."""
        if account.guest_id != scene.speaker.id:
            raise NotYours
        seen = await look_again(scene, account)
        if isinstance(seen, Text):
            return Turn(draft=draft, toast=seen)
        if not seen.cards:
            return Turn(draft=draft, toast=wording.NO_CARD_YET)
        return _mended(scene, draft)

    async def _look_for_conflict(self, scene: Scene, draft: MendDraft, now: TroubledPlan) -> Turn[MendDraft]:
        try:
            blocking = await in_the_way(scene, now)
        except FourtopError as error:
            return Turn(draft=draft, toast=common.explained(error))
        if blocking:
            return Turn(draft=draft, toast=wording.STILL_THERE)
        return _mended(scene, replace(draft, trouble=""))


def _unseen(draft: MendDraft, now: TroubledPlan, plan: Plan, since: datetime) -> Card:
    """There may be a table in the name of the card's guest."""
    text = wording.you_may_have_a_table(now.platform, since, plan.wish.first_at(plan.zone), plan.zone)
    return Card(text=lines(wording.about(plan), text), tone=Tone.BAD, actions=_actions(draft, now))


def _mended(scene: Scene, draft: MendDraft) -> Turn[MendDraft]:
    def write(tx: Connection) -> None:
        if draft.plan_id is not None:
            account_choice.mended(tx, draft.plan_id, now=scene.now)

    return Turn(draft=draft, writes=(write,), toast=wording.THANKS)


async def _blocking(scene: Scene, draft: MendDraft, now: TroubledPlan) -> Text:
    """The other reservation by name, as far as the platform tells."""
    if draft.trouble != Trouble.CONFLICT.value:
        return Text()
    try:
        found = await in_the_way(scene, now)
    except FourtopError:
        found = ()
    return wording.blocking(found, draft.about)


def _zone(now: TroubledPlan) -> str:
    return "UTC" if now.plan is None else now.plan.zone


def _page(scene: Scene, platform: str) -> str:
    known = with_accounts(scene).get(platform)
    return "" if known is None else known.mending_page()


def _actions(draft: MendDraft, now: TroubledPlan) -> tuple[Choice, ...]:
    plan = () if now.plan is None else (MendAction.SHOW_PLAN.choice(wording.SHOW_PLAN),)
    match draft.trouble:
        case Trouble.SIGN_IN.value:
            return (MendAction.CONNECT.choice(wording.SIGN_IN_AGAIN, look=Look.PRIMARY), *plan)
        case Trouble.NOT_CONNECTED.value:
            return (MendAction.CONNECT.choice(wording.CONNECT, look=Look.PRIMARY), *plan)
        case Trouble.NO_CARD.value:
            return (MendAction.CHECK_CARD.choice(wording.CARD_ADDED, look=Look.PRIMARY), *plan)
        case Trouble.CONFLICT.value:
            return (MendAction.CHECK_CONFLICT.choice(wording.CANCELLED_IT, look=Look.PRIMARY), *plan)
        case _:
            return plan
