"""What may be booked for a plan in a guest's name: said, taken back, and asked again when the plan has changed."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.conversation.actions import Action, Chosen
from bot.conversation.digest import digest
from bot.conversation.flow import Scene, Turn
from bot.conversation.flow_spec import FlowName, FlowSpec
from bot.conversation.messages import Card, Look, Tone
from bot.flows.flow_kinds import ShownFlow
from bot.flows.plan_handoff import PLAN, plan_card
from bot.who import Who
from bot.wording import account_choice as lending_wording
from bot.wording import common
from bot.wording import mandate as wording
from bot.wording import plan as plan_wording
from bot.wording.text import lines
from core.domain.plan import Plan
from core.persistence import guests, mandates, plans
from core.persistence.mandates import Given
from core.plans import account_choice

MANDATE = FlowName("mandate")


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateDraft:
    """Nothing to remember: it is drawn from what was said."""


class MandateAction(Action):
    AGREE = "agree", Who.THE_ONE_ASKED
    TAKE_BACK = "take_back", Who.THE_ONE_ASKED
    SHOW_PLAN = "plan", Who.THE_ONE_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """The plan, who organises it, and what the card's guest said of it, if anything. `first`: theirs is used first."""

    plan: Plan
    organiser: str
    given: Given | None
    first: bool

    @property
    def stands(self) -> bool:
        return self.given is not None and self.given.stands and self.given.scope.covers(self.plan.wish)

    @property
    def digest(self) -> str:
        """Of what the guest would agree to."""
        return digest(self.plan.wish, None if self.given is None else self.given.ceiling.alone)


class MandateFlow(ShownFlow[MandateDraft]):
    """Drawn from what is true when it is sent: the plan may change at any time, and with it what was said."""

    spec = FlowSpec(name=MANDATE, actions=MandateAction, becomes=(PLAN,), live=True)
    draft = MandateDraft

    async def show(self, scene: Scene, draft: MandateDraft) -> Card:
        now = await _now(scene)
        given, platform = now.given, now.plan.wish.venue.platform
        head = plan_wording.head(now.plan.venue_name, now.plan.wish)
        wanted = plan_wording.wanted(now.plan.wish.times)
        plan = MandateAction.SHOW_PLAN.choice(wording.SHOW_PLAN)
        if now.plan.state.over:
            return Card(text=lines(head, wording.OVER), actions=(plan,))
        if given is None:
            return Card(text=lines(head, wording.NOTHING_SAID), actions=(plan,))
        account = given.account_id is not None
        if now.stands:
            said = wording.stands(platform, now.organiser, account=account, first=now.first)
            back = MandateAction.TAKE_BACK.choice(wording.TAKE_BACK)
            text = lines(head, wanted, said, wording.costs(given.ceiling))
            return Card(text=text, tone=Tone.WAITING, actions=(back, plan))
        agree = MandateAction.AGREE.choice(
            wording.agree(platform, account=account), now.digest, look=Look.PRIMARY
        )
        text = lines(
            head,
            wanted,
            wording.asked_again(platform, now.organiser, account=account),
            wording.costs(given.ceiling.alone),
        )
        refuse = MandateAction.TAKE_BACK.choice(wording.REFUSE)
        return Card(text=text, tone=Tone.BAD, actions=(agree, refuse, plan))

    async def chose(
        self, scene: Scene, draft: MandateDraft, chosen: Chosen[MandateAction]
    ) -> Turn[MandateDraft]:
        now, guest = await _now(scene), scene.speaker
        match chosen.action:
            case MandateAction.AGREE if chosen.argument != now.digest:
                return Turn(draft=draft, toast=common.CHANGED_MEANWHILE)
            case MandateAction.AGREE:

                def agree(tx: Connection) -> None:
                    account_choice.say_again(tx, now.plan.id, guest, wish=now.plan.wish, now=scene.now)

                return Turn(draft=draft, writes=(agree,), toast=wording.AGREED)
            case MandateAction.TAKE_BACK:
                done = await scene.world.database.write(
                    lambda tx: account_choice.take_back(
                        tx, now.plan.id, guest, even_the_last=not now.stands, now=scene.now
                    )
                )
                return Turn(
                    draft=draft, toast=lending_wording.TAKEN_BACK if done else lending_wording.ONLY_ONE
                )
            case MandateAction.SHOW_PLAN:
                return Turn(draft=draft, become=plan_card(now.plan.id))


async def _now(scene: Scene) -> _Now:
    assert scene.plan_id is not None
    plan_id = scene.plan_id

    def look(tx: Connection) -> _Now:
        plan = plans.get(tx, plan_id)
        said = mandates.of_plan(tx, plan_id)
        given = next((one for one in said if one.guest_id == scene.owner_id), None)
        return _Now(
            plan=plan,
            organiser=guests.get(tx, plan.organiser_id).name,
            given=given,
            first=bool(said) and said[0] == given,
        )

    return await scene.world.database.read(look)
