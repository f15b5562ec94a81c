"""The buttons under a card: laid out by the length of their labels, and paged when they are too many.

Telegram refuses more than about 100 buttons, more than 8 in a row, and callback data over 64 bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.messages import Card, Choice, Look
from bot.frontends.telegram.markup import clipped

Button = dict[str, str]
Keyboard = dict[str, list[list[Button]]]

PAGE_OF_MANY = 40
PAGE_OF_WIDE = 10
"""Wide choices stand one a row: forty of them would push the card off a phone's screen."""

_ROW_WIDTH = 36
_AROUND_LABEL = 4
_ROW_MOST = 8
_LABEL_MOST = 64
_DATA_MOST = 64
_PAGE_MARK = "~"
_STYLES = {Look.PRIMARY: "primary", Look.DANGER: "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a button carries, read back; anybody may send anything. `page` is set on page buttons."""

    dialogue_id: str
    ref: str
    page: int | None = None


class DataTooLong(ValueError):
    """Callback data would be longer than Telegram takes."""


def keyboard(card: Card, *, dialogue_id: str, page: int = 0) -> Keyboard:
    """Rows of buttons; no rows take the keyboard away."""
    options, last = _page(card, page)
    page = min(max(page, 0), last)
    columns = 1 if card.wide else _columns(card.options)
    rows = _rows(options, columns, dialogue_id)
    if last:
        rows.append(_page_row(dialogue_id, page, last))
    rows.extend(_packed(card.actions, dialogue_id))
    return {"inline_keyboard": rows}


def page_count(card: Card) -> int:
    """How many pages the options take; 1 when there are none."""
    return _page(card, 0)[1] + 1


class Pages:
    """Which page of its options each message shows; forgotten at a restart, which shows page one."""

    _KEPT = 1_000

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}

    def turn(self, chat_id: str, message_id: str, card: Card, page: int) -> None:
        """Show another page from now on, as long as the options are the same ones."""
        self._open.pop((chat_id, message_id), None)
        self._open[chat_id, message_id] = (page, _values(card))
        if len(self._open) > self._KEPT:
            del self._open[next(iter(self._open))]

    def of(self, chat_id: str, message_id: str, card: Card) -> int:
        page, values = self._open.get((chat_id, message_id), (0, ()))
        return page if values == _values(card) else 0


def carried(data: str) -> Carried:
    """Read a button's data."""
    dialogue_id, _, ref = data.partition(".")
    number = ref.removeprefix(_PAGE_MARK)
    is_page = ref.startswith(_PAGE_MARK) and number.isascii() and number.isdecimal() and len(number) <= 4
    return Carried(dialogue_id=dialogue_id, ref=ref, page=int(number) if is_page else None)


def _values(card: Card) -> tuple[str, ...]:
    return tuple(choice.value for choice in card.options)


def _page(card: Card, page: int) -> tuple[Sequence[Choice], int]:
    size = PAGE_OF_WIDE if card.wide else PAGE_OF_MANY
    last = max(0, (len(card.options) - 1) // size)
    start = min(max(page, 0), last) * size
    return card.options[start : start + size], last


def _columns(choices: Sequence[Choice]) -> int:
    longest = max((len(choice.label) for choice in choices), default=1)
    return max(1, min(_ROW_MOST, _ROW_WIDTH // (longest + _AROUND_LABEL)))


def _rows(choices: Sequence[Choice], columns: int, dialogue_id: str) -> list[list[Button]]:
    buttons = [_button(choice, dialogue_id) for choice in choices]
    return [buttons[start : start + columns] for start in range(0, len(buttons), columns)]


def _packed(choices: Sequence[Choice], dialogue_id: str) -> list[list[Button]]:
    """As many a row as their labels leave room for."""
    rows: list[list[Button]] = []
    room = 0
    for choice in choices:
        width = len(choice.label) + _AROUND_LABEL
        if not rows or width > room or len(rows[-1]) == _ROW_MOST:
            rows.append([])
            room = _ROW_WIDTH
        rows[-1].append(_button(choice, dialogue_id))
        room -= width
    return rows


def _button(choice: Choice, dialogue_id: str) -> Button:
    button = {
        "text": clipped(choice.label, _LABEL_MOST).strip() or "·",
        "callback_data": _data(dialogue_id, choice.ref),
    }
    if style := _STYLES.get(choice.look):
        button["style"] = style
    return button


def _page_row(dialogue_id: str, page: int, last: int) -> list[Button]:
    def turn(label: str, to: int) -> Button:
        return {"text": label, "callback_data": _data(dialogue_id, f"{_PAGE_MARK}{to}")}

    row = [turn(f"{page + 1}/{last + 1}", page)]
    if page > 0:
        row.insert(0, turn("«", page - 1))
    if page < last:
        row.append(turn("»", page + 1))
    return row


def _data(dialogue_id: str, ref: str) -> str:
    data = f"{dialogue_id}.{ref}"
    if len(data.encode()) > _DATA_MOST:
        raise DataTooLong(f"callback data of {len(data.encode())} bytes: {data!r}")
    return data
