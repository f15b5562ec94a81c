"""What is said, as structure: a network's markup is added by its front-end, so people's own words cannot break it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.wording.times import city

_TOKEN = re.compile(r"\*(?P<bold>[^*]+)\*|\{(?P<name>\w+)\}")


@dataclass(frozen=True, slots=True)
class Plain:
    text: str
    kind: Literal["plain"] = "plain"


@dataclass(frozen=True, slots=True)
class Bold:
    text: str
    kind: Literal["bold"] = "bold"


@dataclass(frozen=True, slots=True)
class Code:
    """Something to be copied or typed exactly, such as a command or a code."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person of this network, addressed so that they notice; the only thing that may ping anybody."""

    name: str
    account_id: str
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class When:
    """An instant (UTC). A network that can show each reader their own clock does; others use `zone`.

    `moment` is a day with a time, `zoned` the same with the name of the zone where that is not the reader's
    own, `relative` the distance from now ("in 13 days").
    """

    at: datetime
    zone: str
    style: Literal["moment", "zoned", "relative"] = "moment"
    kind: Literal["when"] = "when"


Span = Plain | Bold | Code | Link | Mention | When


@dataclass(frozen=True, slots=True)
class Text:
    """A run of spans; a newline inside a span is a line break."""

    spans: tuple[Span, ...] = ()

    def __add__(self, other: "Text") -> "Text":
        return Text(self.spans + other.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def plain(self, *, now: datetime) -> str:
        """The words alone, for a terminal, a log or a toast."""
        return "".join(_plain(span, now) for span in self.spans)


def say(template: str, **values: "str | int | Span | Text") -> Text:
    """A sentence with values: `say("*{venue}* for {size}", venue="Luna", size=4)`.

    `*…*` is bold (and may hold values); values are never read for markup.
    """
    return Text(tuple(_spans(template, values, bold=False)))


def lines(*parts: Text) -> Text:
    """Texts under each other; empty ones leave no line."""
    return join([part for part in parts if part], "\n")


def join(parts: Iterable[Text], between: str) -> Text:
    """Texts with `between` in the gaps."""
    spans: list[Span] = []
    for part in parts:
        if spans:
            spans.append(Plain(between))
        spans.extend(part.spans)
    return Text(tuple(spans))


def _spans(template: str, values: "dict[str, str | int | Span | Text]", *, bold: bool) -> Iterable[Span]:
    def words(text: str) -> Span:
        return Bold(text) if bold else Plain(text)

    end = 0
    for match in _TOKEN.finditer(template):
        if match.start() > end:
            yield words(template[end : match.start()])
        end = match.end()
        if match["bold"] is not None:
            yield from _spans(match["bold"], values, bold=True)
            continue
        match values[match["name"]]:
            case Text(spans):
                yield from spans
            case str() | int() as value:
                yield words(str(value))
            case span:
                yield span
    if end < len(template):
        yield words(template[end:])


def _plain(span: Span, now: datetime) -> str:
    match span:
        case Plain(text) | Bold(text) | Code(text):
            return text
        case Link(text, url):
            return f"{text} ({url})"
        case Mention(name):
            return f"@{name}"
        case When():
            return written(span, now=now)


def written(when: When, *, now: datetime) -> str:
    """An instant in words, for networks that cannot show each reader their own clock."""
    if when.style == "relative":
        return distance((when.at - now).total_seconds())
    local = when.at.astimezone(ZoneInfo(when.zone))
    moment = f"{local:%a} {local.day} {local:%b} at {local:%H:%M}"
    return f"{moment} ({city(when.zone)})" if when.style == "zoned" else moment


def distance(seconds: float) -> str:
    """A stretch of time from now, in the largest unit that is honest: "in 13 days", "2 hours ago"."""
    size = abs(seconds)
    units = (("day", 86_400, 2 * 86_400), ("hour", 3_600, 2 * 3_600), ("minute", 60, 90), ("second", 1, 0))
    unit, length = next((name, length) for name, length, enough in units if size >= enough)
    count = round(size / length)
    if count == 0:
        return "now"
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {words}" if seconds > 0 else f"{words} ago"
