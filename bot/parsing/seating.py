"""Where in the venue."""

import re
from collections.abc import Iterator, Sequence

from bot.parsing.line import is_apart, take, tidy

_BEFORE = r"(?<![\w'])(?P<before>(?:with|at|in|on)[ ](?:the[ ]|an?[ ])?)?"
_AFTER = r"(?P<after>[ ](?:seating|seats?|area|table))?(?!\w)"
_ANY = re.compile(
    rf"{_BEFORE}(?P<name>dining[ ]room|chef's[ ]counter|[^\W\d]+)[ ](?:seating|seats)(?!\w)", re.IGNORECASE
)


def find_seating(line: str, seatings: Sequence[str], *, alone: bool) -> tuple[str, str] | None:
    """The seating a tidy line names, spelled as in `seatings`, and the line without it.

    `at the bar` and `bar seating` say so themselves. With `alone` the mere word does too, apart from others:
    the `bar` of `bar luna` is part of a name. While no seatings are known, only `bar seating` is understood.
    """
    for seating, match in _named(line, seatings):
        if match["before"] or match["after"] or (alone and is_apart(line, match)):
            return seating, take(line, *match.span())
    if not seatings and (match := _ANY.search(line)):
        return match["name"], take(line, *match.span())
    return None


def _named(line: str, seatings: Sequence[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for seating in sorted(filter(None, seatings), key=len, reverse=True):
        name = re.escape(tidy(seating))
        for match in re.finditer(_BEFORE + name + _AFTER, line, re.IGNORECASE) if name else ():
            yield seating, match
