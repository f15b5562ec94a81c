"""Finding a venue by what people type."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_LONGEST = 64  # likeness costs the square of the length, and anybody may type anything
_ENOUGH = 0.72  # "caza luna" and "bistro moulen" pass, "luna" for "lupo" does not


def best(words: str, named: Iterable[tuple[str, str]], *, limit: int) -> list[str]:
    """The ids of those whose name answers to `words`, best first; `named` are ids and names.

    Accents, case and punctuation do not count; the beginning of each word is enough, and a slip is forgiven.
    """
    wanted = plain(words[:_LONGEST])
    scored = [(score(wanted, plain(name), plain(key)), plain(name), key) for key, name in named]
    hits = sorted((points, name, key) for points, name, key in scored if points is not None)
    return [key for _, _, key in hits[:limit]]


def score(wanted: str, name: str, key: str) -> float | None:
    """How far `name` is from what was wanted (0: the very same); None: not meant."""
    if not wanted or wanted in (name, key):
        return 0
    if name.startswith(wanted):
        return 1
    parts = name.split()
    if all(any(part.startswith(word) for part in parts) for word in wanted.split()):
        return 2
    if wanted in name:
        return 3
    likeness = min(max(_likeness(word, part) for part in parts) for word in wanted.split()) if parts else 0
    whole = _likeness(wanted, name)
    return 5 - max(likeness, whole) if max(likeness, whole) >= _ENOUGH else None


def plain(text: str) -> str:
    """Lower case letters and digits in words, without accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio)  # never below the ratio, and cheap
    return matcher.ratio() if all(bound() >= _ENOUGH for bound in bounds) else 0.0
