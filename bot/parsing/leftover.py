"""The venue's name: what is left of a line once everything else was understood."""

import re

from bot.parsing.line import GAP

_QUOTED = re.compile(r'"([^"]*)"?')
_RUN = re.compile(rf"[^{GAP}]+")
_EDGES = " ,;:.!?()[]|+&/\\-–—*_~"
_SMALL = (
    "a an at for in on and or of with to from then if is it do does have try please pls hi hey hello "
    "book reserve get find need want like table tables seat seats reservation booking can could would "
    "you we i i'd we'd us me my our preferably ideally otherwise"
)
_SMALL_AFTER = "the thanks thank cheers possible seating seatings time night people"
_WORDS_BEFORE = frozenset(_SMALL.split())
_WORDS_AFTER = _WORDS_BEFORE | frozenset(_SMALL_AFTER.split())


def quoted(line: str) -> tuple[str, int, int] | None:
    """The first words between quotes, and where they stand; a quote that is never closed goes to the end."""
    for match in _QUOTED.finditer(line):
        if name := match[1].strip():
            return name, *match.span()
    return None


def left_over(line: str) -> str:
    """The words that nothing has taken, without the small ones around them (`at luna please`)."""
    return " ".join(filter(None, (_trimmed(match[0]) for match in _RUN.finditer(line))))


def _trimmed(run: str) -> str:
    words = run.split()
    while words and (_bare(words[0]) in _WORDS_BEFORE or not _readable(words[0])):
        del words[0]
    while words and (_bare(words[-1]) in _WORDS_AFTER or not _readable(words[-1])):
        del words[-1]
    name = " ".join(words).strip(_EDGES)
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] == "'" else name


def _readable(word: str) -> bool:
    return any(char.isalnum() for char in word)


def _bare(word: str) -> str:
    return word.strip(_EDGES).lower()
