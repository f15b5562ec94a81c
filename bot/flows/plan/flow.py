"""A plan's card: drawn when it is sent, because jobs move a plan as much as people do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from bot.conversation.actions import Chosen
from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card
from bot.flows.flow_kinds import ShownFlow
from bot.flows.plan.actions import PlanAction
from bot.flows.plan.at_platform import ask_no_more, ask_to_be_told, give_back, tell_venue
from bot.flows.plan.card import NO_TO_TERMS, drawn, terms_on
from bot.flows.plan.lending import lending
from bot.flows.plan.platform_facts import platform_facts
from bot.flows.plan.snapshot import snapshot
from bot.flows.plan_handoff import PLAN, Asking, PlanDraft
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.limit import limit_in
from bot.flows.reserve.spec import RESERVE
from bot.wording import common
from bot.wording import plan as wording
from core.domain.guest import Guest
from core.domain.plan import Plan
from core.domain.plan_state import PlanState
from core.errors import PlanOver
from core.persistence import dialogues, mandates
from core.plans import arming, cancelling, friends, terms_acceptance

_ASKED_FIRST: Mapping[PlanAction, Asking] = {
    PlanAction.CANCEL: "cancel",
    PlanAction.RELEASE: "release",
    PlanAction.HAND_OVER: "hand_over",
    PlanAction.WORD: "word",
}


class PlanFlow(ShownFlow[PlanDraft]):
    """Drawn when it is sent, from what the plan is then: jobs move it as much as people do."""

    spec = FlowSpec(
        name=PLAN,
        actions=PlanAction,
        becomes=(RESERVE,),
        live=True,
        countdown=(timedelta(days=1), timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1)),
    )
    draft = PlanDraft

    async def show(self, scene: Scene, draft: PlanDraft) -> Card:
        plan_id = _plan_id(scene)
        now = await scene.world.database.read(lambda tx: snapshot(tx, plan_id))
        return drawn(now, draft, await platform_facts(scene, now), at=scene.now)

    async def chose(self, scene: Scene, draft: PlanDraft, chosen: Chosen[PlanAction]) -> Turn[PlanDraft]:
        plan_id, guest, argument = _plan_id(scene), scene.speaker, chosen.argument
        match chosen.action:
            case PlanAction.JOIN | PlanAction.STAY_OUT as word:
                return _join(draft, plan_id, guest, scene, coming=word is PlanAction.JOIN)
            case PlanAction.LEND | PlanAction.TAKE_BACK as word:
                return await lending(scene, draft, plan_id, lends=word is PlanAction.LEND, seen=argument)
            case PlanAction.TERMS:
                return await _answer(scene, draft, plan_id, chosen.about)
            case action if argument is None and action in _ASKED_FIRST:
                return Turn(draft=replace(draft, asking=_ASKED_FIRST[action]))
            case PlanAction.CANCEL:
                return _doing(lambda tx: cancelling.cancel(tx, plan_id, by=guest, now=scene.now))
            case PlanAction.RELEASE:
                return await self._release(scene, plan_id)
            case PlanAction.HAND_OVER:
                return _hand_over(scene, plan_id, int(chosen.about))
            case PlanAction.WORD:
                return Turn(draft=PlanDraft(), toast=await tell_venue(scene, plan_id, chosen.about))
            case PlanAction.KEEP:
                return Turn(draft=PlanDraft())
            case PlanAction.CHANGE:
                return await self._change(scene, plan_id, argument or "")
            case PlanAction.WATCH:
                return _doing(lambda tx: arming.watch(tx, plan_id, by=guest, now=scene.now))
            case PlanAction.NOTIFY:
                return await _notify(scene, draft, plan_id, waits=argument != "no_more")

    async def _release(self, scene: Scene, plan_id: str) -> Turn[PlanDraft]:
        """Give the table back: at the venue first, then in one transaction here."""
        guest, kept = scene.speaker, await give_back(scene, plan_id)
        return _doing(lambda tx: cancelling.released(tx, kept, by=guest, now=scene.now))

    async def _change(self, scene: Scene, plan_id: str, question: str) -> Turn[PlanDraft]:
        """The card becomes the reserve dialogue again; the armed plan stays until the change is confirmed."""
        plan = await scene.world.database.read(lambda tx: friends.decided_by(tx, plan_id, scene.speaker))
        if plan.state in {PlanState.BOOKED, PlanState.CANCELLED}:
            raise PlanOver(plan_id)
        wish = plan.wish
        limit = await scene.world.database.read(lambda tx: _limit_of(tx, plan))
        draft = Draft(
            venue=await scene.world.platforms[wish.venue.platform].venue(wish.venue),
            on=None if question == "day" else wish.on,
            party_size=wish.party_size,
            times=None if question == "times" else wish.times,
            seatings=wish.seatings,
            limit=limit,
            account_id=plan.accounts[0] if plan.accounts else None,
            plan_id=plan_id,
        )
        return Turn(draft=PlanDraft(), become=Become(flow=RESERVE, draft=draft, plan_id=plan_id))


def _limit_of(tx: Connection, plan: Plan) -> str:
    """What its organiser said that it may cost them; empty where they have not said it of this plan."""
    said = [one.ceiling for one in mandates.of_plan(tx, plan.id) if one.guest_id == plan.organiser_id]
    return limit_in(said[0]) if said else ""


def _doing(act: Callable[[Connection], object]) -> Turn[PlanDraft]:
    """Something decided about the plan; whatever the card was asking is answered."""

    def write(tx: Connection) -> None:
        act(tx)

    return Turn(draft=PlanDraft(), writes=(write,))


def _hand_over(scene: Scene, plan_id: str, to: int) -> Turn[PlanDraft]:
    """The plan is another friend's, and with it the cards on which its organiser decides."""
    guest, cards = scene.speaker, scene.world.declared.organised

    def write(tx: Connection) -> None:
        friends.hand_over(tx, plan_id, by=guest, to=to, now=scene.now)
        dialogues.set_owner(tx, plan_id, to, cards)

    return _doing(write)


async def _notify(scene: Scene, draft: PlanDraft, plan_id: str, *, waits: bool) -> Turn[PlanDraft]:
    """A place on the platform's own list, taken or given up."""
    told = await (ask_to_be_told if waits else ask_no_more)(scene, plan_id)
    return Turn(draft=replace(draft, waits_there=waits), toast=told)


async def _answer(scene: Scene, draft: PlanDraft, plan_id: str, said: str) -> Turn[PlanDraft]:
    """To the terms that stand on the card, and no others."""
    guest = scene.speaker
    if said != NO_TO_TERMS:
        now = await scene.world.database.read(lambda tx: snapshot(tx, plan_id))
        if said != terms_on(now):
            return Turn(draft=draft, toast=common.CHANGED_MEANWHILE)
        return _doing(
            lambda tx: terms_acceptance.accept(tx, plan_id, by=guest, seen=now.asked, now=scene.now)
        )
    return _doing(lambda tx: terms_acceptance.decline(tx, plan_id, by=guest, now=scene.now))


def _plan_id(scene: Scene) -> str:
    assert scene.plan_id is not None
    return scene.plan_id


def _join(draft: PlanDraft, plan_id: str, guest: Guest, scene: Scene, *, coming: bool) -> Turn[PlanDraft]:
    def write(tx: Connection) -> None:
        friends.join(tx, plan_id, guest, coming=coming, now=scene.now)

    return Turn(draft=draft, writes=(write,), toast=wording.YOU_ARE_IN if coming else wording.YOU_ARE_OUT)
