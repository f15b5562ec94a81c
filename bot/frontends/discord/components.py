"""The controls under a card: buttons or a select, in pages, within every limit of a Discord message.

A custom_id is `ft.<dialogue>.<ref>` for a button that carries a choice; what the front-end itself needs has a
prefix of its own, so that no choice can be mistaken for it.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bot.conversation.messages import Card, Choice, Look
from bot.frontends.discord.markdown import clipped
from bot.wording.discord import PICK, PICK_PAGE, TYPE_IT, TYPE_UNSEEN

Json = dict[str, object]
Meaning = Literal["ft", "ft-pick", "ft-page", "ft-type", "ft-said"]

_ROWS, _BUTTONS, _OPTIONS = 5, 5, 25
_LABEL, _OPTION_LABEL, _PLACEHOLDER, _CUSTOM_ID = 80, 100, 150, 100
_ROW, _BUTTON, _SELECT = 1, 2, 3
PENCIL = "✏️"

_STYLES = {Look.PRIMARY: 1, Look.PLAIN: 2, Look.DANGER: 4}
_CHOSEN_STYLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What a custom_id says: untrusted, since people's clients send it."""

    meaning: Meaning
    dialogue_id: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.meaning}.{self.dialogue_id}.{self.ref}"


def read_tag(custom_id: str) -> Tag | None:
    """The tag in a custom_id; None where it is none of ours."""
    meaning, _, rest = custom_id.partition(".")
    dialogue_id, dot, ref = rest.partition(".")
    for known in get_args(Meaning):
        if meaning == known and dialogue_id and dot:
            return Tag(meaning=known, dialogue_id=dialogue_id, ref=ref)
    return None


def pages(card: Card) -> int:
    """How many pages the options take."""
    return max(1, -(-len(card.options) // _OPTIONS))


def rows(card: Card, *, dialogue_id: str, page: int, private: bool) -> list[Json]:
    """Buttons for up to five options, a select for more, 25 a page; the actions below.

    Raises `ValueError` for a card with more actions than there is room for.
    """
    actions = [_button(choice, dialogue_id) for choice in card.actions]
    if card.typing and (card.secret or not private):
        # What goes through a form is never a message: nobody could take that away again.
        label = TYPE_UNSEEN if card.secret else TYPE_IT
        actions.append(_plain(Tag(meaning="ft-type", dialogue_id=dialogue_id), label, emoji=PENCIL))
    below = _in_rows(actions)
    options = _options(card, dialogue_id, page, room=_ROWS - len(below))
    if len(options) + len(below) > _ROWS:
        raise ValueError(f"{len(actions)} actions do not fit below {len(card.options)} options")
    return options + below


class Pages:
    """Which page of its options each card shows; forgotten at a restart, which costs a tap."""

    _KEPT = 2000

    def __init__(self) -> None:
        self._turned: dict[str, tuple[int, int]] = {}

    def turn(self, dialogue_id: str, card: Card, page: int) -> None:
        """Show another page from now on, as long as the same options are asked."""
        self._turned.pop(dialogue_id, None)
        self._turned[dialogue_id] = (_fingerprint(card.options), min(max(page, 0), pages(card) - 1))
        if len(self._turned) > self._KEPT:
            del self._turned[next(iter(self._turned))]

    def of(self, dialogue_id: str, card: Card) -> int:
        options, page = self._turned.get(dialogue_id, (0, 0))
        return page if options == _fingerprint(card.options) else 0


def _options(card: Card, dialogue_id: str, page: int, *, room: int) -> list[Json]:
    options = card.options
    if not options:
        return []
    if len(options) <= _BUTTONS:
        buttons = [_button(choice, dialogue_id) for choice in options]
        return (
            [_row([button]) for button in buttons] if card.wide and len(buttons) <= room else [_row(buttons)]
        )
    count = pages(card)
    page = min(max(page, 0), count - 1)
    shown = options[page * _OPTIONS : (page + 1) * _OPTIONS]
    words = PICK_PAGE.format(page=page + 1, pages=count) if count > 1 else PICK.format(count=len(options))
    # A client keeps showing what was picked, and picking it again is no event, until the select is another
    # one: so its id changes with what is chosen.
    chosen = zlib.crc32("".join("x" if choice.chosen else "-" for choice in options).encode())
    select: Json = {
        "type": _SELECT,
        "custom_id": _checked(Tag(meaning="ft-pick", dialogue_id=dialogue_id, ref=f"{page}.{chosen:x}")),
        "placeholder": clipped(words, _PLACEHOLDER),
        "options": [
            {"label": clipped(_label(choice), _OPTION_LABEL), "value": choice.ref} for choice in shown
        ],
    }
    return [_row([select]), *([_turner(dialogue_id, page, count)] if count > 1 else [])]


def _turner(dialogue_id: str, page: int, count: int) -> Json:
    def to(there: int, label: str) -> Json:
        tag = Tag(meaning="ft-page", dialogue_id=dialogue_id, ref=str(there))
        return _plain(tag, label, disabled=not 0 <= there < count)

    here = Tag(meaning="ft-page", dialogue_id=dialogue_id, ref="here")
    return _row([to(page - 1, "‹"), _plain(here, f"{page + 1}/{count}", disabled=True), to(page + 1, "›")])


def _button(choice: Choice, dialogue_id: str) -> Json:
    return {
        "type": _BUTTON,
        "style": _CHOSEN_STYLE if choice.chosen else _STYLES[choice.look],
        "label": clipped(_label(choice), _LABEL),
        "custom_id": _checked(Tag(meaning="ft", dialogue_id=dialogue_id, ref=choice.ref)),
    }


def _plain(tag: Tag, label: str, *, emoji: str = "", disabled: bool = False) -> Json:
    button: Json = {"type": _BUTTON, "style": 2, "label": label, "custom_id": _checked(tag)}
    if emoji:
        button["emoji"] = {"name": emoji}
    if disabled:
        button["disabled"] = True
    return button


def _label(choice: Choice) -> str:
    return f"✓ {choice.label}" if choice.chosen else choice.label


def _checked(tag: Tag) -> str:
    custom_id = str(tag)
    if len(custom_id) > _CUSTOM_ID:
        raise ValueError(f"custom_id of {len(custom_id)} characters")
    return custom_id


def _in_rows(buttons: Sequence[Json]) -> list[Json]:
    return [_row(buttons[start : start + _BUTTONS]) for start in range(0, len(buttons), _BUTTONS)]


def _row(components: Iterable[Json]) -> Json:
    return {"type": _ROW, "components": list(components)}


def _fingerprint(options: Sequence[Choice]) -> int:
    return zlib.crc32("\n".join(choice.label for choice in options).encode())
