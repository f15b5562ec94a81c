"""Commands that are answered in one breath."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.conversation.flow import Scene, Turn, Write
from bot.conversation.messages import Card, Heard
from bot.flows.closing import Closing
from bot.wording.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """A draft with nothing to remember."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReply:
    """What is said, what is written with it, and what can go on once it is."""

    text: Text
    writes: tuple[Write, ...] = ()
    resumes: tuple[Heard, ...] = ()


class Once(Closing[Nothing]):
    """A flow of one turn: `act` is given the words and answers."""

    live = False
    draft = Nothing

    def __init__(self, name: str, act: Callable[[Scene, str], Awaitable[OneReply]]) -> None:
        self.name = name
        self._act = act

    async def begin(self, scene: Scene, words: str) -> Turn[Nothing]:
        reply = await self._act(scene, words)
        return Turn(
            draft=Nothing(),
            writes=reply.writes,
            resumes=reply.resumes,
            open=False,
            last_card=Card(text=reply.text),
        )

    async def show(self, scene: Scene, draft: Nothing) -> Card:
        return Card(text=Text())

    async def said(self, scene: Scene, draft: Nothing, text: str) -> Turn[Nothing]:
        return Turn(draft=draft, shown=False)

    async def chose(self, scene: Scene, draft: Nothing, value: str) -> Turn[Nothing]:
        return Turn(draft=draft, shown=False)
