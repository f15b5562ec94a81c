"""Questions over a draft, in order: ask the first that is open, blank one answer to go back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, cast

from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import D, Scene, Turn
from bot.conversation.messages import Card, Look
from bot.wording import common
from bot.wording.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FormActions:
    """The form's own, which its flow declares together with one for each question."""

    back: Action
    change: Action
    cancel: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorry(Generic[D]):
    """The answer does not do: why, and the draft to ask again from."""

    text: Text
    draft: D


class Question(Protocol[D]):
    """One thing to find out. What is tapped as an answer comes as the argument of its action."""

    action: Action

    def open(self, draft: D) -> bool:
        """Whether the answer is missing."""
        ...

    def blank(self, draft: D) -> D:
        """The draft without this answer."""
        ...

    async def settle(self, scene: Scene, draft: D) -> D | Sorry[D]:
        """Answer from what is known already, where that is possible, before anybody is asked."""
        return draft

    async def ask(self, scene: Scene, draft: D) -> Card:
        """The card that asks."""
        ...

    async def said(self, scene: Scene, draft: D, text: str) -> D | Sorry[D] | Turn[D]:
        """What was typed, as an answer."""
        ...

    async def chose(self, scene: Scene, draft: D, value: str) -> D | Sorry[D] | Turn[D]:
        """What was tapped, as an answer."""
        ...


class Form(Generic[D]):
    """The part of a flow that every flow of questions shares. The last question never closes: it confirms."""

    def __init__(self, questions: Sequence[Question[D]], own: FormActions) -> None:
        self._questions = questions
        self._own = own

    def current(self, draft: D) -> Question[D]:
        """The question that is asked for this draft."""
        return next((question for question in self._questions if question.open(draft)), self._questions[-1])

    async def show(self, scene: Scene, draft: D) -> Card:
        question = self.current(draft)
        card = await question.ask(scene, draft)
        first = question is self._questions[0]
        back = () if first else (self._own.back.choice(common.BACK, question.action),)
        leave = self._own.cancel.choice(common.CANCEL, look=Look.DANGER)
        return replace(card, actions=(*card.actions, *back, leave))

    async def said(self, scene: Scene, draft: D, text: str) -> Turn[D]:
        return await self._go_on(scene, await self.current(draft).said(scene, draft, text))

    async def chose(self, scene: Scene, draft: D, chosen: Chosen[Action]) -> Turn[D]:
        """Everything but to cancel, which is the flow's affair."""
        question, argument = self.current(draft), chosen.argument or ""
        if chosen.action is self._own.back:
            return await self._back(scene, draft)
        if chosen.action is self._own.change:
            return await self.change(scene, draft, argument)
        if chosen.action is not question.action:  # the right to answer another question is another, too
            return Turn(draft=draft)
        return await self._go_on(scene, await question.chose(scene, draft, argument))

    async def change(self, scene: Scene, draft: D, action: str) -> Turn[D]:
        """Ask one question again, that of the action so called, and keep the other answers."""
        question = next(question for question in self._questions if question.action == action)
        return await self.settled(scene, question.blank(draft))

    async def settled(self, scene: Scene, draft: D, sorry: Text | None = None) -> Turn[D]:
        """The draft after every open question that needs nobody has been answered, up to one that does."""
        while True:
            question = self.current(draft)
            known = await question.settle(scene, draft)
            if isinstance(known, Sorry):
                refused = cast("Sorry[D]", known)
                return Turn(draft=refused.draft, sorry=sorry or refused.text)
            if question.open(known) or question is self._questions[-1]:
                return Turn(draft=known, sorry=sorry)
            draft = known

    async def _back(self, scene: Scene, draft: D) -> Turn[D]:
        here = self.current(draft)
        for question in reversed(self._questions[: self._questions.index(here)]):
            turn = await self.settled(scene, question.blank(draft))
            if self.current(turn.draft) is not here:  # else it has one answer only, and nobody was asked
                return turn
        return Turn(draft=draft)

    async def _go_on(self, scene: Scene, answer: D | Sorry[D] | Turn[D]) -> Turn[D]:
        if isinstance(answer, Turn):
            return cast("Turn[D]", answer)
        if isinstance(answer, Sorry):
            refused = cast("Sorry[D]", answer)
            return Turn(draft=refused.draft, sorry=refused.text)
        return await self.settled(scene, answer)
