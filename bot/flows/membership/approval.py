"""An admin decides about a guest, on a card."""

from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Choice, Look, Tone
from bot.flows.flow_kinds import ShownFlow
from bot.flows.membership.decision import decision
from bot.flows.membership.join import APPROVAL, ApprovalDraft
from bot.who import Who
from bot.wording import common
from bot.wording import members as wording
from core.domain.guest import Guest, GuestState
from core.persistence import guests, plans


class ApprovalAction(Action):
    """Called as the state that the guest is in afterwards."""

    APPROVE = "approved", Who.ADMIN
    DECLINE = "declined", Who.ADMIN
    BLOCK = "blocked", Who.ADMIN

    @property
    def state(self) -> GuestState:
        return GuestState(str(self))


_WORDS = {
    ApprovalAction.APPROVE: (wording.APPROVE, Look.PRIMARY),
    ApprovalAction.DECLINE: (wording.DECLINE, Look.PLAIN),
    ApprovalAction.BLOCK: (wording.BLOCK, Look.DANGER),
}


class ApprovalFlow(ShownFlow[ApprovalDraft]):
    """Shows the guest as they stand when it is drawn: another admin may have decided meanwhile."""

    spec = FlowSpec(name=APPROVAL, actions=ApprovalAction, live=True)
    draft = ApprovalDraft

    async def show(self, scene: Scene, draft: ApprovalDraft) -> Card:
        asked, guest, sign_ins, count = await scene.world.database.read(
            lambda tx: (
                guests.find(tx, scene.owner_id),
                guests.find(tx, draft.guest_id),
                list(guests.sign_ins_of(tx, draft.guest_id)),
                plans.count_of(tx, draft.guest_id),
            )
        )
        if asked is None or not asked.is_admin:
            return Card(text=common.ADMINS_ONLY)
        if guest is None:
            return Card(text=wording.KNOWN_ALREADY)
        tone = Tone.ASKING if guest.state is GuestState.PENDING else Tone.WAITING
        return Card(text=wording.stranger(guest, sign_ins, count), tone=tone, actions=_offered(guest))

    async def chose(
        self, scene: Scene, draft: ApprovalDraft, chosen: Chosen[ApprovalAction]
    ) -> Turn[ApprovalDraft]:
        state = chosen.action.state
        guest = await scene.world.database.read(lambda tx: guests.find(tx, draft.guest_id))
        if guest is None:
            return Turn(draft=draft, toast=wording.KNOWN_ALREADY)
        word = await decision(scene, guest, state)
        toast = wording.judged(guest, state)
        return Turn(draft=draft, writes=word.writes, resumes=word.resumes, toast=toast)


def _offered(guest: Guest) -> tuple[Choice, ...]:
    return tuple(
        action.choice(label, look=look)
        for action, (label, look) in _WORDS.items()
        if action.state is not guest.state
    )
