"""The day before, and two hours before: still coming?"""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation.actions import Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Look, Tone
from bot.flows.flow_kinds import ShownFlow
from bot.flows.plan.actions import ReminderAction
from bot.flows.plan.at_platform import address_of, give_back
from bot.flows.plan.snapshot import snapshot
from bot.wording import lists as wording
from bot.wording import plan as plan_wording
from bot.wording.text import lines
from core.plans import cancelling, friends


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDraft:
    """`sure`: whether to give the table back is being asked."""

    sure: bool = False


class ReminderFlow(ShownFlow[ReminderDraft]):
    """Friends say whether they come; the organiser can give the table back."""

    spec = FlowSpec(name="reminder", actions=ReminderAction, live=True)
    draft = ReminderDraft

    async def show(self, scene: Scene, draft: ReminderDraft) -> Card:
        assert scene.plan_id is not None
        plan_id = scene.plan_id
        now = await scene.world.database.read(lambda tx: snapshot(tx, plan_id))
        if now.kept is None:
            return Card(text=wording.NOT_OURS, tone=Tone.BAD)
        reservation = now.kept.reservation
        soon = wording.soon(now.plan.venue_name, reservation, await address_of(scene.world, now.plan))
        who = plan_wording.who(now.organiser.name, [guest.name for guest in now.coming])
        if draft.sure:
            question = plan_wording.sure_release(
                reservation.terms, now.plan.zone, reservation.party_size, scene.now
            )
            yes = ReminderAction.RELEASE.choice(plan_wording.YES_RELEASE, "yes", look=Look.DANGER)
            actions = (yes, ReminderAction.KEEP.choice(plan_wording.KEEP))
        else:
            question = wording.STILL_COMING
            actions = (
                ReminderAction.COMING.choice(wording.COMING, "yes", look=Look.PRIMARY),
                ReminderAction.COMING.choice(wording.CANT, "no"),
                ReminderAction.RELEASE.choice(plan_wording.RELEASE, look=Look.DANGER),
            )
        return Card(text=lines(soon, who, question), tone=Tone.GOOD, actions=actions)

    async def chose(
        self, scene: Scene, draft: ReminderDraft, chosen: Chosen[ReminderAction]
    ) -> Turn[ReminderDraft]:
        assert scene.plan_id is not None
        plan_id, guest = scene.plan_id, scene.speaker
        match chosen.action:
            case ReminderAction.COMING:
                comes = chosen.argument == "yes"

                def join(tx: Connection) -> None:
                    friends.join(tx, plan_id, guest, coming=comes, now=scene.now)

                toast = plan_wording.YOU_ARE_IN if comes else plan_wording.YOU_ARE_OUT
                return Turn(draft=draft, writes=(join,), toast=toast)
            case ReminderAction.RELEASE if chosen.argument is None:
                return Turn(draft=ReminderDraft(sure=True))
            case ReminderAction.RELEASE:
                kept = await give_back(scene, plan_id)

                def released(tx: Connection) -> None:
                    cancelling.released(tx, kept, by=guest, now=scene.now)

                return Turn(draft=ReminderDraft(), writes=(released,))
            case ReminderAction.KEEP:
                return Turn(draft=ReminderDraft())
