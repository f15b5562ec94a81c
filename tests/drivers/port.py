"""How a transcript is acted out on a network: the same moves on all of them, by the means its people have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.ports import Ears, FrontEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as a person sees it: its words without markup, what can be tapped, the names of its files, and
    of those among them that are shown as pictures.
    """

    id: str
    text: str
    labels: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    edits: int = 0


class Driver(Protocol):
    """One network with a group chat in which `ann`, `bob` and `cas` sit, each with a private chat to the bot.

    Account ids and names are up to the network; `account(who)` tells them.
    """

    name: str

    @property
    def frontend(self) -> FrontEnd: ...

    async def start(self, ears: Ears) -> None:
        """Bring the network up and let the front-end run."""
        ...

    async def stop(self) -> None: ...

    def account(self, who: str) -> str:
        """The network's account id of a person."""
        ...

    async def say(self, who: str, text: str, *, private: bool = False) -> None:
        """Send a command or words. Free text in a group goes the way this network lets a bot hear it (a reply to
        the newest card, a form opened from it).
        """
        ...

    async def hide(self, who: str, text: str) -> None:
        """Answer the newest card of the private chat that asks for a secret, the way this network hides it best."""
        ...

    async def tap(self, who: str, label: str, *, private: bool = False) -> None:
        """Tap the choice of the newest card that has `label` in its label, turning pages to find it."""
        ...

    async def messages(self, *, private_of: str | None = None) -> Sequence[Shown]:
        """What the group (or somebody's private chat) shows now, oldest first, the bot's messages only."""
        ...

    async def typed(self, who: str) -> Sequence[str]:
        """What this person's own messages show in their private chat now."""
        ...

    async def toasts(self, who: str) -> Sequence[str]:
        """What was shown to this person alone in answer to a tap or command, oldest first."""
        ...
