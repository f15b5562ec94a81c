"""What can be done on a card, by exact name, and who may: a choice is made from one, and read back to it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Self, TypeVar

from bot.conversation.messages import Choice, Look
from bot.who import Who

_SIGN = ":"


class Action(StrEnum):
    """The actions of a flow are an enumeration on top of this one: `JOIN = "in", Who.FRIEND`.

    The name, without a colon, is kept in saved cards: it is not changed for as long as such cards are about.
    """

    may: Who

    def __new__(cls, name: str, may: Who) -> Self:
        made = str.__new__(cls, name)
        made._value_ = name
        made.may = may
        return made

    def choice(
        self,
        label: str,
        argument: object = None,
        *,
        look: Look = Look.PLAIN,
        chosen: bool = False,
    ) -> Choice:
        """Something to tap that means this action, with an argument or without."""
        value = str(self) if argument is None else f"{self}{_SIGN}{argument}"
        return Choice(label=label, value=value, look=look, chosen=chosen)


A = TypeVar("A", bound=Action)
A_co = TypeVar("A_co", bound=Action, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Generic[A_co]):
    """What a tap means. `argument` None: the action came without one, which may not be the same as an empty one."""

    action: A_co
    argument: str | None = None

    @property
    def about(self) -> str:
        """The argument of an action that never comes without one."""
        assert self.argument is not None
        return self.argument


def read(actions: type[A], value: str) -> Chosen[A] | None:
    """The meaning of a choice; None for an action that is not among these."""
    name, sign, argument = value.partition(_SIGN)
    action = next((one for one in actions if one == name), None)
    return None if action is None else Chosen(action=action, argument=argument if sign else None)
