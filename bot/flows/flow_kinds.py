"""The kinds of flow that are no forms: one that is only tapped, and one that answers a command at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic

from bot.commands import CommandSpec
from bot.conversation.actions import Action, Chosen
from bot.conversation.flow import D, Scene, Turn, Write
from bot.conversation.flow_spec import FlowSpec
from bot.conversation.messages import Card, Heard
from bot.wording import common
from bot.wording.text import Text


class ShownFlow(Generic[D]):
    """A flow that nobody begins: our side shows its card, or another flow's becomes it. It asks for no words and is
    left without a trace, where it does not say otherwise.
    """

    draft: type[D]

    async def said(self, scene: Scene, draft: D, text: str) -> Turn[D]:
        return Turn(draft=draft, toast=common.NOTHING_ASKED, shown=False)

    async def leave(self, scene: Scene, draft: D) -> Turn[D]:
        return Turn(draft=draft, open=False, last_card=Card(text=common.DROPPED))


class CardFlow(ShownFlow[D]):
    """One that a command begins, with an empty draft where it does not say otherwise."""

    async def begin(self, scene: Scene, words: str) -> Turn[D]:
        return Turn(draft=self.draft())


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDraft:
    """A draft with nothing to remember."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandReply:
    """What is said, what is written with it, and what can go on once it is."""

    text: Text
    writes: tuple[Write, ...] = ()
    resumes: tuple[Heard, ...] = ()


class CommandFlow(CardFlow[NoDraft]):
    """A flow of one turn, called as its command is: `act` is given the words and answers."""

    draft = NoDraft

    def __init__(self, command: CommandSpec, act: Callable[[Scene, str], Awaitable[CommandReply]]) -> None:
        self.spec = FlowSpec(name=command.name, commands=(command,))
        self._act = act

    async def begin(self, scene: Scene, words: str) -> Turn[NoDraft]:
        reply = await self._act(scene, words)
        return Turn(
            draft=NoDraft(),
            writes=reply.writes,
            resumes=reply.resumes,
            open=False,
            last_card=Card(text=reply.text),
        )

    async def show(self, scene: Scene, draft: NoDraft) -> Card:
        return Card(text=Text())

    async def chose(self, scene: Scene, draft: NoDraft, chosen: Chosen[Action]) -> Turn[NoDraft]:
        return Turn(draft=draft, shown=False)
