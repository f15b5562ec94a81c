"""Text without the secrets in it."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

HIDDEN = "***"

_SHORTEST_SECRET = 4  # a shorter one would blank out half the log
_KNOWN_SECRETS = (
    (re.compile(r"(?<!\d)(\d{6,12})(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE), rf"\1:{HIDDEN}"),  # Telegram
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), HIDDEN),  # Discord
    (re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{6,}(?:\.[\w-]*){0,4}"), HIDDEN),  # a JSON Web Token, whole or cut
    (re.compile(r"\b(bearer(?:\s|%20)+)[^\s,;\"'\\&]{4,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\bfourtop_[\w-]{30,}"), HIDDEN),  # a key to one of our interfaces
    (
        re.compile(r"((?:[?&]token|\bfourtop-page-\w{1,64})(?:=|%3D))[\w-]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),  # the page's
    (re.compile(r"(://[^:/@\s]*:)[^@\s/]+@"), rf"\1{HIDDEN}@"),  # a database's password
    (re.compile(r"\b[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}\b"), HIDDEN),  # a code for /claim or /link
    (re.compile(r"(/(?:claim|link)(?:@\w+)?\s+)\w[\w -]*", re.IGNORECASE), rf"\1{HIDDEN}"),
)
_LONG_NUMBER = re.compile(r"(?<![\d.])[2-6](?:(?:[ +.\u00a0-]|%20)?\d){12,18}(?!\d)")
"""As long as a payment card's, in groups or not, and beginning as one does."""

# What stands between a name and its value, and what a value may be. Text may be JSON within JSON within a string, with
# more backslashes at each level. Each of these is tried at one place and never runs over the same text twice.
_FIELD = r"password|(?:refresh|book|auth|access)_token"
_HEADER = r"authorization|api[_-]key"
_AFTER_FIELD = re.compile(
    r"""(?:\\*["']\s*,|(?:\\*["']|%22)?\s*(?:[:=]|%3[AD]))\s*(?:b(?=\\*["']))?""", re.IGNORECASE
)
_AFTER_HEADER = re.compile(r"""(?:\\*["']|%22)?\s*(?:[:=,]|%3[AD])\s*(?:b(?=\\*["']))?""", re.IGNORECASE)
_FIELD_WORDS = re.compile(r"""[^\s,;&"']+""")
_HEADER_WORDS = re.compile(r"[^\s,;]+(?:\s+[^\s,;]+)?")
_OPENED = re.compile(r"[\w.]*\(|[{\[]")
_QUOTED = re.compile(r"""\\*["']""")
_MARK = re.compile(r"""[{}()\[\]\n]|(?<!\\)\\*+["']""")


class SecretRedaction:
    """Takes secrets out of text: the values it was given, what stands behind a name that means one (`names` are
    patterns of more of those), and what looks like a token of a network we use.

    It takes time in proportion to the text, whatever that is: people and platforms choose what is logged.
    """

    def __init__(self, secrets: Iterable[str] = (), *, names: Iterable[str] = ()) -> None:
        values = {
            form
            for secret in secrets
            if len(secret) >= _SHORTEST_SECRET
            for form in (secret, quote(secret, ""), json.dumps(secret)[1:-1])
        }
        more = "|".join(names) or "(?!)"
        # A header's name is taken whole (`++`), so that no part of it is looked at again.
        self._name = re.compile(
            rf"(?P<field>{_FIELD})|\b(?:(?P<header>{_HEADER})|(?P<odd>(?<![\w-])x-[\w-]++)|(?P<more>{more}))",
            re.IGNORECASE,
        )
        self._more = re.compile(more, re.IGNORECASE)
        longest_first = sorted(values, key=len, reverse=True)
        self._given = re.compile("|".join(map(re.escape, longest_first))) if values else None

    def __call__(self, text: str) -> str:
        if self._given is not None:
            text = self._given.sub(HIDDEN, text)
        for pattern, replacement in _KNOWN_SECRETS:
            text = pattern.sub(replacement, text)
        text = "".join(self._without_named(text))
        return _LONG_NUMBER.sub(_card_hidden, text)

    def hides(self, name: str) -> bool:
        """Whether what goes by that name is a secret."""
        found = self._name.search(name)
        return found is not None and found.end() == len(name) and self._is_secret(found)

    def _without_named(self, text: str) -> Iterator[str]:
        shown = at = 0
        while (found := self._name.search(text, at)) is not None:
            at = found.end()
            is_field = found["field"] is not None
            between = (_AFTER_FIELD if is_field else _AFTER_HEADER).match(text, at)
            if between is None or not self._is_secret(found):
                continue
            end = _end_of_value(text, between.end(), _FIELD_WORDS if is_field else _HEADER_WORDS)
            if end > between.end():
                yield text[shown : between.end()] + HIDDEN
                shown = end
            at = max(at, end)
        yield text[shown:]

    def _is_secret(self, found: re.Match[str]) -> bool:
        odd = found["odd"]
        if odd is None:
            return True
        name = odd.casefold()
        return (
            any(word in name for word in ("auth", "token", "secret"))
            or self._more.fullmatch(name) is not None
        )


def _end_of_value(text: str, at: int, words: re.Pattern[str]) -> int:
    """Where the value that begins there ends: at its last bracket, at its closing quotation mark, or with its words.

    One that is not closed, as in text that was cut, ends where the line does; one in braces, at the very end.
    """
    if (opened := _OPENED.match(text, at)) is not None:
        return _end_of_brackets(text, opened)
    if (mark := _QUOTED.match(text, at)) is not None:
        for other in _MARK.finditer(text, mark.end()):
            if other[0] == "\n":
                return other.start()
            if _closes(other[0], mark[0]):
                return other.end()
        return len(text)
    bare = words.match(text, at)
    return at if bare is None else bare.end()


def _end_of_brackets(text: str, opened: re.Match[str]) -> int:
    depth, mark = 1, ""
    for other in _MARK.finditer(text, opened.end()):
        sign = other[0]
        if mark:
            mark = "" if sign == "\n" or _closes(sign, mark) else mark
        elif sign == "\n":
            if opened[0].endswith("("):  # a line of a program, in a traceback
                return other.start()
        elif sign[-1] in "\"'":
            mark = sign
        else:
            depth += 1 if sign in "{[(" else -1
            if not depth:
                return other.end()
    return len(text)


def _closes(token: str, mark: str) -> bool:
    """Whether a quotation mark ends what `mark` began: as many backslashes mean that, but for pairs that mean one."""
    if token[-1] != mark[-1]:
        return False
    level = len(mark)
    return (len(token) - level) % (2 * level) == 0


def _card_hidden(found: re.Match[str]) -> str:
    """A number whose last digit checks the others is taken for a card's."""
    digits = [int(digit) for digit in found[0].replace("%20", "") if digit.isdecimal()]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return found[0] if (sum(digits[-1::-2]) + sum(doubled)) % 10 else HIDDEN
