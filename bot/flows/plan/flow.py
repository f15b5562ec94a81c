"""A plan's card: drawn when it is sent, because jobs move a plan as much as people do."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.flow import Become, Scene, Turn
from bot.conversation.messages import Card
from bot.flows.flow_kinds import CardFlow
from bot.flows.plan.at_platform import ask_no_more, ask_to_be_told, give_back, tell_venue
from bot.flows.plan.card import drawn
from bot.flows.plan.lending import lending
from bot.flows.plan.platform_facts import platform_facts
from bot.flows.plan.snapshot import snapshot
from bot.flows.plan_handoff import PlanDraft, plan_card
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.limit import limit_in
from bot.wording import plan as wording
from core.domain.guest import Guest
from core.domain.plan_state import PlanState
from core.errors import PlanOver
from core.plans import arming, cancelling, friends, terms_acceptance


class PlanFlow(CardFlow[PlanDraft]):
    """Drawn when it is sent, from what the plan is then: jobs move it as much as people do."""

    name = "plan"
    live = True
    draft = PlanDraft

    async def begin(self, scene: Scene, words: str) -> Turn[PlanDraft]:
        return Turn(draft=PlanDraft(), become=plan_card(_plan_id(scene)))

    async def show(self, scene: Scene, draft: PlanDraft) -> Card:
        plan_id = _plan_id(scene)
        now = await scene.world.database.read(lambda tx: snapshot(tx, plan_id))
        return drawn(now, draft, await platform_facts(scene, now), at=scene.now)

    async def chose(self, scene: Scene, draft: PlanDraft, value: str) -> Turn[PlanDraft]:
        plan_id, guest = _plan_id(scene), scene.speaker
        match value.partition(":"):
            case "in" | "out" as word, _, _:
                return _join(draft, plan_id, guest, scene, coming=word == "in")
            case "cancel" | "release" | "hand_over" | "word" as asking, "", _:
                return Turn(draft=replace(draft, asking=asking))
            case "keep", _, _:
                return Turn(draft=PlanDraft())
            case "cancel", ":", _:
                return _doing(lambda tx: cancelling.cancel(tx, plan_id, by=guest, now=scene.now))
            case "release", ":", _:
                return await self._release(scene, plan_id)
            case "hand_over", ":", to:
                return _doing(lambda tx: friends.hand_over(tx, plan_id, by=guest, to=int(to), now=scene.now))
            case "watch", _, _:
                return _doing(lambda tx: arming.watch(tx, plan_id, by=guest, now=scene.now))
            case "lend" | "unlend" as word, _, _:
                return await lending(scene, draft, plan_id, lends=word == "lend")
            case "terms", ":", answer:
                return _answer(scene, plan_id, accepted=answer == "yes")
            case "notify" | "word" as what, _, name:
                return await _ask_there(scene, draft, plan_id, what, name)
            case "change", _, question:
                return await self._change(scene, plan_id, question)
            case _:
                return Turn(draft=draft)

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
        draft = Draft(
            venue=await scene.world.platforms[wish.venue.platform].venue(wish.venue),
            on=None if question == "day" else wish.on,
            party_size=wish.party_size,
            times=None if question == "times" else wish.times,
            seatings=wish.seatings,
            limit=limit_in(wish.ceiling),
            account_id=plan.accounts[0] if plan.accounts else None,
            plan_id=plan_id,
        )
        return Turn(draft=PlanDraft(), become=Become(flow="reserve", draft=draft, plan_id=plan_id))


def _doing(act: Callable[[Connection], object]) -> Turn[PlanDraft]:
    """Something decided about the plan; whatever the card was asking is answered."""

    def write(tx: Connection) -> None:
        act(tx)

    return Turn(draft=PlanDraft(), writes=(write,))


async def _ask_there(scene: Scene, draft: PlanDraft, plan_id: str, what: str, name: str) -> Turn[PlanDraft]:
    """What the platform does of itself: a place on its list, taken or given up; a word to the venue."""
    if what == "word":
        return Turn(draft=PlanDraft(), toast=await tell_venue(scene, plan_id, name))
    waits = name != "no_more"
    told = await (ask_to_be_told if waits else ask_no_more)(scene, plan_id)
    return Turn(draft=replace(draft, waits_there=waits), toast=told)


def _answer(scene: Scene, plan_id: str, *, accepted: bool) -> Turn[PlanDraft]:
    """To the terms that stand on the card."""
    guest = scene.speaker
    if accepted:
        return _doing(lambda tx: terms_acceptance.accept(tx, plan_id, by=guest, now=scene.now))
    return _doing(lambda tx: terms_acceptance.decline(tx, plan_id, by=guest, now=scene.now))


def _plan_id(scene: Scene) -> str:
    assert scene.plan_id is not None
    return scene.plan_id


def _join(draft: PlanDraft, plan_id: str, guest: Guest, scene: Scene, *, coming: bool) -> Turn[PlanDraft]:
    def write(tx: Connection) -> None:
        friends.join(tx, plan_id, guest, coming=coming, now=scene.now)

    return Turn(draft=draft, writes=(write,), toast=wording.YOU_ARE_IN if coming else wording.YOU_ARE_OUT)
