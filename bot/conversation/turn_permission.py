"""What an event asks for, and whether its speaker may: decided before any flow is told of it."""

from dataclasses import dataclass, replace

from bot.commands import CommandSpec, Where
from bot.conversation import cards
from bot.conversation.actions import Action, Chosen, read
from bot.conversation.declared import CANCEL, Declared
from bot.conversation.messages import Card, Chose, Command, Said
from bot.conversation.permissions import is_let_in, may, refusal
from bot.conversation.sanitize import LONGEST_WORDS
from bot.conversation.turn_context import Dialogue, TurnContext
from bot.who import Who
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
    """A tap on a choice that the card has."""

    row: DialogueRow
    event: Chose
    chosen: Chosen[Action]


Act = Begin | Leave | Answer | Choose
Permission = Act | InPrivate | Overheard | CardMovedOn | NotAllowed | ShutOut


def permitted(event: Command | Said | Chose, context: TurnContext, declared: Declared) -> Permission:
    """What is to be done about the event."""
    if context.guest.state in {GuestState.BLOCKED, GuestState.DECLINED}:
        return ShutOut()
    match event:
        case Command():
            return _command(event, context, declared)
        case Said():
            return _words(event, context)
        case Chose():
            return _tap(event, context)


def _command(event: Command, context: TurnContext, declared: Declared) -> Permission:
    event = _through_the_door(event, declared)
    spec, guest, private = declared.command(event.name), context.guest, event.place.private
    if spec is None and context.dialogue is not None:  # it waits for a secret, and this begins with a slash
        said = Said(person=event.person, place=event.place, text=event.typed, message_id=event.message_id)
        return _words(said, context)
    if spec is None:  # in a group it may be meant for another bot
        return NotAllowed(toast=common.unknown_command(event.name) if private else None)
    stand_in = None if guest.approved else declared.standing_in_for(spec)
    if stand_in is None and not is_let_in(spec.may, guest):
        return NotAllowed(toast=common.NOT_A_GUEST)
    if stand_in is None and not may(spec.may, guest, asked_id=guest.id, organiser_id=guest.id):
        return NotAllowed(toast=refusal(spec.may))
    if spec is CANCEL:
        dialogue = context.dialogue
        if dialogue is None:
            return NotAllowed(toast=common.NOTHING_TO_CANCEL)
        return Leave(row=dialogue.row, event=event)
    if spec.where is Where.GROUP and private:
        return NotAllowed(toast=common.GROUP_ONLY)
    begin = Begin(flow=stand_in or declared.opened_by(spec), event=event)
    if spec.where is not Where.PRIVATE or private:
        return begin
    a_code = spec.secret_words and bool(event.words)
    if a_code and not event.whispered:
        return Overheard(spec=spec, code=event.words)
    return InPrivate(spec=spec, begin=begin, secret=a_code)


def _words(event: Said, context: TurnContext) -> Permission:
    dialogue, guest = context.dialogue, context.guest
    if dialogue is None or not dialogue.row.open:
        lost = event.place.private and not event.text.startswith("/")
        return NotAllowed(toast=common.NOTHING_ASKED if lost else None)
    who = dialogue.spec.typed_by
    if not is_let_in(who, guest, dialogue.spec):
        return NotAllowed(toast=common.NOT_A_GUEST)
    if not _may(who, context, dialogue):
        return NotAllowed(toast=refusal(who))
    text = event.text if dialogue.secret else event.text[:LONGEST_WORDS]
    return Answer(row=dialogue.row, event=event, text=text, secret=dialogue.secret)


def _tap(event: Chose, context: TurnContext) -> Permission:
    dialogue, guest = context.dialogue, context.guest
    if dialogue is None:
        return NotAllowed(toast=common.CARD_UNKNOWN)
    row, spec = dialogue.row, dialogue.spec
    if row.card is None:
        return CardMovedOn(row=row, double=False)
    choice = cards.choice_of(codec.load(Card, row.card), event.ref)
    chosen = None if choice is None else read(spec.actions, choice.value)
    if not is_let_in(Who.FRIEND if chosen is None else chosen.action.may, guest, spec):
        return NotAllowed(toast=common.NOT_A_GUEST)
    tap = f"{event.ref}:{guest.id}"
    repeated = tap == row.last_tap
    if chosen is None or not row.open or (repeated and spec.live):
        return CardMovedOn(row=row, double=repeated)
    who = chosen.action.may
    if not _may(who, context, dialogue):
        if (
            who is Who.ADMIN and guest.id == row.guest_id
        ):  # no admin any more: what it shows is not for them either
            return CardMovedOn(row=row, double=False)
        return NotAllowed(toast=refusal(who))
    return Choose(row=replace(row, last_tap=tap), event=event, chosen=chosen)


def _may(who: Who, context: TurnContext, dialogue: Dialogue) -> bool:
    return may(who, context.guest, asked_id=dialogue.row.guest_id, organiser_id=dialogue.organiser_id)


def _through_the_door(event: Command, declared: Declared) -> Command:
    """What a command means with which links come: the one that they name, or `name-words` where a link may bring
    words along.
    """
    brought = declared.command(event.name)
    if brought is None or not brought.brings_link:
        return event
    name, dash, words = event.words.partition("-")
    door = declared.command(name)
    if door is None or not door.by_link or (dash and not door.words_by_link):
        return event
    return replace(event, name=name, words=words.replace("-", " "))
