"""`/reserve`: venue, day, party, times, seating; then the plan."""

from dataclasses import replace

from bot.conversation.actions import Chosen
from bot.conversation.flow import Scene, Turn
from bot.conversation.form import Form, FormActions
from bot.conversation.messages import Card
from bot.flows.plan_handoff import plan_card
from bot.flows.reserve.account import AccountQuestion
from bot.flows.reserve.arming import join
from bot.flows.reserve.confirm import ConfirmQuestion, connect_first
from bot.flows.reserve.day import DayQuestion
from bot.flows.reserve.draft import Draft
from bot.flows.reserve.limit import LimitQuestion
from bot.flows.reserve.party import PartyQuestion
from bot.flows.reserve.seating import SeatingQuestion
from bot.flows.reserve.spec import SPEC, ReserveAction
from bot.flows.reserve.times import TimesQuestion
from bot.flows.reserve.venue import VenueQuestion
from bot.wording import reserve as wording


class ReserveFlow:
    """Words only fill in answers, so that typing and tapping are one way."""

    spec = SPEC
    draft = Draft

    def __init__(self) -> None:
        self.form: Form[Draft] = Form(
            [
                VenueQuestion(),
                DayQuestion(),
                PartyQuestion(),
                TimesQuestion(),
                SeatingQuestion(),
                LimitQuestion(),
                AccountQuestion(),
                ConfirmQuestion(),
            ],
            FormActions(back=ReserveAction.BACK, change=ReserveAction.CHANGE, cancel=ReserveAction.CANCEL),
        )

    async def begin(self, scene: Scene, words: str) -> Turn[Draft]:
        return await self.form.settled(scene, Draft(words=words))

    async def show(self, scene: Scene, draft: Draft) -> Card:
        return await self.form.show(scene, draft)

    async def said(self, scene: Scene, draft: Draft, text: str) -> Turn[Draft]:
        return self._complete(await self.form.said(scene, draft, text))

    async def chose(self, scene: Scene, draft: Draft, chosen: Chosen[ReserveAction]) -> Turn[Draft]:
        match chosen.action:
            case ReserveAction.CANCEL:
                return await self.leave(scene, draft)
            case ReserveAction.CHANGE:
                turn = await self.form.chose(scene, draft, chosen)
                return replace(turn, draft=replace(turn.draft, unchanged=replace(draft, unchanged=None)))
            case ReserveAction.BACK if draft.unchanged is not None:
                return Turn(draft=draft.unchanged)
            case ReserveAction.CONNECT:
                return await connect_first(scene, draft)
            case ReserveAction.JOIN:
                return await join(scene, draft, chosen.about)
            case _:
                return self._complete(await self.form.chose(scene, draft, chosen))

    def _complete(self, turn: Turn[Draft]) -> Turn[Draft]:
        """Once everything is answered, there is nothing to go back to."""
        if turn.draft.unchanged is None or self.form.current(turn.draft).action is not ReserveAction.CONFIRM:
            return turn
        return replace(turn, draft=replace(turn.draft, unchanged=None))

    async def leave(self, scene: Scene, draft: Draft) -> Turn[Draft]:
        """Nothing is wanted after all; a plan that was being changed stays as it was."""
        if draft.plan_id is not None:
            return Turn(draft=draft, become=plan_card(draft.plan_id))
        return Turn(draft=draft, open=False, last_card=Card(text=wording.DROPPED))
