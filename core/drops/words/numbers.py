"""How many, as venues write it."""

import re

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_UNITS = {word: value for value, word in enumerate(_ONES.split(), start=1)}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_FIRSTS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: value for value, word in enumerate(_FIRSTS.split(), start=1)}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))

COUNT = rf"(?:an?|(?:{'|'.join(_TENS)})(?:[ -](?:{_UNIT}))?|{_UNIT}|\d{{1,3}})"
"""A number in words or digits; `a` is one."""

ORDINAL = rf"(?:\d{{1,2}}[ ]?(?:st|nd|rd|th)|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}|last)"
"""`1st`, `fifteenth`, `last`."""

LAST = 31


def count(words: str) -> int | None:
    """The value of a `COUNT`."""
    words = words.lower()
    if words in {"a", "an"}:
        return 1
    if words.isdecimal():
        return int(words)
    parts = re.split(r"[ -]", words)
    values = [_TENS.get(part) or _UNITS.get(part) for part in parts]
    return sum(value for value in values if value) if values and all(values) else None


def ordinal(words: str) -> int | None:
    """The day of a month that an `ORDINAL` names; the last one is the 31st."""
    words = words.lower().strip()
    if words == "last":
        return LAST
    digits = re.match(r"\d{1,2}", words)
    day = int(digits[0]) if digits else _ORDINALS.get(words)
    return day if day is not None and 1 <= day <= LAST else None
