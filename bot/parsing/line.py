"""A line somebody typed, of which parts are taken out as they are understood.

A part that was taken leaves `GAP`s, so that what stood on either side of it is never read as one phrase;
patterns use a plain space, which does not cross a gap.
"""

import re
import unicodedata

GAP = "\n"
LONGEST = 300
"""Characters that are read; the rest of a longer text is not."""

_ALIKE = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "ʼ": "'", "`": "'"}
    | dict.fromkeys("‐‑‒–—―−", "-")
)
_SPACE = re.compile(r"\s+")
_RUN = re.compile(rf"{GAP}+|[^{GAP}]+")

ENDS = (
    rf"(?=[ ]?(?:$|[{GAP},;.!?)&+\d\"-]|(?:or|and|to|at|for|on|in|with|if|but|then|please|pls|thanks"
    r"|around|about|after|before|between|from|until)\b))"
)
"""Nothing follows that could belong to the same name: `noon, luna`, but not `Noon Diner`."""


def tidy(text: str) -> str:
    """One line with plain quotes, dashes, digits and spaces and nothing invisible, at most `LONGEST` long."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_ALIKE)
    spaced = (" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in plain)
    visible = (char for char in spaced if unicodedata.category(char) not in {"Cf", "Cs", "Cn", "Co"})
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in visible)
    return _SPACE.sub(" ", digits).strip()[:LONGEST].strip()


def take(line: str, start: int, end: int) -> str:
    """`line` with the part from `start` to `end` taken out."""
    return line[:start] + GAP * (end - start) + line[end:]


def taken(whole: str, line: str, *, but: tuple[int, int]) -> str:
    """What was taken out of `whole` to leave `line`, except between the two ends of `but`.

    Words that nobody took become a ";", so that those around them are not read as one phrase.
    """
    start, end = but
    line = line[:start] + "x" * (end - start) + line[end:]
    kept = [
        ";" if any(map(str.isalnum, run[0])) else whole[run.start() : run.end()]
        for run in _RUN.finditer(line)
    ]
    return re.sub(r"[; ]*;[; ]*", " ; ", "".join(kept)).strip(" ;")


def is_apart(line: str, match: re.Match[str]) -> bool:
    """Whether no other word stands next to the match."""
    before, after = line[: match.start()].rstrip(" "), line[match.end() :].lstrip(" ")
    return before[-1:] in {"", GAP, ",", ";"} and after[:1] in {"", GAP, ",", ";", ".", "!"}


def pattern(expression: str) -> re.Pattern[str]:
    """A pattern of whole words, in any case."""
    return re.compile(rf"(?<![\w'])(?:{expression})(?![\w])", re.IGNORECASE)
