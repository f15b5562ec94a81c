"""`/drill`: choose a plan, have its drop played, see how often it would have been won."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.flow import Scene, Turn
from bot.conversation.messages import Card, Choice, Look, Tone
from bot.drills.progress import DrillDraft, Ended
from bot.drills.runner import AWAY_FROM_DROPS
from bot.flows.flow_kinds import CardFlow
from bot.wording import drill as wording
from bot.wording import lists as list_wording
from core.domain.plan import Plan
from core.jobs.drill import Course, rivals_of
from core.persistence import drops, plans

_ROUNDS = 10
_MOST_LEVEL = 3


class DrillFlow(CardFlow[DrillDraft]):
    """The long work is done by `world.drills`; the card is drawn from what that has written."""

    name = "drill"
    live = True
    draft = DrillDraft

    async def begin(self, scene: Scene, words: str) -> Turn[DrillDraft]:
        found = await _plans(scene)
        return Turn(draft=DrillDraft(plan_id=found[0].id if len(found) == 1 else None))

    async def show(self, scene: Scene, draft: DrillDraft) -> Card:
        plan = await _plan(scene, draft)
        if plan is None:
            found = await _plans(scene)
            options = tuple(
                Choice(label=list_wording.plan_label(one), value=f"plan:{one.id}") for one in found
            )
            return Card(text=wording.WHICH if found else wording.NO_PLANS, options=options, wide=True)
        other = Choice(label=wording.OTHER_PLAN, value="other")
        if not draft.total:
            start = Choice(label=wording.START, value="start", look=Look.PRIMARY)
            text = wording.about(plan, _ROUNDS, rivals_of(draft.level))
            return Card(text=text, actions=(start, other))
        if scene.world.drills.playing(scene.dialogue_id):
            stop = Choice(label=wording.STOP, value="stop")
            return Card(text=wording.under_way(plan, draft), tone=Tone.TRYING, actions=(stop,))
        again = [Choice(label=wording.AGAIN, value="start")]
        if draft.level < _MOST_LEVEL:
            again.append(Choice(label=wording.MORE_RIVALS, value="more"))
        text = wording.result(plan, draft) if draft.ended else wording.cut_off(plan, draft)
        return Card(text=text, tone=Tone.WAITING, actions=(*again, other))

    async def leave(self, scene: Scene, draft: DrillDraft) -> Turn[DrillDraft]:
        scene.world.drills.end(scene.dialogue_id)
        return await super().leave(scene, draft)

    async def chose(self, scene: Scene, draft: DrillDraft, value: str) -> Turn[DrillDraft]:
        what, _, plan_id = value.partition(":")
        playing = scene.world.drills.playing(scene.dialogue_id)
        match what:
            case "stop" if playing:
                scene.world.drills.end(scene.dialogue_id)
                return Turn(draft=replace(draft, ended=Ended.STOPPED.value))
            case "stop":  # what was under way has ended with its process: the card says so now
                return Turn(draft=draft)
            case _ if playing:
                return Turn(draft=draft, toast=wording.BUSY)
            case "plan":
                return Turn(draft=DrillDraft(plan_id=plan_id))
            case "start":
                return await _start(scene, draft, draft.level)
            case "more":
                return await _start(scene, draft, draft.level + 1)
            case _:
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
