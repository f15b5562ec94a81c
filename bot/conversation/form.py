"""Questions over a draft, in order: ask the first that is open, blank one answer to go back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, cast

from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import D, Scene, Turn
from bot.conversation.messages import Card, Choice, Look
from bot.wording import common
from bot.wording.text import Text

BACK = "back"
CANCEL = "cancel"
CHANGE = "change"
"""The form's own actions, for the flow to declare together with one for each question, called as the question is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorry(Generic[D]):
    """The answer does not do: why, and the draft to ask again from."""

    text: Text
    draft: D


class Question(Protocol[D]):
    """One thing to find out. What its choices mean is its own affair: they are the arguments of the action that is
    called as the question is.
    """

    name: str

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

    def __init__(self, questions: Sequence[Question[D]]) -> None:
        self._questions = questions

    def current(self, draft: D) -> Question[D]:
        """The question that is asked for this draft."""
        return next((question for question in self._questions if question.open(draft)), self._questions[-1])

    async def show(self, scene: Scene, draft: D) -> Card:
        question = self.current(draft)
        card = await question.ask(scene, draft)
        back = (
            (Choice(label=common.BACK, value=f"{BACK}:{question.name}"),)
            if question is not self._questions[0]
            else ()
        )
        leave = Choice(label=common.CANCEL, value=CANCEL, look=Look.DANGER)
        return replace(
            card,
            options=tuple(_named(question.name, choice) for choice in card.options),
            actions=(*(_named(question.name, choice) for choice in card.actions), *back, leave),
        )

    async def said(self, scene: Scene, draft: D, text: str) -> Turn[D]:
        return await self._go_on(scene, await self.current(draft).said(scene, draft, text))

    async def chose(self, scene: Scene, draft: D, chosen: Chosen[Action]) -> Turn[D]:
        """Everything but to cancel, which is the flow's affair."""
        question, argument = self.current(draft), chosen.argument or ""
        if chosen.action == BACK:
            return await self._back(scene, draft)
        if chosen.action == CHANGE:
            return await self.change(scene, draft, argument)
        if (
            chosen.action != question.name
        ):  # an answer to another question: the right to give it is another, too
            return Turn(draft=draft)
        return await self._go_on(scene, await question.chose(scene, draft, argument))

    async def change(self, scene: Scene, draft: D, name: str) -> Turn[D]:
        """Ask one question again and keep the other answers."""
        question = next(question for question in self._questions if question.name == name)
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


def to_change(label: str, question: str) -> Choice:
    """A choice to ask another question again."""
    return Choice(label=label, value=f"{CHANGE}:{question}")


def _named(question: str, choice: Choice) -> Choice:
    if choice.value.startswith(f"{CHANGE}:"):
        return choice
    return replace(choice, value=f"{question}:{choice.value}")
