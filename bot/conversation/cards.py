"""What a card's buttons carry: short references that mean something only to the saved card."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from bot.conversation.actions import Action, read
from bot.conversation.messages import Card, Choice
from bot.wording.text import Text, say


class Undeclared(Exception):
    """A choice means something that is not among the actions of its flow, or a card becomes what its flow does not."""


def stamped(card: Card, dialogue_id: str, actions: type[Action]) -> Card:
    """The card with a reference on each choice. The same meaning has the same reference in one dialogue, so that
    a tap on yesterday's drawing of a button still counts while that button is there.

    `actions` are those that the card's flow declares. Raises `Undeclared`: nobody could say who may tap that choice.
    """
    for choice in card.choices():
        if read(actions, choice.value) is None:
            raise Undeclared(choice.value)
    return replace(
        card, options=_stamped(card.options, dialogue_id), actions=_stamped(card.actions, dialogue_id)
    )


def choice_of(card: Card, ref: str) -> Choice | None:
    """The choice that a tap meant; None when the card no longer has it."""
    return next((choice for choice in card.choices() if choice.ref == ref), None)


def finished(card: Card) -> Card:
    """The card of a dialogue that is over: nothing to tap, nothing to type."""
    return replace(card, options=(), actions=(), typing=None)


def with_sorry(card: Card, sorry: Text | None) -> Card:
    """The card with a sentence above it that says what did not do."""
    if sorry is None:
        return card
    return replace(card, text=say("{sorry}\n\n", sorry=sorry) + card.text)


def _stamped(choices: Iterable[Choice], dialogue_id: str) -> tuple[Choice, ...]:
    return tuple(replace(choice, ref=_ref(dialogue_id, choice.value)) for choice in choices)


def _ref(dialogue_id: str, value: str) -> str:
    return blake2b(f"{dialogue_id} {value}".encode(), digest_size=6).hexdigest()
