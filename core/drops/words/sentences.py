"""A venue's prose as sentences that patterns can read: plain marks, and nothing that only looks like a rule."""

import html
import re
import unicodedata
from collections.abc import Iterator

LONGEST = 6000
"""Characters that are read; the rest of a longer text is not."""

_ALIKE = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "ʼ": "'", "`": "'", "•": "\n", "·": "\n", "|": "\n", "*": " "}
    | dict.fromkeys("‐‑‒–—―−", "-")
)
_BREAKS = re.compile(r"</?(?:br|p|li|ul|ol|div|h\d)\b[^<>]{0,200}>", re.IGNORECASE)
_TAGS = re.compile(r"<[a-z/!][^<>]{0,300}>", re.IGNORECASE)
_ZONE_NEXT = r"(?:[ECMP][SD]?T|GMT|UTC|BST|Eastern|Central|Mountain|Pacific|New York)\b"
_AM_AT_END = re.compile(
    rf"\b([ap])\.[ ]?m\.(?=[ ]+(?!{_ZONE_NEXT})[A-Z])|\b([ap])\.[ ]?m\.?(?=[ ]?$)", re.IGNORECASE
)
_AM = re.compile(r"(?<=[\d ])([ap])\.[ ]?m\b\.?", re.IGNORECASE)
_SHORT = re.compile(r"\b(approx|e\.g|i\.e|etc|vs|no|incl|min|max|hrs?|res)\.", re.IGNORECASE)
_NOISE = re.compile(
    r"\bhttps?://\S{1,300}|\bwww\.\S{1,300}"  # addresses of pages
    r"|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}"  # and of people
    r"|(?:\+?\d{1,3}[ .-]?)?\(?\b\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}\b"  # telephones
    r"|[$€£]\s?\d[\d,.]{0,12}",  # money
    re.IGNORECASE,
)
_TWICE = re.compile(r"\b([a-z]+(?:-[a-z]+)?) ?\( ?(\d{1,3}) ?\)", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|(?<=[a-z)])\.(?=[A-Z])|[\n;]+|(?<=[a-z.]) --? (?=[A-Z])")
_SPACE = re.compile(r"[^\S\n]+")


def sentences(text: str) -> Iterator[str]:
    """The sentences in order, as they were written but for marks; never raises."""
    plain = unicodedata.normalize("NFKC", html.unescape(text[:LONGEST])).translate(_ALIKE)
    plain = _TAGS.sub(" ", _BREAKS.sub("\n", plain))
    plain = "".join(
        char for char in plain if char == "\n" or unicodedata.category(char) not in {"Cf", "Cs", "Co"}
    )
    plain = _SPACE.sub(" ", plain.replace("\r", "\n"))
    plain = _AM_AT_END.sub(lambda match: f"{match[1] or match[2]}m.", plain)
    plain = _SHORT.sub(lambda match: match[1].replace(".", ""), _AM.sub(r"\1m", plain))
    plain = _TWICE.sub(r"\2", _NOISE.sub(" ", plain))
    for part in _END.split(plain):
        if sentence := _SPACE.sub(" ", part).strip(" -"):
            yield sentence
