"""What a flow declares of itself: all that the rest of the house needs to know of a dialogue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NewType

from bot.commands import CommandSpec
from bot.conversation.actions import Action
from bot.who import Who

FlowName = NewType("FlowName", str)
"""What other flows call a flow that they hand over to: a constant in its `spec` or `…_handoff` module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSpec:
    """`name` is kept with every dialogue of the flow, as are the names of its `actions`.

    What begins it: `commands`; a command that somebody begins whom no admin has let in yet, where this flow
    `stands_in_for` it (and it is then answered by them, too); else our side, or another flow's card. What a guest
    can begin, /cancel ends. `becomes`: flows that its card may go on as.

    What it listens for: taps, by those whom each action names; words, by `typed_by`. `listens`: it asks for words,
    and what is said in a private chat, in reply to nothing, is for the newest such dialogue.

    What has its card drawn: `live` is when it is sent, from what is true then, rather than with the turn; and again
    as a drop of its plan is this near, a `countdown` that costs an edit each; and where it `shows_accounts`, when those
    of its guest change.

    What outlives it: a dialogue without a plan ends when nobody has touched it for days, or its chat is lost; with
    one it lives as long as its plan, and goes on as the flow `when_booked` once that has its table.
    """

    name: str
    commands: tuple[CommandSpec, ...] = ()
    stands_in_for: tuple[CommandSpec, ...] = ()
    becomes: tuple[FlowName, ...] = ()
    actions: type[Action] = Action
    typed_by: Who = Who.THE_ONE_ASKED
    listens: bool = False
    live: bool = False
    countdown: tuple[timedelta, ...] = ()
    shows_accounts: bool = False
    when_booked: FlowName | None = None

    @property
    def begun_by_guests(self) -> bool:
        """Whether a guest can begin it, rather than being shown it."""
        return bool(self.commands or self.stands_in_for)

    @property
    def for_strangers(self) -> bool:
        """Whether somebody answers it whom no admin has let in yet."""
        return bool(self.stands_in_for)

    @property
    def organised(self) -> bool:
        """Whether the organiser of its plan decides on it: then it goes with the plan when that is handed over."""
        return any(action.may is Who.ORGANISER for action in self.actions)
