"""`/drill`: choose a plan, have its drop played, see how often it would have been won."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import CommandSpec
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Look, Tone
from bot.drills.progress import DrillDraft, Ended
from bot.drills.runner import AWAY_FROM_DROPS
from bot.flows.flow_kinds import CardFlow
from bot.who import Who
from bot.wording import drill as wording
from bot.wording import lists as list_wording
from core.domain.plan import Plan
from core.jobs.drill import Course, rivals_of
from core.persistence import drops, plans

_ROUNDS = 10
_MOST_LEVEL = 3


class DrillAction(Action):
    PLAN = "plan", Who.ORGANISER
    OTHER_PLAN = "other", Who.ORGANISER
    START = "start", Who.ORGANISER
    MORE_RIVALS = "more", Who.ORGANISER
    STOP = "stop", Who.ORGANISER


class DrillFlow(CardFlow[DrillDraft]):
    """The long work is done by `world.drills`; the card is drawn from what that has written."""

    spec = FlowSpec(
        name="drill",
        commands=(CommandSpec(name="drill", summary="Rehearse a plan's release before it comes"),),
        actions=DrillAction,
        live=True,
    )
    draft = DrillDraft

    async def begin(self, scene: Scene, words: str) -> Turn[DrillDraft]:
        found = await _plans(scene)
        return Turn(draft=DrillDraft(plan_id=found[0].id if len(found) == 1 else None))

    async def show(self, scene: Scene, draft: DrillDraft) -> Card:
        plan = await _plan(scene, draft)
        if plan is None:
            found = await _plans(scene)
            options = tuple(DrillAction.PLAN.choice(list_wording.plan_label(one), one.id) for one in found)
            return Card(text=wording.WHICH if found else wording.NO_PLANS, options=options, wide=True)
        other = DrillAction.OTHER_PLAN.choice(wording.OTHER_PLAN)
        if not draft.total:
            start = DrillAction.START.choice(wording.START, look=Look.PRIMARY)
            text = wording.about(plan, _ROUNDS, rivals_of(draft.level))
            return Card(text=text, actions=(start, other))
        if scene.world.drills.playing(scene.dialogue_id):
            stop = DrillAction.STOP.choice(wording.STOP)
            return Card(text=wording.under_way(plan, draft), tone=Tone.TRYING, actions=(stop,))
        again = [DrillAction.START.choice(wording.AGAIN)]
        if draft.level < _MOST_LEVEL:
            again.append(DrillAction.MORE_RIVALS.choice(wording.MORE_RIVALS))
        text = wording.result(plan, draft) if draft.ended else wording.cut_off(plan, draft)
        return Card(text=text, tone=Tone.WAITING, actions=(*again, other))

    async def leave(self, scene: Scene, draft: DrillDraft) -> Turn[DrillDraft]:
        scene.world.drills.end(scene.dialogue_id)
        return await super().leave(scene, draft)

    async def chose(self, scene: Scene, draft: DrillDraft, chosen: Chosen[DrillAction]) -> Turn[DrillDraft]:
        playing = scene.world.drills.playing(scene.dialogue_id)
        match chosen.action:
            case DrillAction.STOP if playing:
                scene.world.drills.end(scene.dialogue_id)
                return Turn(draft=replace(draft, ended=Ended.STOPPED.value))
            case DrillAction.STOP:  # what was under way has ended with its process: the card says so now
                return Turn(draft=draft)
            case _ if playing:
                return Turn(draft=draft, toast=wording.BUSY)
            case DrillAction.PLAN:
                return Turn(draft=DrillDraft(plan_id=chosen.argument))
            case DrillAction.START:
                return await _start(scene, draft, draft.level)
            case DrillAction.MORE_RIVALS:
                return await _start(scene, draft, draft.level + 1)
            case DrillAction.OTHER_PLAN:
                return Turn(draft=DrillDraft())


async def _start(scene: Scene, draft: DrillDraft, level: int) -> Turn[DrillDraft]:
    """Begin, unless something is in the way."""
    plan, drills, now = await _plan(scene, draft), scene.world.drills, scene.now
    if plan is None or plan.state.over:
        return Turn(draft=DrillDraft(), toast=wording.NOT_STARTED)
    platform = plan.wish.venue.platform
    if platform not in drills.able:
        return Turn(draft=draft, toast=wording.no_power(platform, drills.able))
    near = await scene.world.database.read(lambda tx: drops.near(tx, now, AWAY_FROM_DROPS))
    if near is not None:
        return Turn(draft=draft, toast=wording.too_near(near, plan.zone))
    course = Course(rounds=_ROUNDS, rivals=rivals_of(level), seed=int(now.timestamp()) % 100_000)
    if not drills.begin(scene.dialogue_id, plan, course):
        return Turn(draft=draft, toast=wording.BUSY)
    return Turn(draft=replace(draft, level=level, total=course.rounds, played=(), ended=""))


async def _plans(scene: Scene) -> Sequence[Plan]:
    """What is under way: the chat's, or in a private chat one's own."""
    found = await scene.world.database.read(
        lambda tx: (
            plans.of_guest(tx, scene.owner_id) if scene.chat.private else plans.of_chat(tx, scene.chat.id)
        )
    )
    return [plan for plan in found if not plan.state.over]


async def _plan(scene: Scene, draft: DrillDraft) -> Plan | None:
    plan_id = draft.plan_id
    if plan_id is None:
        return None
    return await scene.world.database.read(lambda tx: plans.get(tx, plan_id))
