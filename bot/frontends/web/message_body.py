"""What a message of the page holds: somebody's words, a card, or a notice of Fourtop's."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.conversation.messages import Card, Choice, Look, Notice, Tone
from bot.wording.text import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A `Choice` without its meaning, which is the flow's alone."""

    label: str
    ref: str
    look: Look
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a person said; `reply_to` is the id of the card it answers."""

    text: str
    reply_to: str | None = None
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """A card, edited in place. `secret`: what is typed in answer is shown to nobody, and kept nowhere."""

    dialogue_id: str
    text: tuple[Span, ...]
    tone: Tone
    options: tuple[Button, ...]
    actions: tuple[Button, ...]
    wide: bool
    typing: str | None
    secret: bool = False
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file at `/chat/files/MESSAGE_ID/NAME`; `picture` is to be shown, and `alt` says what it shows."""

    name: str
    media_type: str
    size: int
    picture: bool = False
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """A message of Fourtop's that stays as it was sent."""

    text: tuple[Span, ...]
    quiet: bool
    file: FileLink | None = None
    kind: Literal["notice"] = "notice"


Body = Words | ShownCard | ShownNotice


bodies: TypeAdapter[Body] = TypeAdapter(Annotated[Body, Field(discriminator="kind")])


def card_body(card: Card, dialogue_id: str) -> ShownCard:
    return ShownCard(
        dialogue_id=dialogue_id,
        text=card.text.spans,
        tone=card.tone,
        options=tuple(_button(choice) for choice in card.options),
        actions=tuple(_button(choice) for choice in card.actions),
        wide=card.wide,
        typing=card.typing,
        secret=card.secret,
    )


def notice_body(notice: Notice) -> ShownNotice:
    file = notice.file
    link = file and FileLink(
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        picture=file.is_picture,
        alt=file.alt,
    )
    return ShownNotice(text=notice.text.spans, quiet=notice.quiet, file=link)


def _button(choice: Choice) -> Button:
    return Button(label=choice.label, ref=choice.ref, look=choice.look, chosen=choice.chosen)
