"""`/plans` and `/reservations`: a guest's own or their chat's, as lists from which one opens a plan's card."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import CommandSpec, Where
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card
from bot.flows.flow_kinds import CardFlow
from bot.flows.plan_handoff import PLAN, plan_card
from bot.who import Who
from bot.wording import lists as wording
from core.domain.plan import Plan
from core.persistence import plans, reservations


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDraft:
    """`chat`: the chat's, rather than the speaker's own."""

    chat: bool = False


class PlansAction(Action):
    CHATS_PLAN = "chat", Who.FRIEND  # a chat's own plans are there for everybody in it
    OWN_PLAN = "plan", Who.THE_ONE_ASKED
    OTHER_LIST = "other", Who.THE_ONE_ASKED


class ReservationsAction(Action):
    PLAN = "plan", Who.THE_ONE_ASKED


class PlansFlow(CardFlow[ListDraft]):
    """What is being tried, mine or this chat's."""

    spec = FlowSpec(
        name="plans",
        commands=(CommandSpec(name="plans", summary="Tables I am trying to get"),),
        actions=PlansAction,
        becomes=(PLAN,),
        live=True,
    )
    draft = ListDraft

    async def begin(self, scene: Scene, words: str) -> Turn[ListDraft]:
        return Turn(draft=ListDraft(chat=not scene.chat.private))

    async def show(self, scene: Scene, draft: ListDraft) -> Card:
        found: Sequence[Plan] = await scene.world.database.read(
            lambda tx: plans.of_chat(tx, scene.chat.id) if draft.chat else plans.of_guest(tx, scene.owner_id)
        )
        text = wording.NO_PLANS if not found else wording.CHAT_PLANS if draft.chat else wording.YOUR_PLANS
        action = PlansAction.CHATS_PLAN if draft.chat else PlansAction.OWN_PLAN
        options = tuple(action.choice(wording.plan_label(plan), plan.id) for plan in found)
        other = wording.MINE if draft.chat else wording.THIS_CHAT
        turn = () if scene.chat.private else (PlansAction.OTHER_LIST.choice(other),)
        return Card(text=text, options=options, actions=turn, wide=True)

    async def chose(self, scene: Scene, draft: ListDraft, chosen: Chosen[PlansAction]) -> Turn[ListDraft]:
        match chosen.action:
            case PlansAction.OTHER_LIST:
                return Turn(draft=ListDraft(chat=not draft.chat))
            case PlansAction.CHATS_PLAN | PlansAction.OWN_PLAN:
                return await open_plan(scene, draft, chosen.about)


class ReservationsFlow(CardFlow[ListDraft]):
    """Tables that are booked and still to come."""

    spec = FlowSpec(
        name="reservations",
        commands=(CommandSpec(name="reservations", summary="Your upcoming tables", where=Where.PRIVATE),),
        actions=ReservationsAction,
        becomes=(PLAN,),
        live=True,
    )
    draft = ListDraft

    async def show(self, scene: Scene, draft: ListDraft) -> Card:
        found = await scene.world.database.read(
            lambda tx: [
                (plans.get(tx, kept.plan_id), kept)
                for kept in reservations.upcoming_of(tx, scene.owner_id, scene.now)
            ]
        )
        options = tuple(
            ReservationsAction.PLAN.choice(
                wording.reservation_label(plan.venue_name, kept.reservation), plan.id
            )
            for plan, kept in found
        )
        text = wording.YOUR_RESERVATIONS if found else wording.NO_RESERVATIONS
        return Card(text=text, options=options, wide=True)

    async def chose(
        self, scene: Scene, draft: ListDraft, chosen: Chosen[ReservationsAction]
    ) -> Turn[ListDraft]:
        return await open_plan(scene, draft, chosen.about)


async def open_plan(scene: Scene, draft: ListDraft, plan_id: str) -> Turn[ListDraft]:
    """The list's card becomes the plan's."""
    await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
    return Turn(draft=draft, become=plan_card(plan_id))
