"""Times of day as venues write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.drops.words.numbers import count

_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_AMPM = r"(?:[ ]?(?P<ap>[ap])m\b|(?<=\d)(?P<a>[ap])\b)"
_PART = r"[ ](?:in[ ]the[ ](?P<morning>morning)|in[ ]the[ ](?:afternoon|evening)|at[ ]night)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:12(?::00)?[ ]?)?(?:pm[ ])?(?P<noon>noon|mid-?day)\b",
        r"(?:12(?::00)?[ ]?)?(?:am[ ])?(?P<midnight>mid-?night)\b",
        rf"(?P<h>\d{{1,2}})[:.](?P<m>[0-5]\d)(?::[0-5]\d)?(?:{_AMPM}|{_PART})",
        r"(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\w%:])",
        rf"(?P<h>\d{{1,2}}|{_WORDS})(?:{_AMPM}|{_PART})",
        rf"(?P<h>\d{{1,2}}|{_WORDS})[ ]?o'?[ ]?clock(?:{_AMPM}|{_PART})?",
    )
)
_BARE = re.compile(
    rf"(?P<h>1?\d|{_WORDS})\b(?![:./%+]\d|[ ]?(?:-[ ]?)?[a-z]*(?:days?|weeks?|months?|hours?)\b)",
    re.IGNORECASE,
)
_AFTER_BARE = re.compile(
    r"[ ]?(?:$|[,.;!)(-]|(?:[ecmp][sd]?t|eastern|central|mountain|pacific|local|sharp|and|to|daily|on|for|each|every"
    r"|the|exactly|with|\d+|two|three|four|six|a|we|new|our|in)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:\b(?:at|from|by|around|about|approximately|approx|roughly|circa|after|between|starting|beginning|begins|starts"
    r"|promptly|exactly|and|to|until)[ ]|[@~-][ ]?)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w:.$])(?=\w)")
_REACH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedHour:
    """`minutes` since midnight; `open` where the same words may mean twelve hours later."""

    minutes: int
    open: bool
    start: int
    end: int


def clocks(sentence: str) -> Iterator[StatedHour]:
    """Every time of day in order. A bare number is one only after a word such as "at"."""
    end = 0
    for word in _WORD.finditer(sentence):
        start = word.start()
        if start < end:
            continue
        for form in _FORMS:
            if (match := form.match(sentence, start)) and (clock := _clock(match)):
                yield clock
                end = clock.end
                break
        else:
            led = _LEAD.search(sentence[max(0, start - _REACH) : start])
            bare = _BARE.match(sentence, start) if led else None
            if bare and _AFTER_BARE.match(sentence, bare.end()) and (clock := _clock(bare)):
                yield clock
                end = clock.end


def _clock(match: re.Match[str]) -> StatedHour | None:
    said = match.groupdict()
    if said.get("noon") or said.get("midnight"):
        return StatedHour(
            minutes=12 * 60 if said.get("noon") else 0, open=False, start=match.start(), end=match.end()
        )
    words = said["h"] or ""
    hour = count(words)
    half = (said.get("ap") or said.get("a") or "").lower()
    if not half and re.search(r"in the |at night", match[0], re.IGNORECASE):
        half = "a" if said.get("morning") else "p"
    if hour is None or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    settled = bool(half) or hour > 12 or hour == 0 or words.startswith("0")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    minutes = hour * 60 + int(said.get("m") or 0)
    return StatedHour(minutes=minutes, open=not settled, start=match.start(), end=match.end())
