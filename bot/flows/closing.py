"""The end of a dialogue that somebody calls off, where nothing else follows from it."""

from typing import Generic

from bot.conversation.flow import D, Scene, Turn
from bot.conversation.messages import Card
from bot.wording import common


class Closing(Generic[D]):
    """A flow that is left without a trace."""

    async def leave(self, scene: Scene, draft: D) -> Turn[D]:
        return Turn(draft=draft, open=False, last_card=Card(text=common.DROPPED))
