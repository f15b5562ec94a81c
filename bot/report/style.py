"""Colours, the font, and which letters it has."""

import unicodedata
from functools import cache

from PIL import ImageFont

from core.jobs.steps import Fate

PAPER = "#ffffff"
BAND = "#f3f5f8"
TEXT = "#17202e"
SOFT = "#5b6675"
FAINT = "#c9d0d9"
DROP = "#7a3ff2"
LOOK = "#1f6feb"
TABLES = "#8ab8f5"
GOOD = "#14804a"
BAD = "#c2332b"
DOUBT = "#a86400"

FATE = {
    Fate.BOOKED: GOOD,
    Fate.TAKEN: BAD,
    Fate.UNANSWERED: DOUBT,
    Fate.NEEDS_GUEST: DOUBT,
    Fate.REFUSED: DOUBT,
    Fate.CONFLICT: BAD,
}

_SPELT = {
    "ß": "ss",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "æ": "ae",
    "Æ": "Ae",
    "œ": "oe",
    "–": "-",
    "—": "-",
}
_BESIDES = frozenset("±·…“”‘’")


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with Pillow: there is none to install."""
    found = ImageFont.load_default(size=size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


def readable(words: str) -> str:
    """The words in letters that the font has: accents are dropped, and so is what has no such letter."""
    spelt = "".join(_SPELT.get(letter, letter) for letter in " ".join(words.split()))
    return " ".join("".join(map(_letters, spelt)).split())


def _letters(one: str) -> str:
    if one in _BESIDES:
        return one
    return "".join(part for part in unicodedata.normalize("NFKD", one) if " " <= part <= "~")
