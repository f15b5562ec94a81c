"""What a message may hold: its words, the entities in them, and the buttons under it."""

from tests.doubles.botapi.refusal import bad_request

_PLAIN_TYPES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote"}
_STYLES = {"primary", "success", "danger"}
_MOST_BUTTONS = 100
_MOST_IN_A_ROW = 8


def units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def words_of(text: str, entities: object, *, most: int, what: str = "message") -> tuple[str, list[dict]]:
    """The words as they will be shown, without space at the end, and the entities that remain."""
    try:
        whole = text.encode("utf-16-le")
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    shown = text.rstrip()
    if not shown.strip() and what == "message":
        raise bad_request("message text is empty")
    if units(shown) > most:
        raise bad_request("message is too long" if what == "message" else "message caption is too long")
    kept = [_entity(one, whole) for one in (entities if isinstance(entities, list) else [])]
    length = units(shown)
    return shown, [
        one | {"length": min(one["length"], length - one["offset"])} for one in kept if one["offset"] < length
    ]


def slice_of(text: str, entity: dict) -> str:
    """The words an entity is about."""
    raw = text.encode("utf-16-le")
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def _entity(one: object, text: bytes) -> dict:
    if not isinstance(one, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    offset, length = one.get("offset"), one.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
        raise bad_request("can't parse MessageEntity: offset or length is wrong")
    if offset + length > len(text) // 2:
        raise bad_request("entity ends after the end of the text")
    for edge in (offset, offset + length):
        if (
            edge * 2 < len(text)
            and 0xDC00 <= int.from_bytes(text[edge * 2 : edge * 2 + 2], "little") < 0xE000
        ):
            raise bad_request("entity begins or ends in the middle of a UTF-16 symbol")
    match one.get("type"):
        case "text_link" if str(one.get("url", "")).startswith(("http://", "https://", "tg://")):
            pass
        case "text_mention" if isinstance(one.get("user"), dict) and isinstance(one["user"].get("id"), int):
            pass
        case kind if kind in _PLAIN_TYPES:
            pass
        case kind:
            raise bad_request(f"can't parse MessageEntity: {kind}")
    return dict(one)


def keyboard_of(markup: object) -> list[list[dict]]:
    """The rows of an inline keyboard."""
    if markup is None:
        return []
    if not isinstance(markup, dict) or not isinstance(rows := markup.get("inline_keyboard"), list):
        raise bad_request("object expected as reply markup")
    rows = [[_button(button) for button in row] for row in rows if row]
    if any(len(row) > _MOST_IN_A_ROW for row in rows) or sum(map(len, rows)) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _button(button: object) -> dict:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request("text buttons are not allowed to be empty")
    if unknown := set(button) - {"text", "callback_data", "style", "url"}:
        raise bad_request(f"the double knows no button with {unknown}")
    if "url" not in button and not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("button style is invalid")
    return dict(button)
