"""Text in Discord's markdown: people's own words cannot break it, and nobody is pinged but by a Mention."""

import re
from collections.abc import Iterable, Iterator

from bot.wording.text import Bold, Code, Link, Mention, Plain, Span, Text, When

_MARKUP = re.compile(r"[\\*_~`|<>\[\]]")
_LINE_START = re.compile(r"(?m)^(\s*)([#+-])|^(\s*\d+)([.)])")
_SNOWFLAKE = re.compile(r"\d{1,20}")


def markdown(text: Text, limit: int | None = None) -> str:
    """The text with its markup; beyond `limit` (UTF-16 units, the strictest count) it ends in "…"."""
    parts: list[str] = []
    left = limit
    for span in _merged(text.spans):
        part = _written(span)
        if left is not None:
            size = width(part)
            if size > left - 1 and not (size <= left and span is text.spans[-1]):
                parts.extend((_cut(span, left - 1), "…"))
                break
            left -= size
        parts.append(part)
    return "".join(parts)


def pinged(text: Text) -> tuple[str, ...]:
    """The account ids of everybody the text mentions, in order, once each, at most the 100 Discord takes."""
    ids = (span.account_id for span in text.spans if isinstance(span, Mention))
    return tuple(dict.fromkeys(account for account in ids if _SNOWFLAKE.fullmatch(account)))[:100]


def pings(accounts: Iterable[str]) -> str:
    """The mentions alone: one inside an embed is shown and does not ping."""
    return " ".join(f"<@{account}>" for account in accounts)


def escaped(words: str) -> str:
    """Words that show as they were written, wherever they stand."""
    return _LINE_START.sub(r"\1\3\\\2\4", _MARKUP.sub(r"\\\g<0>", words))


def width(words: str) -> int:
    """Length in UTF-16 units."""
    return len(words.encode("utf-16-le")) // 2


def clipped(words: str, limit: int) -> str:
    """Unmarked words cut to `limit` UTF-16 units, for labels and placeholders; never empty."""
    words = words.strip() or "–"
    if width(words) <= limit:
        return words
    return words.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours made one: `**a****b**` and two code spans in a row are not what they look like."""
    waiting: Bold | Code | Plain | None = None
    for span in spans:
        match waiting, span:
            case Bold(before), Bold(after):
                waiting = Bold(before + after)
                continue
            case Code(before), Code(after):
                waiting = Code(before + after)
                continue
            case Plain(before), Plain(after):
                waiting = Plain(before + after)
                continue
            case _:
                pass
        if waiting is not None:
            yield waiting
        waiting = span if isinstance(span, Bold | Code | Plain) else None
        if waiting is None:
            yield span
    if waiting is not None:
        yield waiting


def _written(span: Span) -> str:
    match span:
        case Plain(text):
            return escaped(text)
        case Bold(text):
            return f"**{escaped(text)}**" if text.strip() else text
        case Code(text):
            return _code(text)
        case Link(text, url):
            target = url.replace(">", "%3E").replace(" ", "%20")
            return f"[{escaped(text)}](<{target}>)" if text and text != url else f"<{target}>"
        case Mention(name, account_id):
            return f"<@{account_id}>" if _SNOWFLAKE.fullmatch(account_id) else escaped(f"@{name}")
        case When(at, _, style):
            return f"<t:{int(at.timestamp())}:{'R' if style == 'relative' else 'F'}>"


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    if not longest:
        return f"`{text}`" if text else ""
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}"


def _cut(span: Span, room: int) -> str:
    """As much of a span as fits; a piece of a link, a mention or a time means nothing, so those go whole."""
    match span:
        case Plain(text):
            make: type[Plain | Bold] = Plain
        case Bold(text):
            make = Bold
        case _:
            return ""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(_written(make(text[:middle]))) <= room else (low, middle - 1)
    return _written(make(text[:low])) if low else ""
