"""Text as Telegram takes it: plain words, and entities that point into them in UTF-16 units.

Entities rather than HTML or Markdown: people's own words need no escaping and cannot break anything.
Source: core.telegram.org/bots/api#messageentity.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.wording.text import Bold, Code, Link, Mention, Plain, Span, Text, When, written

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TOAST_LIMIT = 200

Entity = dict[str, object]

_ELLIPSIS = "…"
_BACK_TO_A_GAP = 60
"""How far a cut steps back to end on a whole word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Words with their entities, ready to be sent."""

    text: str
    entities: tuple[Entity, ...] = ()


def units(words: str) -> int:
    """The length as Telegram counts it: UTF-16 code units, so most emoji are two."""
    return len(words) if words.isascii() else len(words.encode("utf-16-le")) // 2


def clipped(words: str, limit: int) -> str:
    """At most `limit` units of the words, ending with an ellipsis where something is missing."""
    words = _sound(words)
    if units(words) <= limit:
        return words
    room = limit - units(_ELLIPSIS)
    head = words.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    gap = max(head.rfind(" "), head.rfind("\n"))
    if gap >= len(head) - _BACK_TO_A_GAP and gap > 0:
        head = head[:gap]
    return head.rstrip() + _ELLIPSIS


def marked(text: Text, *, now: datetime, limit: int = TEXT_LIMIT, italic_end: str = "") -> Marked:
    """The text with its entities. What is over the limit is cut from the text, never from `italic_end`."""
    end = clipped(italic_end, limit // 2)
    room = limit - (units(end) + 1 if end else 0)
    parts = [(span, _sound(_words(span, now))) for span in text.spans]
    whole = "".join(words for _, words in parts)
    body = clipped(whole, room)
    if not body.strip():
        body = _ELLIPSIS
    kept = units(body) if body == whole else units(body) - units(_ELLIPSIS)
    entities: list[Entity] = []
    offset = 0
    for span, words in parts:
        length = min(units(words), kept - offset)
        if length <= 0:
            break
        if (look := _look(span)) is not None:
            entities.append({"offset": offset, "length": length, **look})
        offset += length
    if end:
        entities.append({"type": "italic", "offset": units(body) + 1, "length": units(end)})
        body = f"{body}\n{end}"
    return Marked(text=body, entities=tuple(entities))


def _words(span: Span, now: datetime) -> str:
    match span:
        case Plain(text) | Bold(text) | Code(text):
            return text
        case Link(text, url):
            return text if _can_be_opened(url) else f"{text} ({url})"
        case Mention(name):
            return name or "?"
        case When():
            return written(span, now=now)


def _look(span: Span) -> Entity | None:
    match span:
        case Plain() | When():
            return None
        case Bold():
            return {"type": "bold"}
        case Code():
            return {"type": "code"}
        case Link(_, url):
            return {"type": "text_link", "url": url} if _can_be_opened(url) else None
        case Mention(name, account_id):
            if not account_id.isdecimal():
                return None
            user = {"id": int(account_id), "is_bot": False, "first_name": name or "?"}
            return {"type": "text_mention", "user": user}


def _can_be_opened(url: str) -> bool:
    return url.startswith(("https://", "http://", "tg://"))


def _sound(words: str) -> str:
    """Without halves of surrogate pairs, which JSON may carry and UTF-8 may not."""
    return (
        words
        if words.isascii()
        else words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    )
