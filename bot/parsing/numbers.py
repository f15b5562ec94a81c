"""Numbers as people write them."""

_ONES = (
    "one two three four five six seven eight nine ten "
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_FIRSTS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_UNITS = {word: value for value, word in enumerate(_ONES.split(), start=1)}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ORDINALS = {word: value for value, word in enumerate(_FIRSTS.split(), start=1)} | {
    "twentieth": 20,
    "thirtieth": 30,
}

_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))

WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_UNIT}))?|{_UNIT})"
"""A number from 1 to 59 in words."""

COUNT = rf"(?:half a dozen|a dozen|{WORD}|[1-9]\d?)(?!\w)"
"""A number from 1 to 99, in words or digits."""

ORDINAL = rf"(?:[1-9]\d?(?:st|nd|rd|th)|(?:twenty|thirty)[ -](?:{_ORDINAL})|{_ORDINAL})(?!\w)"
"""`24th`, `first`, `twenty-fourth`."""


def number(words: str) -> int | None:
    """The value of `24`, `24th`, `twenty-four`, `twenty fourth`, `half a dozen`; None for anything else."""
    words = words.lower().strip()
    digits = words.rstrip("stndrh.")
    if digits.isdecimal():
        return int(digits)
    if words.endswith("dozen"):
        return 6 if words.startswith("half") else 12
    total = 0
    for part in words.replace("-", " ").split():
        value = _UNITS.get(part) or _TENS.get(part) or _ORDINALS.get(part)
        if value is None:
            return None
        total += value
    return total or None
