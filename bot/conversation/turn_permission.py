"""What an event asks for, and whether its speaker may: decided before any flow is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.commands import CommandSpec, Where, command
from bot.conversation import cards
from bot.conversation.flow import Flow
from bot.conversation.messages import Card, Chose, Command, Said
from bot.conversation.permissions import may_choose, may_type
from bot.conversation.sanitize import LONGEST_WORDS
from bot.conversation.turn_context import TurnContext
from bot.wording import common
from bot.wording.text import Text
from core.domain.guest import GuestState
from core.persistence import codec
from core.persistence.dialogues import DialogueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutOut:
    """The speaker was declined or blocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    """Nothing comes of it but what the speaker is told, if anything."""

    toast: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMovedOn:
    """The tapped choice is no longer there; `double`: because the same person has just tapped it."""

    row: DialogueRow
    double: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """A code was sent where others read it."""

    spec: CommandSpec
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InPrivate:
    """A private command in a group. `secret`: with words that are not to be acted on there."""

    spec: CommandSpec
    begin: "Begin"
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """A command opens a dialogue of this flow."""

    flow: str
    event: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """`/cancel`: leave the dialogue that the speaker is in."""

    row: DialogueRow
    event: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Words for a dialogue; `secret` ones are for nobody else's eyes."""

    row: DialogueRow
    event: Said
    text: str
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """A tap on a choice that the card has; `value` is what it means."""

    row: DialogueRow
    event: Chose
    value: str


Act = Begin | Leave | Answer | Choose
Permission = Act | InPrivate | Overheard | CardMovedOn | NotAllowed | ShutOut


def permitted(
    event: Command | Said | Chose, context: TurnContext, flows: Mapping[str, Flow[object]]
) -> Permission:
    """What is to be done about the event."""
    if context.guest.state in {GuestState.BLOCKED, GuestState.DECLINED}:
        return ShutOut()
    match event:
        case Command():
            return _command(event, context)
        case Said():
            return _words(event, context)
        case Chose():
            return _tap(event, context, flows)


def _command(event: Command, context: TurnContext) -> Permission:
    if event.name == "start":
        event = _through_the_door(event)
    spec, guest, private = command(event.name), context.guest, event.place.private
    if spec is None and context.dialogue is not None:  # it waits for a secret, and this begins with a slash
        said = Said(person=event.person, place=event.place, text=event.typed, message_id=event.message_id)
        return _words(said, context)
    if spec is None:  # in a group it may be meant for another bot
        return NotAllowed(toast=common.unknown_command(event.name) if private else None)
    if not guest.approved and not spec.stranger:
        return NotAllowed(toast=common.NOT_A_GUEST)
    if spec.admin and not guest.is_admin:
        return NotAllowed(toast=common.ADMINS_ONLY)
    if spec.name == "cancel":
        row = context.dialogue
        return NotAllowed(toast=common.NOTHING_TO_CANCEL) if row is None else Leave(row=row, event=event)
    if spec.where is Where.GROUP and private:
        return NotAllowed(toast=common.GROUP_ONLY)
    join = not guest.approved and spec.flow in {"reserve", "start"}
    begin = Begin(flow="join" if join else spec.flow, event=event)
    if spec.where is not Where.PRIVATE or private:
        return begin
    a_code = spec.secret_words and bool(event.words)
    if a_code and not event.whispered:
        return Overheard(spec=spec, code=event.words)
    return InPrivate(spec=spec, begin=begin, secret=a_code)


def _words(event: Said, context: TurnContext) -> Permission:
    row, guest = context.dialogue, context.guest
    if row is None or not row.open:
        lost = event.place.private and not event.text.startswith("/")
        return NotAllowed(toast=common.NOTHING_ASKED if lost else None)
    if not guest.approved and row.flow != "join":
        return NotAllowed(toast=common.NOT_A_GUEST)
    if not may_type(guest, owner_id=context.owner_id, flow=row.flow):
        return NotAllowed(toast=common.NOT_FOR_YOU)
    text = event.text if context.secret else event.text[:LONGEST_WORDS]
    return Answer(row=row, event=event, text=text, secret=context.secret)


def _tap(event: Chose, context: TurnContext, flows: Mapping[str, Flow[object]]) -> Permission:
    row, guest = context.dialogue, context.guest
    if row is None:
        return NotAllowed(toast=common.CARD_UNKNOWN)
    if row.card is None:
        return CardMovedOn(row=row, double=False)
    if not guest.approved and row.flow != "join":
        return NotAllowed(toast=common.NOT_A_GUEST)
    tap = f"{event.ref}:{guest.id}"
    choice, repeated = cards.choice_of(codec.load(Card, row.card), event.ref), tap == row.last_tap
    if choice is None or not row.open or (repeated and flows[row.flow].live):
        return CardMovedOn(row=row, double=repeated)
    if not may_choose(guest, owner_id=context.owner_id, flow=row.flow, value=choice.value):
        return NotAllowed(toast=common.NOT_FOR_YOU)
    return Choose(row=replace(row, last_tap=tap), event=event, value=choice.value)


def _through_the_door(event: Command) -> Command:
    """What `/start` with a link's payload means: `name`, or `name-words` where a link may bring words along."""
    name, dash, words = event.words.partition("-")
    door = command(name)
    if door is None or not door.by_link or (dash and not door.words_by_link):
        return event
    return replace(event, name=name, words=words.replace("-", " "))
